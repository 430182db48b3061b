//! Random keys of a file, each as a line.

use proptest::prelude::*;
use proptest::sample::select;

/// A strategy for lines of text.
pub type Lines = BoxedStrategy<Vec<String>>;

/// A key with a value that is spread evenly over the orders of magnitude.
pub fn log(key: &'static str, low: f64, high: f64) -> BoxedStrategy<String> {
    (low.ln()..high.ln())
        .prop_map(move |x| format!("{key} = {:.3e}", x.exp()))
        .boxed()
}

/// A key with a share.
pub fn share(key: &'static str, most: f64) -> BoxedStrategy<String> {
    (0.0..=most)
        .prop_map(move |x| format!("{key} = {x:.3}"))
        .boxed()
}

/// A key with a whole number.
pub fn count(key: &'static str, low: u32, high: u32) -> BoxedStrategy<String> {
    (low..=high)
        .prop_map(move |n| format!("{key} = {n}"))
        .boxed()
}

/// A key with one of a few words.
pub fn word(key: &'static str, words: &'static [&'static str]) -> BoxedStrategy<String> {
    select(words)
        .prop_map(move |word| format!("{key} = \"{word}\""))
        .boxed()
}

/// These lines, always.
pub fn fixed(text: &'static str) -> BoxedStrategy<String> {
    Just(text.to_owned()).boxed()
}

/// A key that is there in one case of three.
pub fn rare(key: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop_oneof![2 => Just(String::new()), 1 => key].boxed()
}

/// One line of each.
pub fn all(parts: Vec<BoxedStrategy<String>>) -> Lines {
    parts.boxed()
}

/// Lines of the first, then of the second.
pub fn and(first: Lines, second: Lines) -> Lines {
    (first, second).prop_map(|(a, b)| [a, b].concat()).boxed()
}

/// The lines of one of these.
pub fn one_of(choices: Vec<Lines>) -> Lines {
    proptest::strategy::Union::new(choices).boxed()
}
