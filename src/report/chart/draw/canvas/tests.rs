use plotters::prelude::{Color as _, RGBColor, ShapeStyle, TextStyle};

use super::*;

fn gray(canvas: &Canvas<'_>, x: usize, y: usize) -> u8 {
    canvas.rows()[y * (3 * canvas.width as usize + 1) + 3 * x + 1]
}

#[test]
fn half_a_pixel_under_a_line_is_half_as_dark() {
    let letters = Letters::new();
    let mut canvas = Canvas::new(8, 0..5, [255; 3], 8.0, &letters);
    // Two pixels wide around y = 2: rows 1 and 2 are covered; around y = 2.5: rows 1 and 3 by half.
    let style = ShapeStyle::from(RGBColor(0, 0, 0)).stroke_width(16);
    canvas.draw_path([(0, 16), (32, 16)], &style).unwrap();
    assert_eq!([0, 1, 2, 3].map(|y| gray(&canvas, 2, y)), [255, 0, 0, 255]);
    canvas.draw_path([(48, 20), (64, 20)], &style).unwrap();
    assert_eq!([1, 2, 3].map(|y| gray(&canvas, 7, y)), [128, 0, 128]);
}

#[test]
fn a_polygon_covers_its_share_of_a_pixel() {
    let letters = Letters::new();
    let mut canvas = Canvas::new(3, 0..3, [255; 3], 8.0, &letters);
    let style = ShapeStyle::from(RGBColor(0, 0, 0)).filled();
    canvas.draw_rect((4, 8), (16, 16), &style, true).unwrap();
    assert_eq!([0, 1, 2].map(|x| gray(&canvas, x, 1)), [128, 0, 255]);
    assert_eq!(gray(&canvas, 1, 0), 255);
    // Half of a pixel under a slope: the triangle below the diagonal.
    let mut canvas = Canvas::new(2, 0..2, [255; 3], 8.0, &letters);
    canvas
        .fill_polygon([(0, 0), (16, 16), (0, 16)], &style)
        .unwrap();
    let rows = [0, 1].map(|y| [0, 1].map(|x| gray(&canvas, x, y)));
    assert_eq!(rows, [[128, 255], [0, 128]]);
}

#[test]
fn rows_on_their_own_are_those_of_the_whole() {
    let letters = Letters::new();
    let drawn = |rows: Range<u32>| {
        let mut canvas = Canvas::new(64, rows, [255; 3], 8.0, &letters);
        let color = RGBColor(200, 30, 10);
        let half = ShapeStyle::from(color.mix(0.5)).filled();
        let triangle = [(-40, 10), (500, 200), (90, 490)];
        canvas.fill_polygon(triangle, &half).unwrap();
        let line = ShapeStyle::from(RGBColor(0, 0, 90)).stroke_width(21);
        canvas
            .draw_path([(3, 500), (300, 11), (511, 300)], &line)
            .unwrap();
        canvas
            .draw_circle((256, 256), 90, &line.filled(), true)
            .unwrap();
        let font = TextStyle::from(("sans-serif", 150.0)).color(&color);
        for y in [3, 101, 204, 310] {
            canvas.draw_text("gÅj", &font, (40, y)).unwrap();
        }
        canvas.rows().to_vec()
    };
    let whole = drawn(0..64);
    for cut in [1, 16, 17, 31, 40, 63] {
        let parts = [drawn(0..cut), drawn(cut..64)].concat();
        let off = parts.iter().zip(&whole).map(|(a, b)| a.abs_diff(*b));
        // Parts of sums may be rounded in another way.
        assert!(off.max() <= Some(1), "{cut}");
    }
}

#[test]
fn nothing_is_drawn_outside() {
    let letters = Letters::new();
    let mut canvas = Canvas::new(4, 0..4, [255; 3], 8.0, &letters);
    let style = ShapeStyle::from(RGBColor(0, 0, 0)).stroke_width(16);
    canvas
        .draw_path([(-400, -400), (-80, -80)], &style)
        .unwrap();
    canvas.draw_circle((400, 400), 16, &style, true).unwrap();
    let rows = canvas.rows().chunks(3 * 4 + 1);
    assert!(rows.flat_map(|row| &row[1..]).all(|part| *part == 255));
}
