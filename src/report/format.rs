//! The one place where numbers become text.

use crate::scenario::Currency;

/// An amount in the table's currency, without its sign: `12,345`, `123.45`, `0.000245`.
pub fn amount(usd: f64, currency: &Currency) -> String {
    plain(usd * currency.per_usd)
}

/// An amount with its sign: `$12,345`, `EUR 12,345`.
pub fn money(usd: f64, currency: &Currency) -> String {
    let text = amount(usd.abs(), currency);
    let sign = if usd < 0.0 { "-" } else { "" };
    match symbol(&currency.code) {
        Some(symbol) => format!("{sign}{symbol}{text}"),
        None => format!("{sign}{} {text}", currency.code),
    }
}

/// A difference of amounts, with its sign: `+$1,204`, `-$20.00`, `$0`.
pub fn signed(usd: f64, currency: &Currency) -> String {
    let sign = if usd > 0.0 { "+" } else { "" };
    format!("{sign}{}", money(usd, currency))
}

/// What stands before an amount: `$`, or `CHF `.
pub fn sign(currency: &Currency) -> String {
    symbol(&currency.code).map_or_else(|| format!("{} ", currency.code), str::to_owned)
}

fn symbol(code: &str) -> Option<&'static str> {
    match code {
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        _ => None,
    }
}

/// A number: thousands separated from 1,000 on, two decimals below, four significant digits below 1.
pub fn plain(number: f64) -> String {
    let size = number.abs();
    if size >= 999.5 {
        return thousands(number);
    }
    if size >= 0.995 || size == 0.0 {
        return if size == 0.0 {
            "0".into()
        } else {
            format!("{number:.2}")
        };
    }
    significant(number, 4)
}

/// A whole number with separators: `1,234,567`.
pub fn thousands(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0.0 && digits != "0" {
        format!("-{text}")
    } else {
        text
    }
}

/// A number with so many significant digits, in plain notation, without trailing zeros.
pub fn significant(number: f64, digits: i32) -> String {
    if number == 0.0 || !number.is_finite() {
        return format!("{number}");
    }
    let decimals = (digits - 1 - number.abs().log10().floor() as i32).clamp(0, 15) as usize;
    let text = format!("{number:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A volume in words' size: `1,234`, `250,000`, `3.91 M`, `1.2 B`.
pub fn volume(requests: f64) -> String {
    match requests {
        r if r >= 999_500_000.0 => format!("{} B", significant(r / 1e9, 3)),
        r if r >= 999_500.0 => format!("{} M", significant(r / 1e6, 3)),
        r if r >= 10.0 => thousands(r),
        r => significant(r, 3),
    }
}

/// A number of an axis: `500`, `2.5k`, `10M`, `1B`.
pub fn short(number: f64) -> String {
    let size = number.abs();
    let (unit, name) = match size {
        size if size >= 0.9995e9 => (1e9, "B"),
        size if size >= 0.9995e6 => (1e6, "M"),
        size if size >= 999.5 => (1e3, "k"),
        _ => (1.0, ""),
    };
    format!("{}{name}", significant(number / unit, 3))
}

/// A share: `38 %`, `0.4 %`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent != 0.0 && percent.abs() < 9.95 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

/// A share of an axis, without needless decimals: `40 %`, `2.5 %`.
pub fn percent_plain(share: f64) -> String {
    format!("{} %", significant(share * 100.0, 3))
}

/// A number of things: whole where it is whole, else two digits.
pub fn count(number: f64) -> String {
    if number.fract().abs() < 1e-9 {
        thousands(number)
    } else {
        significant(number, 4)
    }
}

/// A number as a reader would write it, six significant digits at most.
pub fn exact(number: f64) -> String {
    let size = number.abs();
    if size >= 1e5 || (size >= 1e3 && number.fract() == 0.0) {
        thousands(number)
    } else {
        significant(number, 6)
    }
}

/// Months: `17.8 months`.
pub fn months(months: f64) -> String {
    format!("{} months", significant(months, 3))
}

/// `s` where there is not exactly one.
pub fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_digits_that_matter() {
        assert_eq!(plain(1_234_567.8), "1,234,568");
        assert_eq!(plain(999.6), "1,000");
        assert_eq!(plain(12.345), "12.35");
        assert_eq!(plain(0.000_245_12), "0.0002451");
        assert_eq!(plain(0.0), "0");
        assert_eq!(thousands(-1_234.0), "-1,234");
    }

    #[test]
    fn volumes_shorten_from_a_million() {
        assert_eq!(volume(250_000.0), "250,000");
        assert_eq!(volume(3_912_345.0), "3.91 M");
        assert_eq!(volume(1_200_000_000.0), "1.2 B");
        assert_eq!(volume(1.0), "1");
    }

    #[test]
    fn numbers_of_an_axis_are_as_short_as_they_can_be() {
        let texts = [0.0, 0.05, 500.0, 2_500.0, 1e4, 1e6, 2e9, 5e11].map(short);
        assert_eq!(
            texts,
            ["0", "0.05", "500", "2.5k", "10k", "1M", "2B", "500B"]
        );
    }

    #[test]
    fn money_has_the_currency_of_the_scenario() {
        let euro = Currency {
            code: "EUR".into(),
            per_usd: 0.5,
        };
        let franc = Currency {
            code: "CHF".into(),
            per_usd: 1.0,
        };
        assert_eq!(money(2_000.0, &euro), "€1,000");
        assert_eq!(money(-20.0, &franc), "-CHF 20.00");
    }

    #[test]
    fn small_shares_keep_a_decimal() {
        assert_eq!(
            (percent(0.004), percent(0.38), percent(0.0)),
            ("0.4 %".into(), "38 %".into(), "0 %".into())
        );
    }
}
