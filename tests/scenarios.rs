//! Every shipped scenario: its question, its answer, and its whole result.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test scenarios` writes the results anew; read the difference before
//! you keep it.

mod scenarios {
    mod mentions;
    mod minimal;
    mod over_time;
    mod questions;
    pub mod run;
    pub mod snapshots;
}
