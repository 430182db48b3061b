use super::*;

#[test]
fn constants_are_plain_numbers_and_record_nothing() {
    let (sum, tape) = record(|| Real::from(2.0) * 3.0 + 1.0);
    assert_eq!((sum.get(), sum.is_recorded()), (7.0, false));
    assert_eq!(tape.nodes.len(), 1);
}

#[test]
fn what_follows_from_an_input_is_written_down_once() {
    let (y, tape) = record(|| {
        let x = input(0, 3.0);
        (x * 2.0 + 1.0) + (x * 2.0 + 1.0)
    });
    // 2 x 3 + 1 = 7, twice. Nodes: nothing, x, 2, x 2, 1, + 1, the sum.
    assert_eq!(y.get(), 14.0);
    assert_eq!(tape.nodes.len(), 7);
    assert!(y.is_recorded());
}

#[test]
fn a_comparison_is_a_guard_with_its_outcome() {
    let (taken, tape) = record(|| input(0, 3.0) > 2.0);
    assert!(taken);
    assert_eq!(tape.guards.len(), 1);
    assert!(tape.guards[0].outcome);
}

#[test]
fn outside_of_a_record_an_input_is_a_constant() {
    assert!(!input(0, 3.0).is_recorded());
    let (inner, tape) = record(|| unrecorded(|| input(0, 3.0) + 1.0));
    assert!(!inner.is_recorded() && tape.nodes.len() == 1);
}

#[test]
fn a_number_times_one_and_plus_zero_is_itself() {
    let (same, tape) = record(|| {
        let x = input(0, 3.0);
        (x * 1.0 + 0.0, x)
    });
    assert_eq!(same.0, same.1);
    assert_eq!(tape.nodes.len(), 2);
}

#[test]
fn equal_values_that_came_about_otherwise_are_not_the_same() {
    let ((x, y), tape) = record(|| (input(0, 3.0), input(1, 3.0)));
    assert!(x != y && tape.guards.is_empty());
    assert!(x == 3.0);
}

#[test]
fn calls_of_one_name_with_the_same_arguments_are_one() {
    let (y, tape) = record(|| {
        let x = input(0, 3.0);
        let run = |x| {
            let square: tape::Function =
                std::sync::Arc::new(|given, out| out[0] = given[0] * given[0]);
            answer(|| "square".into(), &[x], 1, square)[0]
        };
        run(x) + run(x)
    });
    assert_eq!((y.get(), tape.calls.len()), (18.0, 1));
}

#[test]
fn a_hair_above_a_whole_number_is_that_number() {
    assert_eq!(Real::from(3.0 * (1.0 + 1e-12)).whole().get(), 3.0);
    assert_eq!(Real::from(3.000_1).whole().get(), 4.0);
}

/// Results of a computation at some values, replayed from a record at others.
fn replayed(run: fn(&[Real]) -> Vec<Real>, recorded: &[f64], at: &[f64]) -> Vec<f64> {
    let limits = vec![(f64::NEG_INFINITY, f64::INFINITY); at.len()];
    let run = move |inputs: &[Real]| Ok::<_, ()>(run(inputs));
    let replay = Replay::new(run, recorded, &limits).unwrap();
    replay.at(at).unwrap()
}

#[test]
fn sums_and_products_are_brought_together_and_stay_what_they_are() {
    // (x + y) z + 2 x z - z^2 / y at x = 3, y = 5, z = 2: 16 + 12 - 0.8 = 27.2.
    let run = |v: &[Real]| vec![(v[0] + v[1]) * v[2] + 2.0 * v[0] * v[2] - v[2] * v[2] / v[1]];
    let found = replayed(run, &[1.0, 1.0, 1.0], &[3.0, 5.0, 2.0]);
    assert!((found[0] - 27.2).abs() < 1e-12, "{found:?}");
}

#[test]
fn chains_of_powers_are_powers() {
    // Growth of 36 months and a trend by days.
    let run = |v: &[Real]| -> Vec<Real> {
        (0..36)
            .map(|month| v[0].powi(month) * v[1].powf(f64::from(month) * 30.4 / 365.25))
            .collect()
    };
    let found = replayed(run, &[1.0, 1.0], &[1.04, 0.7]);
    for (month, found) in (0..36).zip(found) {
        let exact = 1.04f64.powi(month) * 0.7f64.powf(f64::from(month) * 30.4 / 365.25);
        assert!((found / exact - 1.0).abs() < 1e-12, "{month}");
    }
}

#[test]
fn whole_things_have_their_least_number() {
    let run = |v: &[Real]| {
        vec![
            (v[0] * 0.5).whole().max(2.0),
            Real::from(3.0).max(v[0].whole()),
        ]
    };
    assert_eq!(replayed(run, &[1.0], &[3.0]), [2.0, 3.0]);
    assert_eq!(replayed(run, &[1.0], &[9.0]), [5.0, 9.0]);
}

#[test]
fn another_turn_is_recorded_anew() {
    let run = |v: &[Real]| vec![if v[0] > 10.0 { v[0] * 2.0 } else { v[0] + 1.0 }];
    assert_eq!(replayed(run, &[1.0], &[4.0]), [5.0]);
    assert_eq!(replayed(run, &[1.0], &[40.0]), [80.0]);
}

#[test]
fn limits_of_the_inputs_settle_what_they_can() {
    let run = |inputs: &[Real]| {
        Ok::<_, ()>(vec![if inputs[0] > 0.0 {
            inputs[0]
        } else {
            -inputs[0]
        }])
    };
    let replay = Replay::new(run, &[2.0], &[(1.0, 3.0)]).unwrap();
    assert_eq!((replay.at(&[2.5]).unwrap(), replay.ways()), (vec![2.5], 1));
}
