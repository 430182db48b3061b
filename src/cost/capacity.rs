//! How much load one replica of an open model carries, and how many GPUs a workload needs.
//!
//! Ten equations, five fitted constants, the shape of the model and the datasheet of the GPU. It is
//! the estimate for the case where nobody has measured: half of such estimates are within a factor of
//! 1.19 of what is measured later, nine in ten within 1.66, so print ranges rather than digits.
//!
//! Quantities are plain `f64` in bytes, FLOP, seconds and tokens; every name or doc states which. The
//! equations are numbered as in `docs/model.md`. A *replica* is the group of GPUs that holds one copy
//! of the model and serves it.
//!
//! | file | equations |
//! |---|---|
//! | `equations` | (1) to (7): memory, step time, prefill, rate |
//! | `load` | (8) to (10): a given arrival rate, first token, replicas |
//! | `batch` | `B*` of (10): the batch that memory, engine and limits allow |
//! | `estimate` | everything that follows from it, or why a replica does not serve |
//! | `sizing` | the fewest GPUs that do |
//! | `training` | GPU-hours of a fine-tune |

mod batch;
mod bound;
mod constants;
mod equations;
mod estimate;
mod load;
mod misfit;
mod model;
mod precision;
mod replica;
mod sizing;
mod step;
mod training;
mod training_memory;

#[cfg(test)]
mod worked;

pub use batch::{Limit, Limits, batch_for_limits};
pub use bound::throughput_bound;
pub use constants::{Constants, Form};
pub use equations::{
    comm_seconds_per_token, decode_step_seconds, exchange_seconds_per_token, kv_bytes_per_sequence,
    max_batch, prefill_seconds, requests_per_second, time_per_output_token, usable_bytes,
    weights_held, weights_read,
};
pub use estimate::{Estimate, check_memory, estimate};
pub use load::{
    HOST_SECONDS, OpenLoop, open_loop, replicas, target_utilization, time_to_first_token,
};
pub use misfit::Misfit;
pub use model::ModelShape;
pub use precision::{Compute, Precision, PrecisionName};
pub use replica::{GpuPeaks, Replica, Shape};
pub use sizing::{NODE_GPUS, SIZES, Sizing, WORTHWHILE, economical_size, smallest_tensor_parallel};
pub use training::{
    QLORA_OVER_LORA, TrainingMethod, TrainingRun, UP_SHARE, training_gpu_hours, training_peak_flops,
};
pub use training_memory::{TrainedModel, TrainingMemory, fewest_training_gpus, training_memory};
