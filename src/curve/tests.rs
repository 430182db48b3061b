use super::*;

fn replicas() -> Curve {
    // One replica per 100 requests a day, at least 2.
    Curve::linear(0.01)
        .rounded_up(Cause::Replica)
        .max(&Curve::constant(2.0))
}

#[test]
fn whole_things_are_bought_at_the_step_and_not_before() {
    let curve = replicas();
    assert_eq!(curve.at(0.0), 2.0);
    assert_eq!(curve.at(200.0), 2.0);
    assert_eq!(curve.at(200.1), 3.0);
    assert_eq!(curve.at(301.0), 4.0);
}

#[test]
fn a_plain_value_is_the_value() {
    let people = replicas().times(0.25).rounded_up(Cause::Staff);
    let committed = Curve::linear(0.05).max(&Curve::constant(20.0));
    let capped = committed.min(&Curve::linear(0.04).plus(&people));
    let curve = replicas()
        .times(3.0)
        .plus(&people.times(10.0))
        .plus(&capped);
    for volume in (0..2_000).map(|k| f64::from(k) * 3.7) {
        assert_eq!(curve.plain(volume), curve.at(volume), "{volume}");
    }
}

#[test]
fn a_rounding_error_above_a_whole_number_buys_nothing() {
    assert_eq!(whole(3.0 * (1.0 + 1e-12)), 3.0);
    assert_eq!(whole(3.000_1), 4.0);
    assert_eq!(whole(0.0), 0.0);
    assert_eq!(whole(1e-6), 1.0);
}

#[test]
fn pieces_agree_with_the_value_everywhere() {
    // 3 USD a replica, people for every 4 replicas, and an API line with a committed minimum.
    let people = replicas().times(0.25).rounded_up(Cause::Staff);
    let committed = Curve::linear(0.05).max(&Curve::constant(20.0));
    let curve = replicas()
        .times(3.0)
        .plus(&people.times(10.0))
        .plus(&committed);
    let pieces = curve.pieces(1.0, 5_000.0);
    for piece in &pieces {
        for share in [0.01, 0.5, 0.99] {
            let volume = piece.from + share * (piece.to - piece.from);
            assert!(
                (piece.at(volume) - curve.at(volume)).abs() < 1e-9,
                "{piece:?} at {volume}"
            );
        }
    }
    assert_eq!(pieces.first().unwrap().from, 1.0);
    assert_eq!(pieces.last().unwrap().to, 5_000.0);
    assert!(pieces.windows(2).all(|pair| pair[0].to == pair[1].from));
}

#[test]
fn a_jump_knows_what_made_it() {
    let people = replicas().times(0.25).rounded_up(Cause::Staff);
    let curve = replicas().plus(&people.times(10.0));
    let pieces = curve.pieces(1.0, 1_000.0);
    // 4 replicas serve 400 requests; the fifth needs a second person, and that jump is the higher one.
    let at_400 = pieces
        .iter()
        .find(|piece| (piece.from - 400.0).abs() < 1e-3)
        .unwrap();
    assert_eq!(at_400.cause, Cause::Staff);
    assert!((at_400.jump - 11.0).abs() < 1e-9);
    let at_300 = pieces
        .iter()
        .find(|piece| (piece.from - 300.0).abs() < 1e-3)
        .unwrap();
    assert_eq!(at_300.cause, Cause::Replica);
}

#[test]
fn a_difference_cancels_what_both_share() {
    let dearer = replicas().times(3.0).plus(&Curve::constant(500.0));
    let gap = dearer.minus(&replicas().times(3.0));
    assert_eq!(gap.as_constant(), Some(Real::from(500.0)));
}

#[test]
fn bounds_hold_every_value_between() {
    let curve = replicas().minus(&Curve::linear(0.5));
    let (low, high) = curve.bounds(10.0, 900.0);
    for i in 0..=890 {
        let value = curve.at(10.0 + f64::from(i));
        assert!(low <= value && value <= high);
    }
}

#[test]
fn steps_beyond_the_whole_numbers_of_a_float_are_not_counted() {
    // Past 2^53 every float is whole, and adding one step changes nothing.
    let curve = Curve::linear(1e90).rounded_up(Cause::Replica);
    let pieces = curve.pieces(1e3, 1e3 + 1.0);
    assert_eq!(pieces.len(), 1);
    assert!((pieces[0].value / curve.at(1e3) - 1.0).abs() < 1e-8);
    let endless = Curve::linear(f64::INFINITY).rounded_up(Cause::Replica);
    assert_eq!(endless.pieces(1.0, 2.0).len(), 1);
}
