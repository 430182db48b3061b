//! Logs that stay where they are: an engine reads and sums them, by expressions that say what the embedded
//! readers do, and sends back groups.
//!
//! Everything here is text: `schema` finds columns, `call` says what a row means by the table in
//! [`super::semantics`], `query` groups, and `load` brings what comes back into a [`super::group::Grouping`], so that
//! prices, budgets and reports are those of files. Talking to the engine is left to `cli`, so that all of this can
//! be tested without one.

pub mod call;
mod groups;
pub mod keys;
mod langfuse;
mod litellm;
pub mod load;
mod mapped;
pub mod money;
pub mod profile;
pub mod query;
pub mod schema;
mod sql;
#[cfg(test)]
mod tests;
mod time;
pub mod value;

pub use call::{Asked, Call};
pub use query::{Bounds, Query};
pub use schema::{Schema, Type};
