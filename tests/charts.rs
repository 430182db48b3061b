//! Pictures: what they show, that nothing on them overlaps, and the files that the command writes.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test charts` draws the golden pictures anew; look at them before you
//! keep them.

mod charts {
    mod accuracy;
    mod choices;
    mod command;
    mod description;
    pub mod drawn;
    mod gallery;
    mod golden;
    mod kept;
    mod maps;
    mod overlap;
    #[path = "../common/ran.rs"]
    mod ran;
    pub mod random;
    mod ranges;
    mod refused;
    mod text;
}
