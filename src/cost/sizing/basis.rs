//! Where a rate comes from, and how far off it may be.

use serde::Serialize;

/// Whose measurements a throughput stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The user's own.
    Own,
    /// Published ones, of the catalog.
    Published,
}

/// Where a throughput comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Stated by the scenario for this very workload.
    Scenario,
    /// Between or near measured points of the same deployment.
    Measured(Whose),
    /// Estimated, and corrected by measurements of the same deployment at another load or length.
    Calibrated(Whose),
    /// Estimated from the model's shape and the GPU's data sheet.
    Estimated,
}

/// Factors within which shares of such figures lie of what is measured later.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bands {
    /// Half of them.
    pub p50: f64,
    /// 68 of 100.
    pub p68: f64,
    /// 80 of 100.
    pub p80: f64,
    /// 90 of 100.
    pub p90: f64,
}

/// Held out by whole deployments (`docs/capacity.md`, 2026-11).
const ESTIMATED: Bands = Bands {
    p50: 1.11,
    p68: 1.19,
    p80: 1.27,
    p90: 1.44,
};

/// The same with one measurement of each deployment: half within 7.5 %, nine in ten within 25.5 %; the
/// shares between them are read off a line between these two over the normal quantile.
const CALIBRATED: Bands = Bands {
    p50: 1.08,
    p68: 1.13,
    p80: 1.18,
    p90: 1.26,
};

/// Published points: each of the catalog left out and found from the others of its model, GPU, precision
/// and engine. A test of `around` computes these four; near points and far ones differ too little to
/// tell them apart.
pub const PUBLISHED: Bands = Bands {
    p50: 1.06,
    p68: 1.12,
    p80: 1.19,
    p90: 1.33,
};

/// The standard normal quantile below which 90 % lie: 80 % lie within as much on both sides.
const Z90: f64 = 1.281_551_565_544_600_4;

impl Basis {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Measured(_) => "measured",
            Self::Calibrated(_) => "calibrated",
            Self::Estimated => "estimated",
        }
    }

    /// Several figures of it, in a sentence.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Scenario => "statements",
            Self::Measured(_) => "interpolations",
            Self::Calibrated(_) => "calibrated estimates",
            Self::Estimated => "estimates",
        }
    }

    /// Whose measurements it stands on.
    pub fn whose(self) -> Option<Whose> {
        match self {
            Self::Measured(whose) | Self::Calibrated(whose) => Some(whose),
            Self::Scenario | Self::Estimated => None,
        }
    }

    /// How far off such figures are; none where the scenario states it. Between own points it is at most
    /// as far as from a single one.
    pub fn bands(self) -> Option<Bands> {
        match self {
            Self::Scenario => None,
            Self::Measured(Whose::Own) | Self::Calibrated(Whose::Own) => Some(CALIBRATED),
            Self::Measured(Whose::Published) | Self::Calibrated(Whose::Published) => {
                Some(PUBLISHED)
            }
            Self::Estimated => Some(ESTIMATED),
        }
    }

    /// 80 % of such estimates lie within this factor of what is measured.
    pub fn band_80(self) -> Option<f64> {
        self.bands().map(|bands| bands.p80)
    }

    /// Standard deviation of the logarithm of measured over estimated: the lognormal distribution of
    /// which 80 % lie within the band. 0 where there is none.
    pub fn sigma(self) -> f64 {
        self.band_80().map_or(0.0, |band| band.ln() / Z90)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_fifths_of_the_distribution_lie_within_the_band() {
        // ln 1.27 / 1.281552 = 0.239017 / 1.281552 = 0.186506; exp(1.281552 x 0.186506) = 1.27.
        let sigma = Basis::Estimated.sigma();
        assert!((sigma - 0.186_506).abs() < 1e-6, "{sigma}");
        assert!(((Z90 * sigma).exp() - 1.27).abs() < 1e-12);
        assert_eq!(Basis::Scenario.sigma(), 0.0);
    }

    #[test]
    fn what_is_measured_is_surer_than_what_is_estimated() {
        let order = [
            Basis::Scenario,
            Basis::Measured(Whose::Own),
            Basis::Calibrated(Whose::Own),
            Basis::Measured(Whose::Published),
            Basis::Calibrated(Whose::Published),
            Basis::Estimated,
        ];
        let sigmas = order.map(Basis::sigma);
        assert!(sigmas.is_sorted(), "{sigmas:?}");
        for basis in order {
            if let Some(bands) = basis.bands() {
                assert!([bands.p50, bands.p68, bands.p80, bands.p90].is_sorted());
            }
        }
    }
}
