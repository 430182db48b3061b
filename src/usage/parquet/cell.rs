//! A cell of a column as the value that the same cell of JSON would have.

use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray, MapArray, StructArray};
use arrow::datatypes::{
    DataType, Date32Type, Date64Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::downcast_dictionary_array;
use serde_json::{Map, Number, Value};

use super::super::time::Instant;
use crate::date::Date;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The value of a cell. Times are written in UTC, decimals with all their digits, bytes that are no text in
/// hexadecimal digits.
pub fn value(array: &dyn Array, row: usize) -> Value {
    use DataType as D;
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        D::Null => Value::Null,
        D::Boolean => array.as_boolean().value(row).into(),
        D::Float16 => float(&array.as_primitive::<Float16Type>().value(row)),
        D::Float32 => float(&array.as_primitive::<Float32Type>().value(row)),
        D::Float64 => double(array.as_primitive::<Float64Type>().value(row)),
        D::Utf8 => array.as_string::<i32>().value(row).into(),
        D::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        D::Utf8View => array.as_string_view().value(row).into(),
        D::Binary => bytes(array.as_binary::<i32>().value(row)),
        D::LargeBinary => bytes(array.as_binary::<i64>().value(row)),
        D::BinaryView => bytes(array.as_binary_view().value(row)),
        D::FixedSizeBinary(_) => bytes(array.as_fixed_size_binary().value(row)),
        D::Timestamp(unit, _) => time(ticks(array, *unit)[row], *unit),
        D::Date32 => date(i64::from(array.as_primitive::<Date32Type>().value(row))),
        D::Date64 => date(
            array
                .as_primitive::<Date64Type>()
                .value(row)
                .div_euclid(DAY_MS),
        ),
        D::Struct(_) => object(array.as_struct(), row),
        D::Map(..) => map(array.as_map(), row),
        D::List(_) => list(&array.as_list::<i32>().value(row)),
        D::LargeList(_) => list(&array.as_list::<i64>().value(row)),
        D::FixedSizeList(..) => list(&array.as_fixed_size_list().value(row)),
        D::Dictionary(..) => downcast_dictionary_array!(
            array => array.key(row).map_or(Value::Null, |key| value(array.values(), key)),
            _ => Value::Null,
        ),
        D::Int8 => array.as_primitive::<Int8Type>().value(row).into(),
        D::Int16 => array.as_primitive::<Int16Type>().value(row).into(),
        D::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        D::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        D::UInt8 => array.as_primitive::<UInt8Type>().value(row).into(),
        D::UInt16 => array.as_primitive::<UInt16Type>().value(row).into(),
        D::UInt32 => array.as_primitive::<UInt32Type>().value(row).into(),
        D::UInt64 => array.as_primitive::<UInt64Type>().value(row).into(),
        _ => shown(array, row),
    }
}

/// The numbers of times since 1970 in their unit.
pub fn ticks(array: &dyn Array, unit: TimeUnit) -> &[i64] {
    match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().values(),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().values(),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().values(),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().values(),
    }
}

/// Nanoseconds of a unit.
pub fn nanos(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1_000_000_000,
        TimeUnit::Millisecond => 1_000_000,
        TimeUnit::Microsecond => 1_000,
        TimeUnit::Nanosecond => 1,
    }
}

fn time(ticks: i64, unit: TimeUnit) -> Value {
    match ticks.checked_mul(nanos(unit)) {
        Some(nanos) => Instant(nanos).to_string().into(),
        // Beyond what an instant can be: whoever asks for a time is told so.
        None => format!("{ticks} {unit:?}s since 1970")
            .to_lowercase()
            .into(),
    }
}

fn date(day: i64) -> Value {
    match i32::try_from(day) {
        Ok(day) if day.unsigned_abs() < 1_000_000 => Date::of_unix_day(day).to_string().into(),
        _ => format!("{day} days since 1970").into(),
    }
}

/// A float of few bits by its own shortest digits, not by those of the float of 64 bits that it is equal to.
fn float(number: &impl ToString) -> Value {
    let text = number.to_string();
    text.parse().map_or(Value::String(text), double)
}

/// JSON has no word for what is no number.
fn double(number: f64) -> Value {
    Number::from_f64(number).map_or_else(|| number.to_string().into(), Value::Number)
}

fn bytes(bytes: &[u8]) -> Value {
    let digits = || {
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    std::str::from_utf8(bytes)
        .map_or_else(|_| digits(), str::to_owned)
        .into()
}

fn object(array: &StructArray, row: usize) -> Value {
    let fields = array.column_names().into_iter().zip(array.columns());
    let fields = fields.map(|(name, column)| (name.to_owned(), value(column, row)));
    Value::Object(fields.collect())
}

fn map(array: &MapArray, row: usize) -> Value {
    let entries = array.value(row);
    let [keys, values] = entries.columns() else {
        return Value::Null;
    };
    let mut map = Map::new();
    for row in 0..entries.len() {
        let key = match value(keys, row) {
            Value::String(text) => text,
            other => other.to_string(),
        };
        map.insert(key, value(values, row));
    }
    Value::Object(map)
}

fn list(array: &ArrayRef) -> Value {
    (0..array.len()).map(|row| value(array, row)).collect()
}

/// Decimals, and what else there may be, as text.
fn shown(array: &dyn Array, row: usize) -> Value {
    arrow::util::display::array_value_to_string(array, row).map_or(Value::Null, Value::String)
}
