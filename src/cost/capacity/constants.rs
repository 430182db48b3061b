//! The constants of the equations: the published set, and the one fitted here.

/// Which terms the equations have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As published: a step reads or computes, whichever takes longer, and caches are split evenly.
    Published,
    /// With what kernels do besides: reading and computing add up, a cache is copied where there are
    /// fewer heads than shards, decoding attention computes, windows and states are read, and
    /// all-reduces take longer among more GPUs.
    Detailed,
}

/// What the data sheets do not say, the same for every model, GPU and engine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants {
    /// Which terms they belong to.
    pub form: Form,
    /// Share of the memory bandwidth reached.
    pub e_bw: f64,
    /// Share of the dense BF16 peak reached.
    pub e_f: f64,
    /// Exponent of the gain of narrow arithmetic: a peak `x` times that of BF16 gives `x^gain`.
    pub gain: f64,
    /// Fixed seconds per layer and step.
    pub tau: f64,
    /// Fixed seconds more per layer with routed experts.
    pub tau_experts: f64,
    /// Seconds per all-reduce, two per layer; for each doubling of the GPUs in [`Form::Detailed`].
    pub a: f64,
    /// Host seconds per sequence and step.
    pub delta: f64,
    /// Share of the bandwidth left with each doubling of the GPUs that split a layer: small shards
    /// read less well.
    pub shard: f64,
    /// Share of the link reached when tokens are sent to experts on other GPUs and back; infinite
    /// where that is not counted.
    pub exchange: f64,
    /// Share of its rate at which a GPU multiplies 4-bit experts that it has to unpack to BF16.
    pub unpack: f64,
    /// Times a decode step takes longer where groups of layers stand on different GPUs or nodes.
    pub pipeline: f64,
    /// Share of the marketed memory left to weights and cache, before the runtime's own.
    pub memory_share: f64,
    /// Bytes per GPU that the runtime takes before anything is loaded.
    pub runtime_bytes: f64,
}

impl Constants {
    /// Fitted on half of some 4,100 published measurements, 2026-11. Over ten half splits: `e_bw`
    /// 0.69-0.84, `e_f` 0.51-0.58, `tau` 27-69 us, `a` 23-42 us, `delta` 12-20 us. Tables print them
    /// with two digits (0.79, 0.54, 57, 27 and 15 us); the third is what the published vectors of
    /// inputs and outputs were computed with.
    pub const PUBLISHED: Self = Self {
        form: Form::Published,
        e_bw: 0.787,
        e_f: 0.543,
        gain: 1.0,
        tau: 57.3e-6,
        tau_experts: 0.0,
        a: 27.3e-6,
        delta: 14.9e-6,
        shard: 1.0,
        exchange: f64::INFINITY,
        unpack: 1.0,
        pipeline: 1.0,
        memory_share: 0.92,
        runtime_bytes: 3e9,
    };

    /// Nine constants fitted on 2,554 published measurements, 2026-11, by
    /// `tests/fit.rs`, which also gives their ranges over half splits (`docs/capacity.md`). `a` and
    /// `pipeline` are set and not fitted: too few measurements tell them from the others.
    ///
    /// `memory_share`: engines take 0.94 of the memory, and a GPU marketed with 80 GB has 80 GiB.
    pub const FITTED: Self = Self {
        form: Form::Detailed,
        e_bw: 0.875,
        e_f: 0.729,
        gain: 0.609,
        tau: 43.5e-6,
        tau_experts: 39.4e-6,
        a: 5e-6,
        delta: 3.33e-6,
        shard: 0.934,
        exchange: 0.147,
        unpack: 0.294,
        pipeline: 1.5,
        memory_share: 0.94 * 1.073_741_824,
        runtime_bytes: 2e9,
    };

    /// Whether the terms beyond the published ones count.
    #[must_use]
    pub fn detailed(&self) -> bool {
        self.form == Form::Detailed
    }
}
