//! Results as text: one set of blocks per command, one renderer per format.

pub mod accuracy;
pub mod attribute;
pub mod block;
pub mod breakeven;
pub mod calibrate;
pub mod catalog_diff;
pub mod charges;
pub mod chart;
pub mod check;
pub mod choices;
pub mod compare;
pub mod csv;
pub mod diff;
pub mod document;
pub mod explain;
pub mod facts;
pub mod forecast;
pub mod format;
pub mod html;
pub mod import;
pub mod markdown;
pub mod reconcile;
pub mod reference;
pub mod schema;
pub mod sensitivity;
pub mod simulate;
pub mod size;
pub mod solve;
pub mod sweep;
pub mod table;
pub mod time;
pub mod verdict;

pub use block::{Block, Cell, Grid, Row};
