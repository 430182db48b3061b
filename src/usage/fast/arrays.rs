//! Columns of Parquet as what a batch of rows holds. Each means what its cells mean as values of JSON to the
//! general readers; of texts in a dictionary each is looked up once, and not once for every row.

use std::borrow::Cow;
use std::fmt::Write;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, StringArray};
use arrow::datatypes::{
    DataType, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};

use super::super::fields::text_of;
use super::super::key::Names;
use super::super::latency;
use super::super::parquet::{nanos, ticks, value};
use super::super::read::is_failure;
use super::super::time::Instant;
use super::columns::{Ids, Values, index, is_true, seconds};
use super::numbers::{self, Clock};
use super::plan::{Columns, Plan};
use super::rows::{self, NO_COUNT, NOT_TOLD};
use super::texts::Texts;

/// Calls something for the array of whole numbers that a column is, if it is one.
macro_rules! with_whole {
    ($array:expr, $whole:ident => $then:expr, $else:expr) => {
        match $array.data_type() {
            DataType::Int8 => with_whole!(@ Int8Type, $array, $whole, $then),
            DataType::Int16 => with_whole!(@ Int16Type, $array, $whole, $then),
            DataType::Int32 => with_whole!(@ Int32Type, $array, $whole, $then),
            DataType::Int64 => with_whole!(@ Int64Type, $array, $whole, $then),
            DataType::UInt8 => with_whole!(@ UInt8Type, $array, $whole, $then),
            DataType::UInt16 => with_whole!(@ UInt16Type, $array, $whole, $then),
            DataType::UInt32 => with_whole!(@ UInt32Type, $array, $whole, $then),
            DataType::UInt64 => with_whole!(@ UInt64Type, $array, $whole, $then),
            _ => $else,
        }
    };
    (@ $kind:ty, $array:expr, $whole:ident, $then:expr) => {{
        let $whole = $array.as_primitive::<$kind>();
        $then
    }};
}

/// Milliseconds below which ten times as many are a number of 32 bits.
const MOST_MS: u32 = 100_000_000;

/// Columns that hold texts, by what they are read for.
const TEXTS: usize = 9;

/// Fills in what rows hold.
pub struct Filler<'a> {
    plan: &'a Plan<'a>,
    clock: Clock,
    known: [Vec<Known>; TEXTS],
}

impl<'a> Filler<'a> {
    /// One that knows no texts yet.
    pub fn new(plan: &'a Plan<'a>) -> Self {
        let known = text_columns(plan).map(|columns| columns.iter().map(|_| Known::default()));
        Self {
            plan,
            clock: Clock::default(),
            known: known.map(Iterator::collect),
        }
    }

    /// Fills in the rows of some columns: texts as they stand are indices of `texts`, names those of `names`.
    pub fn fill(
        &mut self,
        arrays: &[ArrayRef],
        rows: usize,
        values: &mut Values,
        texts: &mut Names,
        names: &mut Names,
    ) {
        values.bad.clear();
        values.bad.resize(rows, false);
        self.texts(arrays, rows, values, texts, names);
        let holds = &self.plan.holds;
        for (counts, columns) in values.counts.iter_mut().zip(&holds.counts) {
            read_counts(arrays, columns, rows, counts, &mut values.bad);
        }
        read_counts(
            arrays,
            &holds.requests,
            rows,
            &mut values.requests,
            &mut values.bad,
        );
        // Where a row does not tell, it is one call.
        let untold = values
            .requests
            .iter_mut()
            .filter(|calls| **calls == NO_COUNT);
        untold.for_each(|calls| *calls = 1);
        self.times(arrays, rows, values);
        self.latencies(arrays, rows, values);
        self.amounts(arrays, rows, values);
        self.flags(arrays, rows, values);
    }

    fn texts(
        &mut self,
        arrays: &[ArrayRef],
        rows: usize,
        values: &mut Values,
        texts: &mut Names,
        names: &mut Names,
    ) {
        let failure = |text: &[u8]| Some(u32::from(is_failure(std::str::from_utf8(text).ok()?)));
        let columns = text_columns(self.plan);
        let all = values.plain.iter_mut().chain(&mut values.names);
        let all = all.chain(std::iter::once(&mut values.failures));
        for (at, ((ids, known), columns)) in all.zip(&mut self.known).zip(columns).enumerate() {
            ids.of.clear();
            if columns.is_empty() {
                continue;
            }
            ids.of.resize(rows, NOT_TOLD);
            for (column, known) in columns.iter().zip(known) {
                let array = &arrays[*column];
                match at {
                    0..5 => known.read(array, ids, &mut values.bad, |text| index(texts, text)),
                    5..8 => known.read(array, ids, &mut values.bad, |text| index(names, text)),
                    _ if code(array, ids) => {}
                    _ => known.read(array, ids, &mut values.bad, failure),
                }
            }
        }
    }

    fn times(&mut self, arrays: &[ArrayRef], rows: usize, values: &mut Values) {
        values.at.clear();
        values.days.clear();
        let columns = &self.plan.holds.time;
        if let ([column], None) = (&columns[..], self.plan.clock)
            && let DataType::Timestamp(unit, _) = arrays[*column].data_type()
            && arrays[*column].null_count() == 0
        {
            let unit_nanos = nanos(*unit);
            for (ticks, bad) in ticks(&arrays[*column], *unit).iter().zip(&mut values.bad) {
                let at = ticks.checked_mul(unit_nanos).map(Instant);
                *bad |= at.is_none();
                values.at.push(at);
                values.days.push(at.map_or(0, Instant::utc_day));
            }
            return;
        }
        for row in 0..rows {
            let array = there(arrays, columns, row);
            let at = array.and_then(|array| self.time(array, row, &mut values.bad[row]));
            values.at.push(at);
            values.days.push(at.map_or(0, Instant::utc_day));
        }
    }

    fn time(&mut self, array: &ArrayRef, row: usize, bad: &mut bool) -> Option<Instant> {
        if let (DataType::Timestamp(unit, _), None) = (array.data_type(), self.plan.clock) {
            let nanos = ticks(array, *unit)[row].checked_mul(nanos(*unit));
            *bad |= nanos.is_none();
            return nanos.map(Instant);
        }
        let text = text(array, row)?;
        let at = match self.plan.clock {
            Some(unit) => numbers::number(text.as_bytes())
                .and_then(|number| Instant::of_seconds(0, (number * unit * 1e9) as i64)),
            None => {
                let fixed = self.clock.fixed(text.as_bytes(), (0, text.len() as u32));
                fixed
                    .map(|(at, _)| at)
                    .or_else(|| self.clock.instant(text.as_bytes()))
            }
        };
        *bad |= at.is_none();
        at
    }

    fn latencies(&self, arrays: &[ArrayRef], rows: usize, values: &mut Values) {
        let holds = &self.plan.holds;
        let (times, bad) = (&mut values.latency, &mut values.bad);
        times.clear();
        times.resize(rows, None);
        if let [column] = holds.latency_ms[..] {
            let array = &arrays[column];
            with_whole!(array, whole => whole_times(array, whole, times, bad), {
                for (row, time) in times.iter_mut().enumerate() {
                    *time = milliseconds(array, row, &mut bad[row]);
                }
            });
        } else {
            for (row, time) in times.iter_mut().enumerate() {
                let array = there(arrays, &holds.latency_ms, row);
                *time = array.and_then(|array| milliseconds(array, row, &mut bad[row]));
            }
        }
        if !holds.latency_s.is_empty() {
            for (row, time) in times
                .iter_mut()
                .enumerate()
                .filter(|(_, time)| time.is_none())
            {
                let text = first(arrays, &holds.latency_s, row);
                *time = seconds(text.as_deref().map(str::as_bytes));
            }
        }
        if !holds.ttft_ms.is_empty() {
            for row in 0..rows {
                if let Some(array) = there(arrays, &holds.ttft_ms, row) {
                    milliseconds(array, row, &mut bad[row]);
                }
            }
        }
    }

    fn amounts(&self, arrays: &[ArrayRef], rows: usize, values: &mut Values) {
        values.logged.clear();
        let columns = &self.plan.holds.cost;
        if columns.is_empty() {
            return;
        }
        for row in 0..rows {
            let text = there(arrays, columns, row).and_then(|array| text(array, row));
            let amount = text.map(|text| numbers::money(text.as_bytes()));
            values.bad[row] |= amount == Some(None);
            values.logged.push(amount.flatten());
        }
    }

    fn flags(&self, arrays: &[ArrayRef], rows: usize, values: &mut Values) {
        values.flagged.clear();
        let columns = &self.plan.holds.failed;
        if columns.is_empty() {
            return;
        }
        let is_set = |column: &usize, row| {
            text(&arrays[*column], row).is_some_and(|text| is_true(text.as_bytes()))
        };
        let flags = (0..rows).map(|row| columns.iter().any(|column| is_set(column, row)));
        values.flagged.extend(flags);
    }
}

/// The columns of each kind of text, in the order of [`Values`].
fn text_columns<'a>(plan: &'a Plan<'_>) -> [&'a Columns; TEXTS] {
    let holds = &plan.holds;
    [
        &holds.model,
        &holds.provider,
        &holds.tier,
        &holds.prompt,
        &holds.prompt_version,
        &holds.tenant,
        &holds.feature,
        &holds.session,
        &holds.status,
    ]
}

/// The first of some columns that a row has, be it an empty text.
fn there<'a>(arrays: &'a [ArrayRef], columns: &Columns, row: usize) -> Option<&'a ArrayRef> {
    let mut columns = columns.iter().map(|column| &arrays[*column]);
    columns.find(|array| array.is_valid(row) && *array.data_type() != DataType::Null)
}

/// The first text of some columns.
fn first<'a>(arrays: &'a [ArrayRef], columns: &Columns, row: usize) -> Option<Cow<'a, str>> {
    columns
        .iter()
        .find_map(|column| text(&arrays[*column], row))
}

/// A cell as text that is not empty.
fn text(array: &ArrayRef, row: usize) -> Option<Cow<'_, str>> {
    let Some(texts) = array.as_string_opt::<i32>() else {
        return text_of(&value(array, row)).map(Cow::Owned);
    };
    let text = texts.is_valid(row).then(|| texts.value(row).trim())?;
    (!text.is_empty()).then_some(Cow::Borrowed(text))
}

/// Milliseconds as times are kept.
fn milliseconds(array: &ArrayRef, row: usize, bad: &mut bool) -> Option<u32> {
    let doubles = array.as_primitive_opt::<Float64Type>();
    let time = match doubles.filter(|doubles| doubles.is_valid(row)) {
        Some(doubles) => {
            let number = Some(doubles.value(row)).filter(|number| number.is_finite());
            number.map(latency::parts)
        }
        None => numbers::milliseconds(text(array, row)?.as_bytes()),
    };
    *bad |= time.is_none();
    time
}

fn whole_times<T: ArrowPrimitiveType>(
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

fn read_counts(
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

/// Codes of HTTP as whole numbers: whether each tells of a failure. False where the column holds none.
fn code(array: &ArrayRef, ids: &mut Ids) -> bool {
    with_whole!(array, whole => codes(whole, &mut ids.of), return false);
    true
}

fn codes<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, ids: &mut [u32])
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

/// Texts of a column that were met.
#[derive(Default)]
struct Known {
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
    fn read(
        &mut self,
        array: &ArrayRef,
        ids: &mut Ids,
        bad: &mut [bool],
        mut index: impl FnMut(&[u8]) -> Option<u32>,
    ) {
        let ids = &mut ids.of[..];
        if let Some(keys) = array.as_dictionary_opt::<Int32Type>()
            && let Some(texts) = keys.values().as_string_opt::<i32>()
        {
            self.meet(texts, &mut index);
            let keys = keys.keys();
            for (row, (key, id)) in keys.values().iter().zip(ids).enumerate() {
                if *id == NOT_TOLD && keys.is_valid(row) {
                    match self.ids.get(*key as usize) {
                        Some(known) => *id = *known,
                        None => bad[row] = true,
                    }
                }
            }
        } else if let Some(texts) = array.as_string_opt::<i32>() {
            let (bytes, ends) = (texts.value_data(), texts.value_offsets());
            for (row, id) in ids
                .iter_mut()
                .enumerate()
                .filter(|(_, id)| **id == NOT_TOLD)
            {
                if texts.is_valid(row) {
                    let place = (ends[row] as u32, ends[row + 1] as u32);
                    *id = self.find(bytes, place, &mut index);
                }
            }
        } else {
            with_whole!(array, whole => self.numbers(whole, ids, &mut index), {
                for (row, id) in ids.iter_mut().enumerate().filter(|(_, id)| **id == NOT_TOLD) {
                    if let Some(text) = text(array, row) {
                        *id = index(text.as_bytes()).unwrap_or(NOT_TOLD);
                    }
                }
            });
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
        for (row, (number, id)) in array.values().iter().zip(ids).enumerate() {
            if *id == NOT_TOLD && array.is_valid(row) {
                shown.clear();
                let _ = write!(shown, "{number}");
                *id = self.find(shown.as_bytes(), (0, shown.len() as u32), index);
            }
        }
        self.shown = shown;
    }
}
