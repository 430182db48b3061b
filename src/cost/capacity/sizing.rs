//! The fewest GPUs one replica needs.

use super::{Estimate, Limits, Misfit, Replica, Shape, estimate};

/// GPUs in one node: as far as a fast link reaches.
pub const NODE_GPUS: u32 = 8;

/// Sizes tried, in GPUs; beyond [`NODE_GPUS`] they are several nodes.
pub const SIZES: [u32; 6] = [1, 2, 4, 8, 16, 32];

/// The fewest GPUs that serve a workload, and how they do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizing {
    /// GPUs in the replica.
    pub gpus: u32,
    /// GPUs that split each layer; at most a node's.
    pub tensor_parallel: u32,
    /// Nodes the replica spans.
    pub nodes: u32,
    /// What the replica does.
    pub estimate: Estimate,
}

/// The least of 1, 2, 4, 8, 16 and 32 GPUs on which the model fits and keeps the limits.
///
/// `template` gives model, GPU and precision; its own counts of GPUs are not used. Within a node
/// every layer is split over all GPUs; several nodes form a pipeline, each with its share of the
/// layers, because the link between nodes is not in the datasheet. That counts the nodes as fully
/// overlapped, so the time per token of a few requests is optimistic there.
///
/// # Errors
/// The [`Misfit`] of the largest size tried.
pub fn smallest_tensor_parallel(
    template: &Replica,
    shape: &Shape,
    limits: Limits,
) -> Result<Sizing, Misfit> {
    let mut outcome = size(template, shape, limits, SIZES[0]);
    for gpus in &SIZES[1..] {
        if outcome.is_ok() {
            break;
        }
        outcome = size(template, shape, limits, *gpus);
    }
    outcome
}

/// Throughput per GPU, over the best of any size, from which a smaller replica is preferred.
pub const WORTHWHILE: f64 = 0.8;

/// The fewest GPUs of one node whose throughput per GPU is at least [`WORTHWHILE`] of the best.
///
/// The least size that merely fits may leave almost no memory for the KV cache: a 70 B model in BF16
/// fits two GPUs of 80 GB, and serves a twentieth per GPU of what it serves on four. Where no size
/// within a node fits, the first one beyond is taken.
///
/// # Errors
/// The [`Misfit`] of the largest size tried.
pub fn economical_size(
    template: &Replica,
    shape: &Shape,
    limits: Limits,
) -> Result<Sizing, Misfit> {
    let found: Vec<Sizing> = SIZES
        .iter()
        .filter(|gpus| **gpus <= NODE_GPUS)
        .filter_map(|gpus| size(template, shape, limits, *gpus).ok())
        .collect();
    let per_gpu = |sizing: &Sizing| sizing.estimate.requests_per_second / f64::from(sizing.gpus);
    let best = found.iter().map(per_gpu).fold(0.0, f64::max);
    match found
        .into_iter()
        .find(|sizing| per_gpu(sizing) >= WORTHWHILE * best)
    {
        Some(sizing) => Ok(sizing),
        None => smallest_tensor_parallel(template, shape, limits),
    }
}

fn size(template: &Replica, shape: &Shape, limits: Limits, gpus: u32) -> Result<Sizing, Misfit> {
    let tensor_parallel = gpus.min(NODE_GPUS);
    let replica = Replica {
        gpus,
        tensor_parallel,
        data_parallel: 1,
        ..*template
    };
    let estimate = estimate(&replica, shape, limits)?;
    Ok(Sizing {
        gpus,
        tensor_parallel,
        nodes: gpus.div_ceil(NODE_GPUS),
        estimate,
    })
}

#[cfg(test)]
mod tests {
    use super::super::ModelShape;
    use super::super::worked::{DENSE, SHAPE, replica};
    use super::*;

    #[test]
    fn one_gpu_is_enough_where_the_model_fits() {
        let found =
            smallest_tensor_parallel(&replica(&DENSE, 4), &SHAPE, Limits::default()).unwrap();
        assert_eq!((found.gpus, found.tensor_parallel, found.nodes), (1, 1, 1));
    }

    #[test]
    fn a_larger_model_takes_the_first_size_it_fits() {
        // 20.1e9 bytes: 2 x 6.44e9 is too little, 4 x 6.44e9 = 25.76e9 is enough
        let large = ModelShape {
            rest_params: 10e9,
            ..DENSE
        };
        let found =
            smallest_tensor_parallel(&replica(&large, 1), &SHAPE, Limits::default()).unwrap();
        assert_eq!((found.gpus, found.tensor_parallel), (4, 4));
    }

    #[test]
    fn a_size_that_barely_fits_gives_way_to_one_that_pays() {
        // 12.8e9 + 0.1e9 bytes leave room for few requests on 2 x 6.44e9 bytes, for many on 4.
        let tight = ModelShape {
            rest_params: 6.35e9,
            ..DENSE
        };
        let template = replica(&tight, 1);
        let fits = smallest_tensor_parallel(&template, &SHAPE, Limits::default()).unwrap();
        let pays = economical_size(&template, &SHAPE, Limits::default()).unwrap();
        let per_gpu = |found: Sizing| found.estimate.requests_per_second / f64::from(found.gpus);
        assert!(pays.gpus > fits.gpus);
        assert!(per_gpu(fits) < WORTHWHILE * per_gpu(pays));
    }

    #[test]
    fn a_limit_asks_for_more_gpus_than_memory_does() {
        // t_dec(1) is 3.04 ms on one GPU, on two 1.27 + 0.5 + 0.5 + 0.01 = 2.28 ms
        let limits = Limits {
            max_tpot_s: Some(2.5e-3),
            max_ttft_s: None,
        };
        let found = smallest_tensor_parallel(&replica(&DENSE, 1), &SHAPE, limits).unwrap();
        assert_eq!(found.gpus, 2);
    }

    #[test]
    fn beyond_a_node_the_nodes_form_a_pipeline() {
        // 80.1e9 bytes: 8 x 6.44e9 = 51.5e9 is too little, twice that is enough
        let huge = ModelShape {
            rest_params: 40e9,
            ..DENSE
        };
        let found =
            smallest_tensor_parallel(&replica(&huge, 1), &SHAPE, Limits::default()).unwrap();
        assert_eq!((found.gpus, found.tensor_parallel, found.nodes), (16, 8, 2));
    }

    #[test]
    fn a_model_too_large_for_the_largest_size_says_so() {
        // 2,000 GB on 32 x 10 GB
        let vast = ModelShape {
            rest_params: 1e12,
            ..DENSE
        };
        let misfit =
            smallest_tensor_parallel(&replica(&vast, 1), &SHAPE, Limits::default()).unwrap_err();
        assert_eq!(
            misfit.to_string(),
            "weights of 2000 GB do not fit 32 x 10 GB, of which 206 GB is usable"
        );
    }
}
