//! `reconcile` in wrong hands.

use std::fs;

use super::{folder, refused, run, stderr};

#[test]
fn a_log_without_a_bill_and_a_bill_without_rows_are_refused() {
    let folder = folder("reconcile");
    let log = "date,model,input_tokens\n2026-11-01,gpt-5-mini,1000\n";
    fs::write(folder.join("log.csv"), log).unwrap();
    fs::write(
        folder.join("bill.csv"),
        "date,model,cost\n2026-11-01,gpt-5-mini,1\n",
    )
    .unwrap();
    fs::write(folder.join("empty.csv"), "date,model,cost\n").unwrap();
    fs::write(folder.join("euro.csv"), EURO).unwrap();
    for (arguments, words) in [
        (
            &["log.csv"][..],
            &["a log and a bill are needed", "LOG... --bill BILL"][..],
        ),
        (
            &["log.csv", "empty.csv"],
            &["the bill: no usage was found in 1 file(s)"],
        ),
        (
            &["empty.csv", "bill.csv"],
            &["no usage was found in 1 file(s)"],
        ),
        (
            &["log.csv", "none.csv"],
            &["the bill: cannot read `none.csv`"],
        ),
        (
            &["log.csv", "euro.csv"],
            &["the bill:", "the currency is EUR, not USD"],
        ),
        (&["-", "-"], &["standard input is either a log or the bill"]),
        (
            &["log.csv", "bill.csv", "--tolerance", "2"],
            &["`2` is no percentage", "such as 2%"],
        ),
        (
            &["log.csv", "bill.csv", "--tolerance", "-1%"],
            &["--tolerance"],
        ),
        (
            &["log.csv", "bill.csv", "--tolerance-usd", "much"],
            &["`much` is no amount"],
        ),
        (&["log.csv", "bill.csv", "--by", "tenant"], &["tenant"]),
        (
            &["log.csv", "bill.csv", "--bill-from", "focs"],
            &["did you mean `focus`?"],
        ),
        (
            &["log.csv", "bill.csv", "--bill-map", "cost=Betrag"],
            &["no column is named `Betrag`"],
        ),
        (
            &["log.csv", "bill.csv", "--from", "litelm"],
            &["did you mean `litellm`?"],
        ),
    ] {
        refused(&folder, &[&["reconcile"], arguments].concat(), words);
    }
}

const EURO: &str = "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ResourceName\n\
    1,1,EUR,Usage,2026-11-01T00:00:00Z,gpt-5-mini\n";

#[test]
fn a_row_of_the_bill_that_cannot_be_read_is_told_and_strict_stops_at_it() {
    let folder = folder("reconcile-rows");
    fs::write(
        folder.join("log.csv"),
        "date,model,input_tokens\n2026-11-01,gpt-5-mini,4000000\n",
    )
    .unwrap();
    let bill = "date,model,cost\n2026-11-01,gpt-5-mini,1\n2026-11-01,gpt-5-mini,many\n";
    fs::write(folder.join("bill.csv"), bill).unwrap();
    let output = run(&folder, &["reconcile", "log.csv", "bill.csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("[bad-rows]"));
    refused(
        &folder,
        &["reconcile", "log.csv", "bill.csv", "--strict"],
        &["bill.csv:3"],
    );
}
