//! What the texts of columns stand for.

use std::fmt::Write;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, StringArray};
use arrow::datatypes::{
    DataType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};

use super::super::rows::{self, NOT_TOLD};
use super::super::texts::Texts;
use super::cells::text;

/// Codes of HTTP as whole numbers: whether each tells of a failure. False where the column holds none.
pub fn codes(array: &ArrayRef, ids: &mut [u32]) -> bool {
    with_whole!(array, whole => whole_codes(whole, ids), return false);
    true
}

fn whole_codes<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, ids: &mut [u32])
where
    T::Native: TryInto<i64>,
{
    for (row, (code, id)) in array.values().iter().zip(ids).enumerate() {
        if *id == NOT_TOLD && array.is_valid(row) {
            let code = (*code).try_into();
            *id = u32::from(code.is_ok_and(|code: i64| !(0..400).contains(&code)));
        }
    }
}

/// Rows whose text was not found in another column.
fn untold(ids: &mut [u32]) -> impl Iterator<Item = (usize, &mut u32)> {
    let all = ids.iter_mut().enumerate();
    all.filter(|(_, id)| **id == NOT_TOLD)
}

/// Texts of a column that were met.
#[derive(Default)]
pub struct Known {
    /// Short ones, where they stand in the rows.
    texts: Texts,
    /// The dictionary that was met last.
    dictionary: Option<StringArray>,
    /// The index of each of its texts.
    ids: Vec<u32>,
    shown: String,
}

impl Known {
    /// The index of each text, where there is none yet.
    pub fn read(
        &mut self,
        array: &ArrayRef,
        ids: &mut [u32],
        bad: &mut [bool],
        mut index: impl FnMut(&[u8]) -> Option<u32>,
    ) {
        if let Some(keys) = array.as_dictionary_opt::<Int32Type>()
            && let Some(texts) = keys.values().as_string_opt::<i32>()
        {
            self.meet(texts, &mut index);
            self.keys(keys.keys(), ids, bad);
        } else if let Some(texts) = array.as_string_opt::<i32>() {
            let (bytes, ends) = (texts.value_data(), texts.value_offsets());
            for (row, id) in untold(ids).filter(|(row, _)| texts.is_valid(*row)) {
                let place = (ends[row] as u32, ends[row + 1] as u32);
                *id = self.find(bytes, place, &mut index);
            }
        } else {
            with_whole!(array, whole => self.numbers(whole, ids, &mut index), {
                for (row, id) in untold(ids) {
                    let known = text(array, row).and_then(|text| index(text.as_bytes()));
                    *id = known.unwrap_or(NOT_TOLD);
                }
            });
        }
    }

    /// The index of each text of the dictionary by its key.
    fn keys(&self, keys: &PrimitiveArray<Int32Type>, ids: &mut [u32], bad: &mut [bool]) {
        let all = self.ids.len();
        if keys.null_count() == 0 && keys.values().iter().all(|key| (*key as usize) < all) {
            for (key, id) in keys.values().iter().zip(ids) {
                if *id == NOT_TOLD {
                    *id = self.ids[*key as usize];
                }
            }
            return;
        }
        for (row, id) in untold(ids).filter(|(row, _)| keys.is_valid(*row)) {
            match self.ids.get(keys.value(row) as usize) {
                Some(known) => *id = *known,
                None => bad[row] = true,
            }
        }
    }

    /// Looks up the texts of a dictionary, unless it is that of the batch before.
    fn meet(&mut self, texts: &StringArray, index: &mut impl FnMut(&[u8]) -> Option<u32>) {
        let is_same = |last: &StringArray| {
            // The last one is held, so that its bytes are where they were.
            last.len() == texts.len()
                && std::ptr::eq(last.value_data(), texts.value_data())
                && std::ptr::eq(last.value_offsets(), texts.value_offsets())
        };
        if self.dictionary.as_ref().is_some_and(is_same) {
            return;
        }
        self.ids.clear();
        self.ids.extend(texts.iter().map(|text| {
            let text = text.unwrap_or_default().trim();
            let id = (!text.is_empty()).then(|| index(text.as_bytes()));
            id.flatten().unwrap_or(NOT_TOLD)
        }));
        self.dictionary = Some(texts.clone());
    }

    /// The index of a text between two places.
    #[inline]
    fn find(
        &mut self,
        bytes: &[u8],
        place: (u32, u32),
        index: &mut impl FnMut(&[u8]) -> Option<u32>,
    ) -> u32 {
        if let Some(known) = self.texts.get(bytes, place) {
            return known;
        }
        let id = rows::text(bytes, place).and_then(index);
        let id = id.unwrap_or(NOT_TOLD);
        self.texts.insert(bytes, place, id);
        id
    }

    /// The index of each number as it is written.
    fn numbers<T: ArrowPrimitiveType>(
        &mut self,
        array: &PrimitiveArray<T>,
        ids: &mut [u32],
        index: &mut impl FnMut(&[u8]) -> Option<u32>,
    ) where
        T::Native: std::fmt::Display,
    {
        let mut shown = std::mem::take(&mut self.shown);
        for (row, id) in untold(ids).filter(|(row, _)| array.is_valid(*row)) {
            shown.clear();
            let _ = write!(shown, "{}", array.value(row));
            *id = self.find(shown.as_bytes(), (0, shown.len() as u32), index);
        }
        self.shown = shown;
    }
}
