//! Marks wherever they stand.

use super::*;

#[test]
fn marks_are_found_wherever_they_stand() {
    let text: Vec<u8> = (0..=255)
        .chain((0..90).map(|n| b"a,\"\r\n;|"[n * n % 7]))
        .collect();
    let (mut quick, mut slow) = (Marks::new(b','), Marks::new(b','));
    for shift in 0..70 {
        let text = &text[shift..];
        let marked = text.iter().enumerate();
        let marked = marked.filter(|(_, byte)| b",\"\r\n".contains(byte));
        let wanted: Vec<u32> = marked.map(|(at, _)| at as u32).collect();
        quick.find(text);
        (slow.base, slow.places.count) = (0, 0);
        all(Words, text, &mut slow);
        assert_eq!(quick.get(), wanted);
        assert_eq!(slow.get(), wanted);
    }
}

#[test]
fn quotes_escapes_and_controls_are_found() {
    let text = b"{\"a\\\tb\"\r\n\x1f \x7f\xc3\xa9\0";
    for shift in 0..70 {
        let text = [&vec![b'x'; shift][..], text].concat();
        let (mut quick, mut slow) = (Quotes::default(), Quotes::default());
        quick.find(&text);
        all(Words, &text, &mut slow);
        let wanted = [1, 3, 4, 6, 7, 9, 14].map(|at| at + shift as u32);
        assert_eq!((quick.get(), slow.get()), (&wanted[..], &wanted[..]));
    }
}

/// Ends of cells and the cells that have ended with each row; none where quotes are odd. They begin after [`BEFORE`], so
/// that the index of the last cell of a row is their number.
fn ends(text: &str) -> Option<(Vec<u32>, Vec<u32>)> {
    let mut ends = Ends::new(b',');
    // What was found before is forgotten.
    ends.find(b"\"open,\n");
    let plain = ends.find(text.as_bytes());
    assert_eq!(ends.cells()[0], BEFORE);
    plain.then(|| (ends.cells()[1..].to_vec(), ends.rows().to_vec()))
}

#[test]
fn cells_end_at_delimiters_and_lines_outside_of_quotes() {
    assert_eq!(ends("a,b\nc,d\n"), Some((vec![1, 3, 5, 7], vec![2, 4])));
    assert_eq!(ends("a,b\r\nc"), Some((vec![1, 4, 6], vec![2, 3])));
    assert_eq!(ends("\"a,\n\",b\n"), Some((vec![5, 7], vec![2])));
    assert_eq!(ends("a,\"b\""), Some((vec![1, 5], vec![2])));
    assert_eq!(ends("a,\"b\"\r"), Some((vec![1, 6], vec![2])));
    assert_eq!(ends(""), Some((vec![], vec![])));
}

#[test]
fn quotes_within_cells_and_lone_carriage_returns_are_odd() {
    for text in [
        "a\"b\",c\n",
        "\"a\"b,c\n",
        "\"a\"\"b\",c\n",
        "\"a,b\n",
        "a\rb\n",
        "a, \"b\"\n",
        "a\"",
    ] {
        assert_eq!(ends(text), None, "{text}");
        for shift in 1..70 {
            let text = "x".repeat(shift) + "\n" + text;
            assert_eq!(ends(&text), None, "{text}");
        }
    }
}

#[test]
fn ends_are_the_same_wherever_sixty_four_bytes_end() {
    let row = "\"a,\"\r\nb,\"\"\n";
    for shift in 0..70 {
        let text = "x".repeat(shift) + "\n" + row;
        let base = shift as u32 + 1;
        let cells = [4, 7, 10].map(|at| at + base + u32::from(at == 4));
        let cells: Vec<u32> = [shift as u32].into_iter().chain(cells).collect();
        assert_eq!(ends(&text), Some((cells, vec![1, 2, 4])), "{text}");
    }
}

#[test]
fn lines_are_counted_and_bytes_beyond_ascii_are_seen_wherever_they_stand() {
    for shift in 0..140 {
        let plain = [&vec![b'x'; shift][..], b"a,\"\n\"\r\n\x01\x7f"].concat();
        for odd in [&b""[..], b"\0", b"\x80", "\u{fc}".as_bytes(), b"\xff"] {
            let text = [&plain[..], odd, b"\n"].concat();
            let (mut ends, mut quotes) = (Ends::new(b','), Quotes::default());
            ends.find(&text);
            quotes.find(&text);
            let mut slow = Ends::new(b',');
            all(Words, &text, &mut slow);
            for seen in [ends.seen(), quotes.seen(), slow.seen] {
                assert_eq!((seen.lines, seen.beyond), (3, !odd.is_empty()), "{shift}");
            }
        }
    }
}
