//! The curves of the sixth choice: over the share that is reviewed, and over the price of an error.

use super::result::Series;
use crate::cost::choice::confidence::{Confidence, Review};

/// Points of the curve over the share that is reviewed.
const THRESHOLDS: u32 = 80;
/// Points of the curves over the price of an error.
const PRICES: u32 = 60;
/// A price at which a policy begins to pay is shown up to this far from the present one, as a factor.
const REACH: f64 = 1e3;

/// What reviews and errors cost over the share that is reviewed, the least certain answers first.
pub fn over_share(name: &str, review: &Review, confidence: &Confidence, answers: f64) -> Series {
    let thresholds = (0..=THRESHOLDS).rev();
    let mut points: Vec<[f64; 2]> = thresholds
        .map(|step| f64::from(step) / f64::from(THRESHOLDS))
        .map(|t| {
            [
                confidence.share_above(t),
                answers * review.cost(confidence, t),
            ]
        })
        .collect();
    points.dedup();
    Series {
        plot: "reviewed",
        label: name.to_owned(),
        x: "share that is reviewed",
        y: "reviews and errors (USD/month)",
        points,
    }
}

/// What each policy costs over the price of an error; by confidence only where that is known.
pub fn over_price(
    review: &Review,
    confidence: &Confidence,
    by_confidence: bool,
    answers: f64,
) -> Vec<Series> {
    let priced = |error_usd: f64| Review {
        error_usd,
        ..*review
    };
    let cost =
        |error_usd: f64, threshold: f64| answers * priced(error_usd).cost(confidence, threshold);
    let [least, most] = ends(review, confidence);
    let prices =
        (0..=PRICES).map(|step| least * (most / least).powf(f64::from(step) / f64::from(PRICES)));
    let series = |label: &str, of: &dyn Fn(f64) -> f64| Series {
        plot: "error-price",
        label: label.to_owned(),
        x: "cost of an error (USD)",
        y: "reviews and errors (USD/month)",
        points: prices.clone().map(|usd| [usd, of(usd)]).collect(),
    };
    let mut list = vec![
        series("nothing reviewed", &|usd| cost(usd, 1.0)),
        series("everything reviewed", &|usd| cost(usd, 0.0)),
    ];
    if by_confidence {
        let best = |usd| cost(usd, priced(usd).best_threshold());
        list.push(series("by confidence", &best));
    }
    list
}

/// The prices that are looked at: around the present one, and around those at which a policy begins to pay.
fn ends(review: &Review, confidence: &Confidence) -> [f64; 2] {
    let turns = [
        review.automation_stops_at_usd(),
        review.all_or_nothing_usd(confidence.error_rate),
    ];
    let turns = turns.into_iter().flatten().filter(|usd| *usd > 0.0);
    let near = turns.filter(|usd| (usd / review.error_usd).ln().abs() <= REACH.ln());
    let (least, most) = near.fold(
        (review.error_usd, review.error_usd),
        |(least, most), usd| (least.min(usd), most.max(usd)),
    );
    [least / 5.0, most * 5.0]
}
