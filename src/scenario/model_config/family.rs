//! The architectures whose parameters can be counted, with what tells them apart.

/// What an architecture has, beside what its configuration says.
#[derive(Debug)]
pub struct Family {
    /// `model_type` of the configuration.
    pub names: &'static [&'static str],
    /// Matrices of an MLP: three where a gate multiplies (`SwiGLU`), two where none does.
    pub mlp_matrices: f64,
    /// How experts are configured.
    pub experts: ExpertKeys,
    /// Which layers attend to everything.
    pub layers: LayerRule,
    /// Key of the width of an MLP without experts.
    pub dense_width: &'static [&'static str],
    /// Whether `kv_lora_rank` means latent attention.
    pub latent: bool,
    /// Whether the query projection also makes a gate.
    pub gate: bool,
    /// What its configuration class derives where a file leaves it out.
    pub derives: Derives,
    /// Whether the output head shares the embedding table where nothing is said.
    pub tied: bool,
    /// Values of the configuration class where the file leaves them out.
    pub defaults: Option<Defaults>,
    /// Why the capacity estimate is weak for it.
    pub weak: Option<&'static str>,
}

/// What a configuration class derives where a file leaves it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub enum Derives {
    /// Nothing: the file has to say it.
    Nothing,
    /// The width of a head: hidden size over heads.
    HeadWidth,
    /// That, and as many key-value heads as heads.
    Heads,
}

/// What a configuration class of `transformers` says where a file does not.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// Query heads.
    pub heads: f64,
    /// Key-value heads.
    pub kv_heads: f64,
    /// Width of a head.
    pub head_dim: f64,
    /// Tokens of the vocabulary.
    pub vocab: f64,
}

/// How experts are configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpertKeys {
    /// None.
    No,
    /// All layers, each expert as wide as `intermediate_size`; a shared one where its width is given.
    Plain,
    /// `moe_intermediate_size`, every `decoder_sparse_step`-th layer but `mlp_only_layers`.
    Sparse,
    /// `n_routed_experts` after `first_k_dense_replace` layers, with `n_shared_experts`.
    Routed,
    /// `interleave_moe_layer_step`, one shared expert as wide as a routed one.
    Interleaved,
    /// `n_routed_experts` in the layers `E` of a pattern.
    Letters,
}

/// Which layers attend to everything, where no `layer_types` says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerRule {
    /// All of them.
    Full,
    /// All of them, or with `sliding_window` none.
    Window,
    /// With `use_sliding_window` those before `max_window_layers`.
    WindowFrom,
    /// Every n-th, unless a key names another n; the others have a window.
    Every(u32, &'static str),
    /// Every n-th, unless a key names another n; the others keep a gated linear state.
    LinearExcept(u32, &'static str),
    /// One letter a layer: `M` state space, `*` attention, `-` MLP, `E` experts.
    Letters,
    /// All of them, or with `sliding_window` what only `layer_types` can say.
    Listed,
}

/// A dense model with a gated MLP whose configuration class derives what a file leaves out.
const DENSE: Family = Family {
    names: &[
        "llama",
        "granite",
        "internlm2",
        "internlm3",
        "smollm3",
        "ernie4_5",
        "olmo",
        "olmo2",
        "glm",
        "glm4",
        "hunyuan_v1_dense",
        "stablelm",
    ],
    mlp_matrices: 3.0,
    experts: ExpertKeys::No,
    layers: LayerRule::Full,
    dense_width: &["intermediate_size"],
    latent: false,
    gate: false,
    derives: Derives::Heads,
    tied: false,
    defaults: None,
    weak: None,
};

/// One whose configuration class has numbers of its own for heads: the file has to say them.
const STATED: Family = Family {
    derives: Derives::Nothing,
    ..DENSE
};

const LATENT: Family = Family {
    experts: ExpertKeys::Routed,
    latent: true,
    ..DENSE
};

const GEMMA: Family = Family {
    tied: true,
    ..STATED
};

const LINEAR: Family = Family {
    layers: LayerRule::LinearExcept(4, "full_attention_interval"),
    gate: true,
    weak: Some("hybrid linear attention"),
    ..STATED
};

/// Every architecture that is known.
static FAMILIES: &[Family] = &[
    DENSE,
    // No gate multiplies in these MLPs.
    Family {
        names: &["phi", "gpt_neox", "nemotron", "arcee", "apertus"],
        mlp_matrices: 2.0,
        ..DENSE
    },
    Family {
        names: &["starcoder2"],
        mlp_matrices: 2.0,
        layers: LayerRule::Window,
        tied: true,
        derives: Derives::HeadWidth,
        ..DENSE
    },
    Family {
        names: &["phi3"],
        layers: LayerRule::Window,
        ..DENSE
    },
    Family {
        names: &["phimoe"],
        layers: LayerRule::Window,
        experts: ExpertKeys::Plain,
        derives: Derives::HeadWidth,
        ..DENSE
    },
    Family {
        names: &["mistral", "ministral", "ministral3"],
        layers: LayerRule::Window,
        derives: Derives::HeadWidth,
        ..DENSE
    },
    Family {
        names: &["mixtral"],
        layers: LayerRule::Window,
        experts: ExpertKeys::Plain,
        derives: Derives::HeadWidth,
        ..DENSE
    },
    Family {
        names: &["cohere"],
        tied: true,
        ..DENSE
    },
    Family {
        names: &["cohere2"],
        layers: LayerRule::Every(4, "sliding_window_pattern"),
        tied: true,
        ..DENSE
    },
    Family {
        names: &["olmo3", "exaone4"],
        layers: LayerRule::Listed,
        ..DENSE
    },
    Family {
        names: &["olmoe", "granitemoe", "granitemoeshared"],
        experts: ExpertKeys::Plain,
        ..DENSE
    },
    Family {
        names: &["granitemoehybrid"],
        layers: LayerRule::Listed,
        experts: ExpertKeys::Plain,
        weak: Some("state-space layers"),
        ..DENSE
    },
    Family {
        names: &["gemma"],
        ..GEMMA
    },
    Family {
        names: &["gemma2"],
        layers: LayerRule::Every(2, "sliding_window_pattern"),
        ..GEMMA
    },
    Family {
        names: &["gemma3", "gemma3_text"],
        layers: LayerRule::Every(6, "sliding_window_pattern"),
        defaults: Some(Defaults {
            heads: 8.0,
            kv_heads: 4.0,
            head_dim: 256.0,
            vocab: 262_208.0,
        }),
        ..GEMMA
    },
    Family {
        names: &["qwen2"],
        layers: LayerRule::WindowFrom,
        derives: Derives::HeadWidth,
        ..STATED
    },
    Family {
        names: &["qwen3", "seed_oss"],
        layers: LayerRule::WindowFrom,
        ..STATED
    },
    Family {
        names: &["qwen2_moe"],
        layers: LayerRule::WindowFrom,
        experts: ExpertKeys::Sparse,
        derives: Derives::HeadWidth,
        ..STATED
    },
    Family {
        names: &["qwen3_moe"],
        layers: LayerRule::WindowFrom,
        experts: ExpertKeys::Sparse,
        ..STATED
    },
    Family {
        names: &["qwen3_5", "qwen3_5_text"],
        ..LINEAR
    },
    Family {
        names: &["qwen3_next", "qwen3_5_moe", "qwen3_5_moe_text"],
        experts: ExpertKeys::Sparse,
        ..LINEAR
    },
    Family {
        names: &["deepseek_v2", "deepseek_v3", "kimi_k2", "glm4_moe_lite"],
        ..LATENT
    },
    Family {
        names: &["deepseek_v32", "glm_moe_dsa"],
        weak: Some("sparse attention"),
        ..LATENT
    },
    Family {
        names: &["glm4_moe"],
        experts: ExpertKeys::Routed,
        ..STATED
    },
    Family {
        names: &["gpt_oss"],
        layers: LayerRule::Every(2, "sliding_window_pattern"),
        experts: ExpertKeys::Plain,
        ..STATED
    },
    Family {
        names: &["minimax_m2"],
        experts: ExpertKeys::Plain,
        ..STATED
    },
    // Its layers of chunked attention see 8,192 tokens and count as full ones.
    Family {
        names: &["llama4", "llama4_text"],
        experts: ExpertKeys::Interleaved,
        dense_width: &["intermediate_size_mlp"],
        weak: Some("Llama 4"),
        ..STATED
    },
    Family {
        names: &["nemotron_h"],
        mlp_matrices: 2.0,
        layers: LayerRule::Letters,
        experts: ExpertKeys::Letters,
        weak: Some("state-space layers"),
        ..STATED
    },
];

/// Keys that change what is counted in a way that is not known here.
pub const UNKNOWN: &[&str] = &[
    "moe_latent_size",
    "hidden_size_per_layer_input",
    "block_configs",
];

/// The family of a `model_type`.
pub fn find(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.names.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_architecture_is_named_once() {
        let names = FAMILIES.iter().flat_map(|family| family.names);
        let mut all: Vec<&str> = names.copied().collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(find("llama").is_some() && find("mamba").is_none());
    }
}
