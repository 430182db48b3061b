//! Pictures that were looked at and kept.

use std::path::{Path, PathBuf};

use llmcost::report::chart::{Look, Medium, Theme, render};

use super::drawn::{drawn, look, root};

/// Letters and edges may differ in a few pixels between platforms.
pub const MOST_DIFFERENT: f64 = 0.005;

fn golden(name: &str) -> PathBuf {
    root().join("tests/charts/golden").join(name)
}

fn picture(look: &Look, medium: Medium) -> Vec<u8> {
    picture_of("article-1m", look, medium)
}

fn picture_of(scenario: &str, look: &Look, medium: Medium) -> Vec<u8> {
    let file = root().join(format!("scenarios/{scenario}.toml"));
    let text = std::fs::read_to_string(file).expect("a scenario");
    render(&drawn(&text, look).chart.into(), look, medium).expect("a picture")
}

/// The kept file, written anew where that is asked for.
pub fn kept(file: &Path, now: &[u8]) -> Vec<u8> {
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(file, now).expect("a folder to write to");
    }
    std::fs::read(file).expect("UPDATE_SNAPSHOTS=1 cargo test --test charts")
}

#[test]
fn the_svg_is_the_one_that_was_kept() {
    let now = String::from_utf8(picture(&look(800, 450), Medium::Svg)).expect("text");
    let kept = String::from_utf8(kept(&golden("curves.svg"), now.as_bytes())).expect("text");
    let different = now
        .lines()
        .zip(kept.lines())
        .find(|(now, kept)| now != kept);
    assert_eq!(different, None);
    assert_eq!(now.lines().count(), kept.lines().count());
}

#[test]
fn the_png_is_the_one_that_was_kept() {
    let now = picture(&look(800, 450), Medium::Png);
    let kept = kept(&golden("curves.png"), &now);
    assert!(kept.len() < 100_000, "{} bytes", kept.len());
    let (now, kept) = (pixels(&now), pixels(&kept));
    assert_eq!((now.0, now.1), (800, 450));
    assert_eq!((kept.0, kept.1), (800, 450));
    let share = different(&now.2, &kept.2);
    assert!(
        share <= MOST_DIFFERENT,
        "{:.2} % of the pixels differ",
        100.0 * share
    );
}

#[test]
fn the_picture_of_the_readme_is_what_its_command_draws() {
    let now = picture_of("chat-assistant", &look(1200, 675), Medium::Png);
    let kept = kept(&root().join("docs/curves.png"), &now);
    let share = different(&pixels(&now).2, &pixels(&kept).2);
    assert!(
        share <= MOST_DIFFERENT,
        "{:.2} % of the pixels differ",
        100.0 * share
    );
}

/// Width, height and the colors of each pixel.
pub fn pixels(file: &[u8]) -> (u32, u32, Vec<u8>) {
    let decoder = png::Decoder::new(std::io::Cursor::new(file));
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("an image");
    assert_eq!(info.color_type, png::ColorType::Rgb);
    (info.width, info.height, pixels)
}

/// Share of pixels of which a color is off by more than 8 of 255.
pub fn different(a: &[u8], b: &[u8]) -> f64 {
    let pairs = a.chunks(3).zip(b.chunks(3));
    let off = pairs.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 8));
    off.count() as f64 / (a.len() / 3) as f64
}

#[test]
fn another_theme_is_another_picture() {
    let light = pixels(&picture(&look(800, 450), Medium::Png)).2;
    let dark = Look {
        theme: Theme::Dark,
        ..look(800, 450)
    };
    let dark = pixels(&picture(&dark, Medium::Png)).2;
    assert!(different(&light, &dark) > 0.9);
    // Lines alone differ between light and print; the ground and the texts nearly do not.
    let print = Look {
        theme: Theme::Print,
        ..look(800, 450)
    };
    let print = pixels(&picture(&print, Medium::Png)).2;
    let share = different(&light, &print);
    assert!((MOST_DIFFERENT..0.1).contains(&share), "{share}");
}

#[test]
fn pictures_are_the_same_bytes_every_time() {
    for medium in [Medium::Png, Medium::Svg] {
        assert_eq!(
            picture(&look(800, 450), medium),
            picture(&look(800, 450), medium)
        );
    }
}

#[test]
fn a_scale_of_two_has_twice_the_pixels_in_both_directions() {
    let twice = Look {
        scale: 2.0,
        ..look(500, 300)
    };
    let (width, height, _) = pixels(&picture(&twice, Medium::Png));
    assert_eq!((width, height), (1000, 600));
    let svg = String::from_utf8(picture(&twice, Medium::Svg)).expect("text");
    assert!(svg.contains(" width=\"1000\" height=\"600\" viewBox=\"0 0 4000 2400\""));
}

#[test]
fn an_svg_says_what_it_shows_to_those_who_cannot_see_it() {
    let text = format!(
        "{}\n",
        super::drawn::two_apis(1.0, 3.0).replace("\"two\"", "\"a < b & c\"")
    );
    let look = look(800, 450);
    let svg = render(&drawn(&text, &look).chart.into(), &look, Medium::Svg).expect("a picture");
    let svg = String::from_utf8(svg).expect("text");
    assert!(
        svg.contains(
            "<title id=\"llmcost-curves-title\">a &lt; b &amp; c: Which option is cheapest"
        ),
        "{svg}"
    );
    assert!(svg.contains(
        "<desc id=\"llmcost-curves-desc\">Monthly cost in USD against volume from 100 to 10,000 requests a day"
    ));
    assert!(svg.contains("first is cheapest: $30.42 a month"));
}
