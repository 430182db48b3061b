//! What must be told: prices, times, files and columns that a log lacks or has twice are never assumed in silence.

use std::fs;

use super::command::stderr;
use super::{answer, scratch};

/// A model that costs 1 USD/Mtok from 2026-11-10 and 10 from 2026-11-20 on.
const DATED: &str = "[[api]]\nid = \"m\"\nsource = \"test\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n\
    [[api.price]]\ntier = \"standard\"\nfrom = \"2026-11-10\"\ninput_usd_per_mtok = 1\noutput_usd_per_mtok = 1\n\
    source = \"test\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n\
    [[api.price]]\ntier = \"standard\"\nfrom = \"2026-11-20\"\ninput_usd_per_mtok = 10\noutput_usd_per_mtok = 10\n\
    source = \"test\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n";

#[test]
fn calls_that_are_older_than_the_first_price_are_told_and_strict_ends_with_3() {
    let path = scratch("older").join("prices.toml");
    fs::write(&path, DATED).unwrap();
    let prices = ["--prices", path.to_str().unwrap()];
    let log = |day: &str, cost: &str| {
        format!("day,tenant,model,input_tokens,cost_usd\n{day},a,m,1000000,{cost}\n").into_bytes()
    };
    let told = |more: &[&str], log: &[u8], code: i32| {
        let arguments = [&["-"], &prices[..], more].concat();
        stderr(&arguments, log, code).contains("older than the first known price of m")
    };
    assert!(told(&["--strict"], &log("2026-11-09", ""), 3));
    assert!(!told(&["--strict"], &log("2026-11-10", ""), 0));
    // A cost that is logged needs no price, unless the price list is asked for.
    assert!(!told(&["--strict"], &log("2026-11-09", "1"), 0));
    assert!(told(&["--cost", "both"], &log("2026-11-09", "1"), 0));
    let result = answer(&[&["-"], &prices[..]].concat(), &log("2026-11-09", ""));
    assert_eq!(result["total"]["cost_usd"], 1);
}

#[test]
fn names_of_a_log_cannot_color_the_terminal() {
    let log = b"tenant,model,input_tokens,\x1b[31mred\n\x1b[32mgreen\nacme,\x1b[33mm,1,x\n";
    let output = super::attribute(&["-", "--by", "tenant,model"], log);
    for text in [output.stdout, output.stderr] {
        assert!(!text.contains(&0x1b), "{}", String::from_utf8_lossy(&text));
    }
    let output = super::attribute(&["-"], b"tenant,\x1b[31mred\nacme,1\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.contains(&0x1b));
}
