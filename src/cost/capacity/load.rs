//! Equations (8) to (10): a given arrival rate, the first token, and the number of replicas.

use super::{Replica, Shape, decode_step_seconds, max_batch, prefill_seconds};

/// `h` of (9): seconds the host needs to take a request in and send its first token (HTTP,
/// tokenizing, scheduling). In published measurements with short prompts and four requests in
/// flight, the time to first token exceeds the rest of (9) by 0.03 s at the lower decile (what lies
/// above is queueing behind requests that start together) and at one request by next to nothing.
pub const HOST_SECONDS: f64 = 0.03;

/// The published limits below which the stricter utilization of (10) holds, in seconds per token.
const STRICT_TPOT_SECONDS: f64 = 0.050;

/// Steady state under an arrival rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenLoop {
    /// `B`: mean requests in flight.
    pub in_flight: f64,
    /// `ITL`: seconds between two tokens of a request.
    pub inter_token_s: f64,
    /// `rho`: share of the time that goes to prefill, 0 to 1.
    pub prefill_share: f64,
}

/// (8) `rho = l t_pre`, `ITL = t_dec(B)/(1 - rho)`, `B = l O ITL`: the fixed point at `rate` requests
/// per second; `None` where memory or the engine cannot hold it.
///
/// The `B` sought carries just `rate`, so it is found by halving an interval. A step serves at least
/// one request: where `B` is below 1, the step of one is used.
#[must_use]
pub fn open_loop(replica: &Replica, shape: &Shape, rate: f64) -> Option<OpenLoop> {
    let most = max_batch(replica, shape).min(f64::from(replica.max_sequences));
    if most < 1.0 || carried(replica, shape, most) < rate {
        return None;
    }
    let (mut low, mut high) = (0.0, most);
    while high - low > 1e-12 * high {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if carried(replica, shape, middle) < rate {
            low = middle;
        } else {
            high = middle;
        }
    }
    let prefill_share = rate * prefill_seconds(replica, shape);
    let inter_token_s = step_seconds(replica, shape, high) / (1.0 - prefill_share);
    Some(OpenLoop {
        in_flight: high,
        inter_token_s,
        prefill_share,
    })
}

/// (9) `h + t_dec/2 + t_pre/(1 - rho)`: seconds to the first token with `batch` requests in flight at
/// `rate` requests per second. Rough: a gate with a wide band.
#[must_use]
pub fn time_to_first_token(replica: &Replica, shape: &Shape, batch: f64, rate: f64) -> f64 {
    first_token(
        step_seconds(replica, shape, batch),
        prefill_seconds(replica, shape),
        rate,
    )
}

/// (9) of the seconds of a step and of a prefill.
pub(super) fn first_token(step: f64, prefill: f64, rate: f64) -> f64 {
    let free = 1.0 - rate * prefill;
    if free <= 0.0 {
        return f64::INFINITY;
    }
    HOST_SECONDS + step / 2.0 + prefill / free
}

/// `u` of (10): the share of its best rate a replica should be planned for. Limits under 50 ms per
/// token cost more, because they are kept at the 99th percentile and not at the mean.
#[must_use]
pub fn target_utilization(max_tpot_s: Option<f64>) -> f64 {
    if max_tpot_s.is_some_and(|limit| limit < STRICT_TPOT_SECONDS) {
        0.65
    } else {
        0.8
    }
}

/// (10) `ceil(mean rate x peak factor / (u X(B*))) + spare`: replicas for `mean_rate` requests per
/// second where one carries `replica_rate`.
#[must_use]
pub fn replicas(
    mean_rate: f64,
    peak_factor: f64,
    utilization: f64,
    replica_rate: f64,
    spare: u32,
) -> f64 {
    (mean_rate * peak_factor / (utilization * replica_rate)).ceil() + f64::from(spare)
}

/// The rate in requests per second that keeps `in_flight` requests in flight: (8) solved for `l`.
fn carried(replica: &Replica, shape: &Shape, in_flight: f64) -> f64 {
    let decoding = shape.output_tokens * step_seconds(replica, shape, in_flight);
    in_flight / (decoding + in_flight * prefill_seconds(replica, shape))
}

fn step_seconds(replica: &Replica, shape: &Shape, in_flight: f64) -> f64 {
    decode_step_seconds(replica, shape, in_flight.max(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::worked::{DENSE, SHAPE, close, replica};
    use super::*;

    #[test]
    fn the_fixed_point_is_the_batch_that_carries_the_rate() {
        // at l = 1/0.211025: rho = 0.0404/0.211025; ITL = 3.4125 ms/(1 - rho) = 4.2205 ms;
        // B = l x 500 x 4.2205 ms = 10
        let found = open_loop(&replica(&DENSE, 1), &SHAPE, 1.0 / 0.211_025).unwrap();
        close(found.in_flight, 10.0);
        close(found.prefill_share, 0.0404 / 0.211_025);
        close(found.inter_token_s, 4.2205e-3);
    }

    #[test]
    fn a_replica_that_is_nearly_idle_takes_the_step_of_one_request() {
        // t_dec(1) = (2e9 + 2.5e7)/8e11 + 0.5 ms + 10 us = 3.04125 ms; rho = 0.00404;
        // B = 0.1 x 500 x 3.04125 ms / 0.99596
        let found = open_loop(&replica(&DENSE, 1), &SHAPE, 0.1).unwrap();
        close(found.inter_token_s, 3.04125e-3 / 0.995_96);
        close(found.in_flight, 50.0 * 3.04125e-3 / 0.995_96);
    }

    #[test]
    fn no_load_is_nothing_in_flight() {
        let found = open_loop(&replica(&DENSE, 1), &SHAPE, 0.0).unwrap();
        assert!(found.in_flight < 1e-9);
        close(found.inter_token_s, 3.04125e-3);
    }

    #[test]
    fn a_rate_beyond_memory_has_no_steady_state() {
        // prefill alone takes 40.4 ms of every request: 25 a second is out of reach
        assert_eq!(open_loop(&replica(&DENSE, 1), &SHAPE, 25.0), None);
    }

    #[test]
    fn the_first_token_waits_for_half_a_step_and_a_slowed_prefill() {
        // 0.03 + 3.4125 ms/2 + 40.4 ms x 0.211025/0.170625
        let one = replica(&DENSE, 1);
        let rate = 1.0 / 0.211_025;
        let expected = 0.03 + 1.70625e-3 + 0.0404 * 0.211_025 / 0.170_625;
        close(time_to_first_token(&one, &SHAPE, 10.0, rate), expected);
        assert!(time_to_first_token(&one, &SHAPE, 10.0, 25.0).is_infinite());
    }

    #[test]
    fn replicas_cover_the_peak_with_room_and_a_spare() {
        // 10 x 2 / (0.8 x 5) = 5 exactly, and one spare; under 50 ms 20/(0.65 x 5) = 6.15
        close(replicas(10.0, 2.0, target_utilization(None), 5.0, 1), 6.0);
        close(
            replicas(10.0, 2.0, target_utilization(Some(0.05)), 5.0, 0),
            5.0,
        );
        close(
            replicas(10.0, 2.0, target_utilization(Some(0.03)), 5.0, 0),
            7.0,
        );
    }
}
