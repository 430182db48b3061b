//! Models, GPUs, precisions and engines as publishers spell them.

use super::Engine;
use crate::catalog::Catalog;
use crate::catalog::rows::{GpuRow, ModelRow};
use crate::cost::capacity::PrecisionName;

/// Ends of a model's name that say how it was tuned or packed, and nothing about its shape.
const ENDINGS: &[&str] = &[
    "instruct", "it", "chat", "hf", "fp8", "fp4", "nvfp4", "mxfp4", "bf16", "fp16", "awq", "gptq",
    "v1", "v01", "v02", "v03", "2507", "0528", "0324", "thinking", "sxm", "sxm5", "block",
];

/// Ids by the spellings that lead to them.
pub struct Names {
    models: Vec<(String, String)>,
    gpus: Vec<(String, String)>,
}

impl Names {
    /// Of a catalog.
    #[must_use]
    pub fn of(catalog: &Catalog) -> Self {
        Self {
            models: spellings(catalog, "model"),
            gpus: spellings(catalog, "gpu"),
        }
    }

    /// Id of a model: the spelling itself, or without what says nothing about its shape.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<&str> {
        let name = name.rsplit('/').next().unwrap_or(name);
        let mut words: Vec<String> = name
            .to_lowercase()
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        loop {
            if let Some(id) = exact(&self.models, &plain(&words.concat())) {
                return Some(id);
            }
            let last = words.last()?;
            if !ENDINGS.contains(&plain(last).as_str()) {
                return None;
            }
            words.pop();
        }
    }

    /// Id of a GPU: the spelling itself, or the first that begins so (`H100` is `h100-sxm`).
    #[must_use]
    pub fn gpu(&self, name: &str) -> Option<&str> {
        let asked = plain(name);
        let asked = asked.strip_prefix("nvidia").unwrap_or(&asked);
        let asked = asked.strip_prefix("amd").unwrap_or(asked);
        if asked.len() < 2 {
            return None;
        }
        exact(&self.gpus, asked).or_else(|| {
            let begins = |(known, _): &&(String, String)| known.starts_with(asked);
            self.gpus.iter().find(begins).map(|(_, id)| id.as_str())
        })
    }

    /// The rows behind two ids.
    #[must_use]
    pub fn rows(catalog: &Catalog, model: &str, gpu: &str) -> Option<(ModelRow, GpuRow)> {
        let (model, _) = catalog.find::<ModelRow>(model)?;
        let (gpu, _) = catalog.find::<GpuRow>(gpu)?;
        Some((model, gpu))
    }
}

fn exact<'a>(list: &'a [(String, String)], asked: &str) -> Option<&'a str> {
    list.iter()
        .find(|(known, _)| known == asked)
        .map(|(_, id)| id.as_str())
}

fn spellings(catalog: &Catalog, kind: &'static str) -> Vec<(String, String)> {
    let mut list = Vec::new();
    for row in catalog.documents(kind) {
        let id = row.id().to_owned();
        let others = row.aliases().map(|name| plain(tail(name)));
        for spelling in std::iter::once(plain(&id)).chain(others) {
            list.push((spelling, id.clone()));
        }
    }
    list
}

fn tail(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Lower-case letters and digits.
fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// A precision; the first word counts, what stands behind it in brackets are an engine's own labels.
#[must_use]
pub fn precision(text: &str) -> Option<PrecisionName> {
    let lower = text.trim().to_lowercase();
    let word = lower.split([' ', '(']).next().unwrap_or_default();
    match word {
        "" | "bf16" | "fp16" | "bfloat16" | "float16" => Some(PrecisionName::Bf16),
        "fp8" | "fp8_block" | "fp8_e4m3" => Some(PrecisionName::Fp8),
        "fp4" | "nvfp4" => Some(PrecisionName::Fp4),
        "int4" | "int4_wo" | "awq" | "gptq" | "w4a16" => Some(PrecisionName::Int4),
        _ if word.starts_with("mxfp4") => Some(PrecisionName::Mxfp4),
        _ => None,
    }
}

/// An engine, by the word before its version.
#[must_use]
pub fn engine(text: &str) -> Option<Engine> {
    let plain = plain(text);
    [
        ("trtllm", Engine::TensorRtLlm),
        ("tensorrtllm", Engine::TensorRtLlm),
        ("vllm", Engine::Vllm),
        ("sglang", Engine::Sglang),
        ("lmdeploy", Engine::Lmdeploy),
    ]
    .into_iter()
    .find(|(word, _)| plain.starts_with(word))
    .map(|(_, engine)| engine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_found_by_how_its_publishers_spell_it() {
        let names = Names::of(&Catalog::embedded());
        for (spelling, id) in [
            ("Llama-3.1-8B", "llama-3.1-8b"),
            ("meta-llama/Llama-3.3-70B-Instruct", "llama-3.3-70b"),
            ("Llama-3.1-8B-Instruct", "llama-3.1-8b"),
            ("GPT-OSS-120B", "gpt-oss-120b"),
            ("Qwen3-235B-A22B-FP8", "qwen3-235b-a22b"),
            ("DeepSeek-V3.1-NVFP4", "deepseek-v3.1"),
            ("DeepSeek-R1", "deepseek-r1"),
            ("GPT-J-6B", "gpt-j-6b"),
        ] {
            assert_eq!(names.model(spelling), Some(id), "{spelling}");
        }
        assert_eq!(names.model("Llama-9-8B"), None);
        assert_eq!(names.model(""), None);
    }

    #[test]
    fn a_gpu_is_found_by_its_short_name() {
        let names = Names::of(&Catalog::embedded());
        for (spelling, id) in [
            ("H100", "h100-sxm"),
            ("A100-80G", "a100-80gb-sxm"),
            ("RTXPRO6000", "rtx-pro-6000-server"),
            ("NVIDIA H200", "h200"),
            ("MI300X", "mi300x"),
        ] {
            assert_eq!(names.gpu(spelling), Some(id), "{spelling}");
        }
        assert_eq!(names.gpu("TPU-v5"), None);
        assert_eq!(names.gpu("h"), None);
    }

    #[test]
    fn a_precision_is_its_first_word() {
        assert_eq!(precision(" (/)"), Some(PrecisionName::Bf16));
        assert_eq!(precision("fp8 (fp8/fp8_block)"), Some(PrecisionName::Fp8));
        assert_eq!(precision("mxfp4w"), Some(PrecisionName::Mxfp4));
        assert_eq!(precision("fp3"), None);
    }

    #[test]
    fn an_engine_may_bring_its_version() {
        assert_eq!(engine("trtllm-0.14+triton"), Some(Engine::TensorRtLlm));
        assert_eq!(engine("vLLM 0.12"), Some(Engine::Vllm));
        assert_eq!(engine("llama.cpp"), None);
    }
}
