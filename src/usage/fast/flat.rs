//! JSON objects without objects in them, taken apart without escapes: whatever is read here reads the same for a
//! parser of all of JSON, and of everything else it is said that it is not plain.

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text without escapes.
    Text,
    /// A whole number of at most eighteen digits, without a sign.
    Whole,
    /// A number with a point and at most fifteen digits: its text and its nearest binary number mean the same.
    Fraction,
    /// True or false.
    Truth,
    /// Nothing.
    Null,
}

/// Calls `visit` with each key of an object, its value and where that stands (without quotes); false where the
/// text is not such an object alone, or `visit` says so.
pub fn object(text: &[u8], mut visit: impl FnMut(&[u8], Value, (usize, usize)) -> bool) -> bool {
    pairs(text, &mut visit).is_some()
}

fn pairs(text: &[u8], visit: &mut impl FnMut(&[u8], Value, (usize, usize)) -> bool) -> Option<()> {
    let mut at = expect(text, space(text, 0), b'{')?;
    loop {
        let begin = expect(text, space(text, at), b'"')?;
        let end = text_end(text, begin)?;
        at = space(text, expect(text, space(text, end + 1), b':')?);
        let (value, place, after) = if text.get(at) == Some(&b'"') {
            let end = text_end(text, at + 1)?;
            (Value::Text, (at + 1, end), end + 1)
        } else {
            let ((begin, end), after, value) = scalar(text, at)?;
            (value, (begin as usize, end as usize), after)
        };
        let place = match value {
            Value::Null => (at, after),
            _ => place,
        };
        if !visit(&text[begin..end], value, place) {
            return None;
        }
        at = space(text, after);
        match text.get(at)? {
            b',' => at += 1,
            b'}' => break,
            _ => return None,
        }
    }
    (space(text, at + 1) == text.len()).then_some(())
}

fn space(text: &[u8], at: usize) -> usize {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    at + text[at..].iter().take_while(|byte| is_space(byte)).count()
}

fn expect(text: &[u8], at: usize, wanted: u8) -> Option<usize> {
    (text.get(at) == Some(&wanted)).then_some(at + 1)
}

/// The quote that ends a text; none where there is an escape or a control character before it.
fn text_end(text: &[u8], begin: usize) -> Option<usize> {
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let end = begin + text[begin..].iter().position(ends)?;
    (text[end] == b'"').then_some(end)
}

/// A number, a truth value or nothing at a place: where it stands, what follows it, and what it is.
#[inline(always)]
#[allow(clippy::inline_always)] // for most values of each line
pub fn scalar(text: &[u8], begin: usize) -> Option<((u32, u32), usize, Value)> {
    let rest = text.get(begin..)?;
    let (length, value) = match rest.first()? {
        b'0'..=b'9' => number(rest)?,
        b't' if rest.starts_with(b"true") => (4, Value::Truth),
        b'f' if rest.starts_with(b"false") => (5, Value::Truth),
        b'n' if rest.starts_with(b"null") => (4, Value::Null),
        _ => return None,
    };
    let end = begin + length;
    let place = match value {
        Value::Null => super::rows::ABSENT,
        _ => (begin as u32, end as u32),
    };
    Some((place, end, value))
}

/// How many digits a text begins with.
#[inline]
fn digits(text: &[u8]) -> usize {
    if let Some(eight) = text.first_chunk() {
        let zeros = u64::from_le_bytes([b'0'; 8]);
        let values = u64::from_le_bytes(*eight) ^ zeros;
        // The first byte beyond nine; a carry can only reach those after it.
        let beyond = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
        if beyond != 0 {
            return beyond.trailing_zeros() as usize / 8;
        }
    }
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The length of a number and what it is.
#[inline]
fn number(text: &[u8]) -> Option<(usize, Value)> {
    let digits = |from: usize| digits(&text[from..]);
    let whole = digits(0);
    if whole > 18 || whole > 1 && text[0] == b'0' {
        return None;
    }
    match text.get(whole) {
        Some(b'.') => {
            let part = digits(whole + 1);
            let length = whole + 1 + part;
            let goes_on = matches!(text.get(length), Some(b'e' | b'E' | b'.'));
            (part > 0 && whole + part <= 15 && !goes_on).then_some((length, Value::Fraction))
        }
        Some(b'e' | b'E') => None,
        _ => Some((whole, Value::Whole)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(String, Value, String)>> {
        let mut list = Vec::new();
        let whole = object(text.as_bytes(), |key, value, (begin, end)| {
            let key = String::from_utf8_lossy(key).into_owned();
            list.push((key, value, text[begin..end].to_owned()));
            true
        });
        whole.then_some(list)
    }

    #[test]
    fn a_flat_object_is_taken_apart() {
        let found =
            read(" {\"a\": \"x,}\", \"b\":12 ,\"c\":0.50,\"d\":null,\"e\":true}\r\n").unwrap();
        let found: Vec<_> = found.iter().map(|(k, v, t)| (&**k, *v, &**t)).collect();
        assert_eq!(
            found,
            [
                ("a", Value::Text, "x,}"),
                ("b", Value::Whole, "12"),
                ("c", Value::Fraction, "0.50"),
                ("d", Value::Null, "null"),
                ("e", Value::Truth, "true"),
            ]
        );
    }

    #[test]
    fn digits_are_counted_up_to_the_first_byte_that_is_none() {
        for length in 0..20 {
            for end in [
                &b""[..],
                b",",
                b".5",
                b"e",
                b":",
                b"/",
                b" ",
                b"\xff",
                b"\xb0",
            ] {
                for rest in [&b""[..], b"123456789", b"\0\0\0\0\0\0\0\0"] {
                    let text = [&b"9081726354"[..], &b"0123456789"[..]].concat();
                    let text = [&text[..length], end, rest].concat();
                    let wanted = text.iter().take_while(|byte| byte.is_ascii_digit());
                    assert_eq!(digits(&text), wanted.count(), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn whatever_is_taken_apart_is_valid_json() {
        for text in [
            "{}",
            "{\"a\":01}",
            "{\"a\":1e5}",
            "{\"a\":1.}",
            "{\"a\":-1}",
            "{\"a\":.5}",
            "{\"a\":1.5.2}",
            "{\"a\":1234567890123456789}",
            "{\"a\":1234567890.123456}",
            "{\"a\":\"b\\n\"}",
            "{\"a\":\"b\tc\"}",
            "{\"a\":tru}",
            "{\"a\":truex}",
            "{\"a\":[1]}",
            "{\"a\":{\"b\":1}}",
            "{\"a\":1,}",
            "{\"a\":1}{",
            "{\"a\":1} x",
            "{\"a\" 1}",
            "{\"a\":1",
            "{a:1}",
            "[1]",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
