//! Columns of Parquet as what a batch of rows holds. Each means what its cells mean as values of JSON to the
//! general readers; of texts in a dictionary each is looked up once, and not once for every row.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};

use super::super::key::Names;
use super::super::names;
use super::super::parquet::{nanos, ticks};
use super::super::read::is_failure;
use super::super::record::Id;
use super::super::time::Instant;
use super::columns::{Values, index, is_true, seconds};
use super::numbers::{self, Clock};
use super::plan::{Columns, Plan};
use super::rows::NOT_TOLD;

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

mod cells;
mod known;

use cells::{first, milliseconds, read_counts, text, there, whole_times};
use known::{Known, codes};

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
        values.take_untold_for_calls();
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
                let (array, ids) = (&arrays[*column], &mut ids.of[..]);
                match at {
                    0..5 => known.read(array, ids, &mut values.bad, |text| index(texts, text)),
                    5..8 => known.read(array, ids, &mut values.bad, |text| index(names, text)),
                    _ if codes(array, ids) => {}
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
        let bytes = text.as_bytes();
        let at = if let Some(unit) = self.plan.clock {
            let number = numbers::number(bytes);
            number.and_then(|number| Instant::of_seconds(0, (number * unit * 1e9) as i64))
        } else {
            let fixed = self.clock.fixed(bytes, (0, bytes.len() as u32));
            let fixed = fixed.map(|(at, _)| at);
            fixed.or_else(|| self.clock.instant(bytes))
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
                *time = seconds(text.as_deref().map(str::as_bytes), &mut bad[row]);
            }
        }
        if !holds.ttft_ms.is_empty() {
            for (row, bad) in bad.iter_mut().enumerate() {
                if let Some(array) = there(arrays, &holds.ttft_ms, row) {
                    milliseconds(array, row, bad);
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

/// What tells the attempt of a row, by the first text of some columns.
pub fn id(arrays: &[ArrayRef], columns: &Columns, row: usize, failed: bool) -> Option<Id> {
    Some(names::attempt(&[&first(arrays, columns, row)?], failed))
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
