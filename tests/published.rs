//! Published results reproduced: papers, price pages and calculators that state inputs *and* result.
//!
//! Every case is written as a scenario file, as a reader of `docs/scenario.md` would, and run through
//! the library. The figures are facts and stand in [`published::facts`] with their sources.

mod published {
    mod agreement;
    pub mod facts;
    mod hardware;
    mod quality;
    pub mod run;
    mod source_article;
    mod staff;
    mod tokens;
    mod units;
}
