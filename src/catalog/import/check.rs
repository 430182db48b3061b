//! Which prices are not believed: another unit, a sign, or an order that no provider has.

use super::{Found, Step};

/// Least and greatest price of input and output [USD/Mtok].
const TEXT: (f64, f64) = (0.005, 1000.0);
/// Least price of cached input [USD/Mtok]: the least that a row may have.
const CACHE: f64 = 0.0005;
/// Output that costs less than this share of the input is taken for a slip.
const OUTPUT_SHARE: f64 = 0.1;

/// A price as a reader would write it; of very large and small ones the power.
fn shown(price: f64) -> String {
    if price != 0.0 && !(1e-7..1e9).contains(&price.abs()) {
        format!("{price:e}")
    } else {
        price.to_string()
    }
}

/// Why a model's prices are not believed.
pub fn implausible(found: &Found) -> Option<String> {
    found.steps.iter().find_map(|step| {
        let why = step_implausible(step, found.writes)?;
        let tier = if step.tier == "standard" {
            String::new()
        } else {
            format!("{}: ", step.tier)
        };
        Some(format!("{tier}{why}"))
    })
}

fn step_implausible(step: &Step, writes: bool) -> Option<String> {
    let named = [
        ("input", step.input),
        ("output", step.output),
        ("cache read", step.cache_read),
        ("cache write", step.cache_write),
        ("cache write of an hour", step.cache_write_long),
    ];
    let given = named
        .iter()
        .filter_map(|(name, price)| Some((*name, (*price)?)));
    for (name, price) in given {
        if price < 0.0 || !price.is_finite() {
            let price = shown(price);
            return Some(format!(
                "{name} of {price} USD/Mtok is negative or no number"
            ));
        }
    }
    magnitude(step, writes).or_else(|| order(step))
}

fn magnitude(step: &Step, writes: bool) -> Option<String> {
    let input = step.input.unwrap_or_default();
    let output = step.output.unwrap_or_default();
    if input == 0.0 {
        return Some(format!("input is 0, and output {output} USD/Mtok"));
    }
    if writes && output == 0.0 {
        return Some(format!("output is 0 or absent, and input {input} USD/Mtok"));
    }
    let (least, most) = TEXT;
    let texts = [
        ("input", Some(input), least),
        ("output", step.output, least),
    ];
    let caches = [
        ("cache read", step.cache_read, CACHE),
        ("cache write", step.cache_write, CACHE),
        ("cache write of an hour", step.cache_write_long, CACHE),
    ];
    texts
        .into_iter()
        .chain(caches)
        .find_map(|(name, price, least)| {
            let price = price.filter(|price| *price > 0.0)?;
            if price < least {
                let price = shown(price);
                let unit = "a price per thousand or per single tokens?";
                return Some(format!(
                    "{name} of {price} USD/Mtok is below {least}: {unit}"
                ));
            }
            (price > most).then(|| {
                let price = shown(price);
                let unit = "multiplied by a thousand or a million too often?";
                format!("{name} of {price} USD/Mtok is above {most}: {unit}")
            })
        })
}

fn order(step: &Step) -> Option<String> {
    let input = step.input?;
    let output = step.output.filter(|output| *output > 0.0);
    if let Some(read) = step.cache_read.filter(|read| *read > input) {
        return Some(format!(
            "cache read of {read} USD/Mtok is above the input of {input}"
        ));
    }
    if let (Some(read), Some(output)) = (step.cache_read, output)
        && output < read
    {
        return Some(format!(
            "output of {output} USD/Mtok is below the cache read of {read}"
        ));
    }
    output
        .filter(|output| *output < OUTPUT_SHARE * input)
        .map(|output| {
            format!("output of {output} USD/Mtok is below a tenth of the input of {input}")
        })
}
