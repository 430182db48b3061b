//! One question each: pure functions from a scenario to a plain result that serializes.

pub mod accuracy;
pub mod attribute;
pub mod breakeven;
pub mod calibrate;
pub mod catalog_diff;
pub mod check;
pub mod choices;
pub mod compare;
pub mod crossings;
pub mod curves;
pub mod diff;
pub mod draw;
pub mod explain;
pub mod facts;
pub mod forecast;
pub mod over;
pub mod payback;
pub mod plan;
pub mod scan;
pub mod sensitivity;
pub mod simulate;
pub mod solve;
pub mod sweep;
pub mod time;
pub mod uncertain;
pub mod vary;
