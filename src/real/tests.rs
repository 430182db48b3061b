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
