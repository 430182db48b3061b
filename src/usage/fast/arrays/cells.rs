//! Cells of columns as texts, counts and times.

use std::borrow::Cow;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{
    DataType, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};

use super::super::super::fields::text_of;
use super::super::super::latency;
use super::super::super::parquet::value;
use super::super::numbers;
use super::super::plan::Columns;
use super::super::rows::NO_COUNT;

/// Milliseconds below which ten times as many are a number of 32 bits.
const MOST_MS: u32 = 100_000_000;

/// The first of some columns that a row has, be it an empty text.
pub fn there<'a>(arrays: &'a [ArrayRef], columns: &Columns, row: usize) -> Option<&'a ArrayRef> {
    let mut columns = columns.iter().map(|column| &arrays[*column]);
    columns.find(|array| array.is_valid(row) && *array.data_type() != DataType::Null)
}

/// The first text of some columns.
pub fn first<'a>(arrays: &'a [ArrayRef], columns: &Columns, row: usize) -> Option<Cow<'a, str>> {
    columns
        .iter()
        .find_map(|column| text(&arrays[*column], row))
}

/// A cell as text that is not empty.
pub fn text(array: &ArrayRef, row: usize) -> Option<Cow<'_, str>> {
    let Some(texts) = array.as_string_opt::<i32>() else {
        return text_of(&value(array, row)).map(Cow::Owned);
    };
    let text = texts.is_valid(row).then(|| texts.value(row).trim())?;
    (!text.is_empty()).then_some(Cow::Borrowed(text))
}

/// Milliseconds as times are kept.
pub fn milliseconds(array: &ArrayRef, row: usize, bad: &mut bool) -> Option<u32> {
    let doubles = array.as_primitive_opt::<Float64Type>();
    let time = match doubles.filter(|doubles| doubles.is_valid(row)) {
        Some(doubles) => {
            let number = Some(doubles.value(row)).filter(|number| number.is_finite());
            number.and_then(latency::parts)
        }
        None => numbers::milliseconds(text(array, row)?.as_bytes()),
    };
    *bad |= time.is_none();
    time
}

/// Times of a column of whole milliseconds, where a row has one; `bad` are rows whose number is none.
pub fn whole_times<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    whole: &PrimitiveArray<T>,
    times: &mut [Option<u32>],
    bad: &mut [bool],
) where
    T::Native: TryInto<u32>,
{
    let nulls = whole.nulls().filter(|nulls| nulls.null_count() > 0);
    for (row, (number, time)) in whole.values().iter().zip(times).enumerate() {
        if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            continue;
        }
        *time = match (*number).try_into() {
            Ok(ms) if ms < MOST_MS => Some(ms * 10),
            _ => milliseconds(array, row, &mut bad[row]),
        };
    }
}

/// The counts of each row, from the first of some columns that has one; `bad` are rows whose cell is none.
pub fn read_counts(
    arrays: &[ArrayRef],
    columns: &Columns,
    rows: usize,
    counts: &mut Vec<u64>,
    bad: &mut [bool],
) {
    counts.clear();
    if columns.is_empty() {
        return;
    }
    counts.resize(rows, NO_COUNT);
    for column in columns {
        let array = &arrays[*column];
        with_whole!(array, whole => whole_counts(whole, counts, bad), {
            for (row, count) in counts.iter_mut().enumerate() {
                if *count == NO_COUNT && let Some(text) = text(array, row) {
                    let read = numbers::count(text.as_bytes()).filter(|read| *read != NO_COUNT);
                    bad[row] |= read.is_none();
                    *count = read.unwrap_or(NO_COUNT);
                }
            }
        });
    }
}

fn whole_counts<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    counts: &mut [u64],
    bad: &mut [bool],
) where
    T::Native: TryInto<u64>,
{
    let all = array.values().iter().zip(counts).zip(bad);
    let take = |number: T::Native, count: &mut u64, bad: &mut bool| {
        if *count == NO_COUNT {
            *count = number.try_into().unwrap_or(NO_COUNT);
            *bad |= *count == NO_COUNT;
        }
    };
    match array.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => all.for_each(|((number, count), bad)| take(*number, count, bad)),
        Some(nulls) => all
            .zip(nulls)
            .filter(|(_, is_there)| *is_there)
            .for_each(|(((number, count), bad), _)| take(*number, count, bad)),
    }
}
