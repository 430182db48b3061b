//! What the estimate needs to know of a model.

/// The shape of an open model, from its public configuration.
///
/// A dense model has `experts`, `experts_per_token` and `expert_params` zero. The embedding table is
/// in none of the parameter counts: it is not read per token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelShape {
    /// `L`: number of layers, of every kind.
    pub layers: f64,
    /// `d`: width of the hidden state, in elements.
    pub hidden: f64,
    /// `V`: number of tokens in the vocabulary.
    pub vocab: f64,
    /// `N_rest`: parameters of attention, dense and shared MLP, and output head.
    pub rest_params: f64,
    /// `N_exp`: parameters of *one* expert, summed over layers.
    pub expert_params: f64,
    /// `E`: experts per layer to route among.
    pub experts: f64,
    /// `k`: experts each token is routed to.
    pub experts_per_token: f64,
    /// `kv`: elements cached per token: `2 L n_kv d_head`, or `L (kv_lora_rank + rope_dim)` for
    /// latent attention. Only layers with full attention count.
    pub kv_elements_per_token: f64,
    /// `qd = L n_q d_head` over the layers with full attention, in elements. Where queries and values
    /// differ in width (latent attention), `d_head` is the mean of the two.
    pub attention_width: f64,
    /// Width of attention while decoding, in elements: a token costs 4 FLOP per element and token of
    /// context. The same as `attention_width`, but `L n_q (2 kv_lora_rank + rope_dim)/2` for latent
    /// attention, which decodes in the compressed space.
    pub decode_width: f64,
    /// KV heads that can be split over GPUs; 1 for latent attention, 0 where not known.
    pub kv_heads: f64,
    /// Elements cached per token in layers whose attention has a window.
    pub window_kv_per_token: f64,
    /// Tokens of that window.
    pub window_tokens: f64,
    /// Elements of state kept per sequence in layers of linear attention, read and written in BF16 at
    /// every step.
    pub state_elements: f64,
}

impl ModelShape {
    /// `N_act = N_rest + k N_exp`: the parameters one token passes through.
    #[must_use]
    pub fn active_params(&self) -> f64 {
        self.rest_params + self.experts_per_token * self.expert_params
    }

    /// Parameters of all experts together; 0 for a dense model.
    #[must_use]
    pub fn all_expert_params(&self) -> f64 {
        self.experts * self.expert_params
    }

    /// Elements of KV cache in windows, of a request with so much context.
    #[must_use]
    pub fn window_elements(&self, context_tokens: f64) -> f64 {
        self.window_kv_per_token * context_tokens.min(self.window_tokens)
    }

    /// Whether the model routes tokens among experts.
    #[must_use]
    pub fn is_moe(&self) -> bool {
        self.experts > 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::worked;

    #[test]
    fn a_dense_model_is_active_in_all_its_parameters() {
        assert!(!worked::DENSE.is_moe());
        worked::close(worked::DENSE.active_params(), 1e9);
        worked::close(worked::DENSE.all_expert_params(), 0.0);
    }

    #[test]
    fn a_window_holds_no_more_than_its_tokens() {
        // 1,000 elements for each of at most 128 tokens
        let windowed = super::ModelShape {
            window_kv_per_token: 1_000.0,
            window_tokens: 128.0,
            ..worked::DENSE
        };
        worked::close(windowed.window_elements(50.0), 50_000.0);
        worked::close(windowed.window_elements(5_000.0), 128_000.0);
    }

    #[test]
    fn a_mixture_is_active_in_the_experts_a_token_is_routed_to() {
        // 1e9 + 2 x 1e8; eight experts of 1e8 in all
        assert!(worked::MIXTURE.is_moe());
        worked::close(worked::MIXTURE.active_params(), 1.2e9);
        worked::close(worked::MIXTURE.all_expert_params(), 8e8);
    }
}
