use super::*;

fn laws() -> Vec<Input> {
    let beta = |alpha, beta| Input::Beta {
        alpha,
        beta,
        min: 0.0,
        max: 1.0,
    };
    vec![
        Input::Normal { mean: 3.0, sd: 2.0 },
        Input::Lognormal {
            mu: 1.0,
            sigma: 0.7,
        },
        beta(8.0, 3.0),
        beta(1.5, 4.5),
        Input::Triangular {
            min: 1.0,
            mode: 2.0,
            max: 5.0,
        },
        Input::Uniform {
            min: -1.0,
            max: 4.0,
        },
    ]
}

#[test]
fn the_table_is_within_a_millionth_of_the_exact_inverse() {
    for input in laws() {
        let (inverse, below, above) = Inverse::of(&input, (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!((below, above), (0.0, 0.0));
        let spread = input.quantile(0.95) - input.quantile(0.05);
        for start in 0..200 {
            let mut shares = [0.0; BLOCK];
            for (at, share) in shares.iter_mut().enumerate() {
                *share = (f64::from(start) + (at as f64 + 0.37) / BLOCK as f64) / 200.0;
            }
            let mut out = [0.0; BLOCK];
            inverse.fill(&shares, &mut out);
            for (share, found) in shares.iter().zip(&out) {
                let exact = input.quantile(*share);
                let apart = (found - exact).abs() / spread;
                assert!(
                    apart < 1e-6,
                    "{input:?} at {share}: {found}, exactly {exact}"
                );
            }
        }
    }
}

#[test]
fn tails_beyond_the_table_are_asked_of_the_distribution() {
    let input = Input::Normal { mean: 0.0, sd: 1.0 };
    let inverse = Inverse::of(&input, (f64::NEG_INFINITY, f64::INFINITY)).0;
    let mut out = [0.0; BLOCK];
    inverse.fill(&[1e-9; BLOCK], &mut out);
    assert_eq!(out[0], input.quantile(1e-9));
    inverse.fill(&[1.0 - 1e-9; BLOCK], &mut out);
    assert!((out[0] + input.quantile(1e-9)).abs() < 1e-6);
}

#[test]
fn a_distribution_is_cut_off_at_the_limits_of_its_key() {
    // Lognormal around 0.5, 90 % within a factor 2: above 1 lie 5 %. Half of what is left lies below
    // the 47.5 % quantile.
    let input = Input::Lognormal {
        mu: 0.5f64.ln(),
        sigma: 2f64.ln() / 1.644_853_626_951_472_2,
    };
    let (inverse, below, above) = Inverse::of(&input, (0.0, 1.0));
    assert!(below == 0.0 && (above - 0.05).abs() < 1e-9);
    let mut out = [0.0; BLOCK];
    inverse.fill(&[0.5; BLOCK], &mut out);
    assert!((out[0] - input.quantile(0.475)).abs() < 1e-6);
    inverse.fill(&[1.0 - 1e-12; BLOCK], &mut out);
    assert!(out[0] <= 1.0);
}

#[test]
fn a_discrete_input_takes_each_value_by_its_weight() {
    let input = Input::Discrete(vec![(1.0, 1.0), (5.0, 3.0)]);
    let inverse = Inverse::of(&input, (1.0, 5.0)).0;
    let mut out = [0.0; BLOCK];
    inverse.fill(&[0.2; BLOCK], &mut out);
    assert_eq!(out[0], 1.0);
    inverse.fill(&[0.26; BLOCK], &mut out);
    assert_eq!(out[0], 5.0);
}
