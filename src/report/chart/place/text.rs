//! Texts that have to fit: wrapped at words, shortened with an ellipsis.

use crate::report::chart::scene::Measure;

type Font = (f64, bool);

/// A text in at most so many lines; what does not fit ends in an ellipsis.
pub fn wrapped(text: &str, font: Font, room: f64, most: usize, m: &dyn Measure) -> Vec<String> {
    let fits = |line: &str| m.width(line, font.0, font.1) <= room;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|last| format!("{last} {word}"));
        match longer {
            Some(longer) if fits(&longer) || lines.len() == most => {
                lines.pop();
                lines.push(longer);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
        .iter()
        .map(|line| shortened(line, font, room, m))
        .collect()
}

/// As many of the parts of a text between commas as fit, at least the beginning of the first.
pub fn first_parts(text: &str, font: Font, room: f64, m: &dyn Measure) -> String {
    let mut kept = text;
    while m.width(kept, font.0, font.1) > room {
        match kept.rsplit_once(", ") {
            Some((before, _)) => kept = before,
            None => break,
        }
    }
    shortened(kept, font, room, m)
}

/// A text in one line.
pub fn shortened(text: &str, font: Font, room: f64, m: &dyn Measure) -> String {
    let fits = |line: &str| m.width(line, font.0, font.1) <= room;
    if fits(text) {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let begin = |keep: usize| -> String {
        let begin: String = letters[..keep].iter().collect();
        format!("{}…", begin.trim_end_matches([' ', ',']))
    };
    // Halving between a beginning that fits (none of it, at least) and one that does not.
    let (mut fitting, mut too_long) = (0, letters.len());
    while too_long - fitting > 1 {
        let middle = usize::midpoint(fitting, too_long);
        if fits(&begin(middle)) {
            fitting = middle;
        } else {
            too_long = middle;
        }
    }
    begin(fitting)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every letter is as wide as the text is high.
    struct Even;

    impl Measure for Even {
        fn width(&self, text: &str, size: f64, _: bool) -> f64 {
            size * text.chars().count() as f64
        }
    }

    #[test]
    fn words_are_kept_whole_and_the_rest_is_dropped() {
        let font = (1.0, false);
        assert_eq!(
            wrapped("own base, overflow", font, 9.0, 2, &Even),
            ["own base,", "overflow"]
        );
        assert_eq!(
            wrapped("one two three", font, 5.0, 2, &Even),
            ["one", "two…"]
        );
        assert_eq!(wrapped("unbreakable", font, 5.0, 2, &Even), ["unbr…"]);
        assert_eq!(wrapped("", font, 5.0, 2, &Even), Vec::<String>::new());
    }

    #[test]
    fn whole_parts_are_left_out_before_letters_are() {
        let fits = |room| first_parts("in all $9,000, base", (1.0, false), room, &Even);
        assert_eq!(fits(19.0), "in all $9,000, base");
        assert_eq!(fits(18.0), "in all $9,000");
        assert_eq!(fits(8.0), "in all…");
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(shortened("own", (1.0, false), 3.0, &Even), "own");
        assert_eq!(shortened("owner", (1.0, false), 0.5, &Even), "…");
    }
}
