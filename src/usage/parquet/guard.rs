//! The decoder of Parquet trusts some numbers that a damaged file has wrong, and panics. That is an error of the
//! file: it is told as one.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use super::check::DAMAGED;

thread_local! {
    /// The file that this thread decodes.
    static DECODED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Decodes something of a file.
pub fn guarded<T>(name: &str, decode: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    DECODED.set(Some(name.to_owned()));
    // What is left half done is not used again: the run ends with the error.
    let decoded = panic::catch_unwind(AssertUnwindSafe(decode));
    DECODED.set(None);
    decoded.unwrap_or_else(|panic| Err(told(&*panic)))
}

/// Whether this thread decodes a file, which one, and what is wrong with it where that panics.
fn error(panic: &dyn Any) -> Option<String> {
    let name = DECODED.try_with(|name| name.try_borrow().ok()?.clone());
    Some(format!("{}: {}", name.ok()??, told(panic)))
}

fn told(panic: &dyn Any) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    let text = text.unwrap_or("no reason is given").trim();
    format!("its bytes make no sense: {text}\n{DAMAGED}")
}

/// Says nothing of panics that become errors; where a panic ends the program, `end` is called with the error first.
pub fn watch_panics(end: fn(&str)) {
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |panic| match error(panic.payload()) {
        Some(error) if cfg!(panic = "abort") => end(&error),
        Some(_) => {}
        None => others(panic),
    }));
}
