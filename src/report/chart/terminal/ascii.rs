//! Texts for terminals that know nothing but ASCII.

use crate::report::chart::description::Chart;

/// A chart whose texts are ASCII before they are laid out: some letters take several.
pub fn plain(chart: &Chart) -> Chart {
    let mut chart = chart.clone();
    let Chart {
        title,
        question,
        footer,
        x,
        y,
        areas,
        bars,
        tags,
        lines,
        guides,
        marks,
        rules,
        key,
        ..
    } = &mut chart;
    let mut texts: Vec<&mut String> = Vec::new();
    for axis in [x, y] {
        texts.push(&mut axis.title);
        texts.extend(axis.ticks.iter_mut().map(|tick| &mut tick.label));
    }
    texts.extend(areas.iter_mut().map(|area| &mut area.label));
    texts.extend(bars.iter_mut().map(|bar| &mut bar.label));
    texts.extend(
        tags.iter_mut()
            .flat_map(|tag| [&mut tag.text, &mut tag.note]),
    );
    for line in lines {
        texts.extend([&mut line.name, &mut line.note]);
        texts.extend(&mut line.ends);
    }
    texts.extend(guides.iter_mut().map(|guide| &mut guide.label));
    texts.extend(marks.iter_mut().flat_map(|mark| &mut mark.label));
    texts.extend(rules.iter_mut().flat_map(|rule| &mut rule.label));
    texts.extend(key.iter_mut().map(|key| &mut key.text));
    texts.extend([title, question, footer]);
    for text in texts {
        *text = ascii(text);
    }
    chart
}

/// A text in ASCII.
pub fn ascii(text: &str) -> String {
    let plain = |letter: char| match letter {
        '·' => "-".to_owned(),
        // One letter for one: what was cut to a width keeps it.
        '…' => "~".to_owned(),
        '×' => "x".to_owned(),
        '€' => "EUR ".to_owned(),
        '£' => "GBP ".to_owned(),
        'ä' => "ae".to_owned(),
        'ö' => "oe".to_owned(),
        'ü' => "ue".to_owned(),
        'Ä' => "Ae".to_owned(),
        'Ö' => "Oe".to_owned(),
        'Ü' => "Ue".to_owned(),
        'ß' => "ss".to_owned(),
        letter if letter.is_ascii() => letter.to_string(),
        _ => "?".to_owned(),
    };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_has_nothing_else() {
        let text = ascii("€5 · Überlauf… 2 × 3 ⣿");
        assert_eq!(text, "EUR 5 - Ueberlauf~ 2 x 3 ?");
    }
}
