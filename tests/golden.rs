//! The capacity equations against published vectors of inputs and outputs, to 1e-6.
//!
//! Model shapes are worked out from the public configurations; GPU peaks are the datasheet values the
//! vectors were computed with, which a catalog of today may differ from (B200, B300, RTX PRO 6000).
//! The vectors below stand for all of them; the whole file is read where it is there.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;

use llmcost::catalog::Catalog;
use llmcost::catalog::rows::{GpuRow, ModelRow};
use llmcost::cost::capacity::{
    Constants, GpuPeaks, ModelShape, Precision, PrecisionName, Replica, Shape, decode_step_seconds,
    max_batch, prefill_seconds, requests_per_second, time_per_output_token,
};
use llmcost::cost::{gpu_peaks, model_shape};

/// Layers, hidden size, vocabulary, `N_rest`, `N_exp`, `E`, `k`, KV elements per token and attention
/// width.
const MODELS: &str = "\
model,layers,hidden,vocab,rest,expert,experts,per_token,kv,attention
Llama-3.1-8B,32,4096,128256,7504658432,0,0,0,65536,131072
Llama-3.1-70B,80,8192,128256,69501714432,0,0,0,163840,655360
Llama-3.1-405B,126,16384,128256,403747897344,0,0,0,258048,2064384
Mistral-7B,32,4096,32000,7110393856,0,0,0,65536,131072
Mixtral-8x7B,32,4096,32000,1473249280,5637144576,8,2,65536,131072
Mixtral-8x22B,56,6144,32768,5133828096,16911433728,8,2,114688,344064
Llama-4-Scout,48,5120,202048,10094182400,6039797760,16,1,98304,245760
Llama-4-Maverick,48,5120,202048,13114081280,3019898880,128,1,98304,245760
Qwen3-235B-A22B,94,4096,151936,7324827648,1774190592,128,8,96256,770048
Qwen3-30B-A3B,48,2048,151936,1217134592,226492416,128,8,49152,196608
Qwen3-32B,64,5120,151936,31983534080,0,0,0,131072,524288
GPT-OSS-120B,36,2880,201088,1534648320,895795200,128,4,18432,73728
GPT-OSS-20B,24,2880,201088,1216143360,597196800,32,4,12288,49152
GPT-J-6B,28,4096,50400,5843582976,0,0,0,229376,114688
Llama-2-7B,32,4096,32000,6607077376,0,0,0,262144,131072
Llama-2-13B,40,5120,32000,12851609600,0,0,0,409600,204800
Llama-2-70B,80,8192,32000,68713185280,0,0,0,163840,655360
Falcon-180B,80,14848,65024,178552307712,0,0,0,81920,1187840
MiniMax-M2.5,62,3072,200064,3345088512,877658112,256,8,126976,380928
DeepSeek-R1,61,7168,129280,16083517440,2554331136,256,8,35136,1249280
Kimi-K2.5,61,7168,163840,10381623296,2642411520,384,8,35136,624640
GLM-5,78,6144,154880,17333747712,2831155200,256,8,44928,1277952
Qwen3.5-397B-A17B,60,4096,248320,6050283520,754974720,512,10,15360,122880
";

/// GB, GB/s, TFLOP/s (0: no such units) and GB/s.
const GPUS: &str = "\
gpu,memory,bandwidth,bf16,fp8,fp4,link
A100-80G,80,2039,312,0,0,300
L40S,48,864,362,733,0,32
H100,80,3350,989,1978,0,450
H200,141,4800,989,1978,0,450
GH200,96,4000,989,1978,0,450
B200,180,8000,2250,4500,9000,900
GB200,186,8000,2500,5000,10000,900
B300,268,8000,2250,4500,13500,900
RTXPRO6000,96,1792,467.8,935.6,1871,64
MI300X,192,5300,1307,2615,0,448
";

/// Vectors with an engine's own label of precision, `fp8 (fp8/fp8)`, kept the cache in BF16, but for
/// these models, GPUs and inputs.
const FP8_CACHE: [(&str, &str, &str); 8] = [
    ("DeepSeek-R1", "B200", "4000.0"),
    ("DeepSeek-R1", "GB200", "4000.0"),
    ("GPT-OSS-120B", "H100", "4000.0"),
    ("Llama-3.1-70B", "B200", "921.6"),
    ("Qwen3-235B-A22B", "H100", "512.0"),
    ("Qwen3-32B", "B200", "15000.0"),
    ("Qwen3-32B", "GB200", "4000.0"),
    ("Qwen3-32B", "H100", "1024.0"),
];

/// One of each kind: dense and mixture, bound by memory and by arithmetic, one GPU, tensor-parallel,
/// pipelined and attention data-parallel, every precision, latent and hybrid attention.
const VECTORS: &str = "\
model,gpu,precision,g,tp,dp,isl,osl,B,bmax,t_dec_s,t_pre_s,req_per_s,out_tok_per_s,tpot_s
Llama-3.1-8B,H100,fp8,1,1,1,128.0,128.0,2048,3712.46,0.0609684792,0.00179672763,178.3403,22827.5584,0.0897020843
Llama-3.1-8B,A100-80G,fp16,1,1,1,128.0,128.0,1632.57,1632.57,0.170795687,0.0113654408,40.3934459,5170.36107,0.315667011
Llama-3.1-70B,L40S,fp8,4,4,1,128.0,128.0,2048,2241.06,0.721593625,0.0426602141,11.3947368,1458.52631,1.40382377
Llama-2-7B,L40S,fp8,1,1,1,128.0,128.0,64,514.549,0.0172412667,0.00427142554,25.8038153,3302.88836,0.019343609
Mixtral-8x22B,H100,fp8,8,8,1,128.0,128.0,2048,14505.8,0.0772744298,0.0025334261,135.812768,17384.0343,0.117789455
Llama-4-Scout,H100,fp8,4,4,1,128.0,2048.0,816.046,816.046,0.0417621644,0.00180399036,9.37973026,19209.6876,0.0424801019
Qwen3-235B-A22B,RTXPRO6000,fp4,8,2,1,128.0,128.0,2048,21948.5,0.081650684,0.00223028777,136.361364,17454.2547,0.117317864
Llama-3.1-405B,RTXPRO6000,fp4,8,1,1,128.0,128.0,2048,6859.93,0.24808752,0.0127503457,35.3909443,4530.04087,0.451993439
DeepSeek-R1,GB200,fp4,4,1,4,1000.0,1000.0,2491.67,2491.67,0.0688808619,0.0038227704,31.7791251,31779.1251,0.0784021315
GPT-OSS-120B,H100,mxfp4w,4,1,4,1000.0,1000.0,2786.29,2786.29,0.0674338095,0.00483360904,34.4404197,34440.4197,0.080896793
GPT-OSS-20B,B200,fp4,1,1,1,1000.0,1000.0,2048,6042.48,0.0399797528,0.00155577596,47.444768,47444.768,0.0431644262
GPT-OSS-120B,H100,fp8 (fp8/fp8),4,4,1,4000.0,1000.0,192,1784.62,0.0200694436,0.0216874424,7.92293868,7922.93868,0.0242117451
Qwen3-32B,GB200,fp4 (nvfp4/nvfp4),1,1,1,4000.0,1000.0,144,227.071,0.0221605436,0.0594801357,4.68663298,4686.63298,0.030666203
Qwen3.5-397B-A17B,B200,bf16 (/),8,8,1,1024.0,1024.0,4,8193.51,0.00819734043,0.00679073867,0.474989457,486.389204,0.00821723517
Kimi-K2.5,H200,int4 (int4_wo/int4_wo),8,8,1,7372.8,921.6,4,723.68,0.00922518564,0.224287823,0.425573459,392.2085,0.00995528923
GLM-5,B300,fp8 (fp8/fp8_block),8,8,1,921.6,921.6,128,7283.95,0.0263917684,0.0108624094,4.97801852,4587.74187,0.0278886499
Llama-3.1-405B,MI300X,fp8,8,8,1,128.0,2048.0,1,1750.79,0.0262872836,0.0173683471,0.0185688176,38.0289384,0.0262872836
MiniMax-M2.5,H200,fp8 (fp8/fp8),4,4,1,7372.8,921.6,8,132.258,0.0117074251,0.0923053267,0.693962187,639.555552,0.012408529
";

type Row<'a> = HashMap<&'a str, &'a str>;

#[test]
fn the_equations_reproduce_the_vectors_given_here() {
    assert_eq!(check(VECTORS), 18);
}

#[test]
fn the_equations_reproduce_the_whole_file_of_vectors() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/throughput/golden.csv");
    match std::fs::read_to_string(&path) {
        Ok(text) => assert!(check(&text) >= 100),
        Err(_) => println!("left out: no {}", path.display()),
    }
}

/// Names of the vectors and ids of the catalog, for what both have with the same figures.
const IN_CATALOG: [(&str, &str); 24] = [
    ("Llama-3.1-8B", "llama-3.1-8b"),
    ("Llama-3.1-70B", "llama-3.1-70b"),
    ("Llama-3.1-405B", "llama-3.1-405b"),
    ("Mixtral-8x22B", "mixtral-8x22b"),
    ("Llama-4-Scout", "llama-4-scout"),
    ("Qwen3-235B-A22B", "qwen3-235b-a22b"),
    ("Qwen3-32B", "qwen3-32b"),
    ("GPT-OSS-120B", "gpt-oss-120b"),
    ("GPT-OSS-20B", "gpt-oss-20b"),
    ("Llama-2-7B", "llama-2-7b"),
    ("DeepSeek-R1", "deepseek-r1"),
    ("Kimi-K2.5", "kimi-k2.5"),
    ("GLM-5", "glm-5"),
    ("Qwen3.5-397B-A17B", "qwen3.5-397b-a17b"),
    ("MiniMax-M2.5", "minimax-m2.5"),
    ("A100-80G", "a100-80gb-sxm"),
    ("L40S", "l40s"),
    ("H100", "h100-sxm"),
    ("H200", "h200"),
    ("B200", "b200"),
    ("GB200", "gb200"),
    ("B300", "b300"),
    ("RTXPRO6000", "rtx-pro-6000-server"),
    ("MI300X", "mi300x"),
];

#[test]
fn the_equations_reproduce_the_vectors_from_the_rows_of_the_catalog() {
    let catalog = Catalog::embedded();
    let id = |name: &str| {
        IN_CATALOG
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, id)| *id)
    };
    let mut wrong = Vec::new();
    let mut checked = 0;
    for row in table(VECTORS) {
        let (Some(model), Some(gpu)) = (id(row["model"]), id(row["gpu"])) else {
            continue;
        };
        let (model, _) = catalog
            .find::<ModelRow>(model)
            .expect("a model of the catalog");
        let (gpu, _) = catalog.find::<GpuRow>(gpu).expect("a GPU of the catalog");
        wrong.extend(differences_of(&row, &model_shape(&model), &gpu_peaks(&gpu)));
        checked += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(checked, 18);
}

/// Checks every row and names all columns that differ; returns the number of rows.
fn check(text: &str) -> usize {
    let rows = table(text);
    let wrong: Vec<String> = rows.iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    rows.len()
}

/// The rows of a table, by the names in its first line.
fn table(text: &str) -> Vec<Row<'_>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    lines
        .map(|line| header.iter().copied().zip(line.split(',')).collect())
        .collect()
}

/// The columns of a row that the equations do not reproduce.
fn differences(row: &Row) -> Vec<String> {
    differences_of(row, &model(row["model"]), &gpu(row["gpu"]))
}

fn differences_of(row: &Row, model: &ModelShape, gpu: &GpuPeaks) -> Vec<String> {
    let replica = Replica {
        tensor_parallel: number(row, "tp"),
        data_parallel: number(row, "dp"),
        constants: Constants::PUBLISHED,
        ..Replica::new(model, gpu, precision(row, model, gpu), number(row, "g"))
    };
    outputs(row, &replica)
        .into_iter()
        .filter(|(column, value)| !agrees(row, column, *value))
        .map(|(column, value)| {
            let (name, gpu, precision) = (row["model"], row["gpu"], row["precision"]);
            format!(
                "{name} {gpu} {precision}: {column} is {value}, not {}",
                row[column]
            )
        })
        .collect()
}

/// The columns the equations fill.
fn outputs(row: &Row, replica: &Replica) -> [(&'static str, f64); 6] {
    let shape = Shape::new(number(row, "isl"), number(row, "osl"));
    let most = max_batch(replica, &shape);
    // where memory sets the batch, its column is `bmax` rounded
    let batch = if row["B"] == row["bmax"] {
        most
    } else {
        number(row, "B")
    };
    let rate = requests_per_second(replica, &shape, batch);
    [
        ("bmax", most),
        ("t_dec_s", decode_step_seconds(replica, &shape, batch)),
        ("t_pre_s", prefill_seconds(replica, &shape)),
        ("req_per_s", rate),
        ("out_tok_per_s", shape.output_tokens * rate),
        ("tpot_s", time_per_output_token(replica, &shape, batch)),
    ]
}

/// Within 1e-6, or the same six digits in the column that prints no more.
fn agrees(row: &Row, column: &str, value: f64) -> bool {
    let printed: f64 = number(row, column);
    let rounded: f64 = format!("{value:.5e}").parse().expect("a number");
    let near = |found: f64, share: f64| (found - printed).abs() <= share * printed;
    near(value, 1e-6) || (column == "bmax" && near(rounded, 1e-12))
}

fn number<T: FromStr>(row: &Row, column: &str) -> T {
    let text = row[column];
    text.parse().unwrap_or_else(|_| panic!("{column}: {text}"))
}

fn find<'a>(text: &'a str, key: &str, name: &str) -> Row<'a> {
    table(text)
        .into_iter()
        .find(|row| row[key] == name)
        .unwrap_or_else(|| panic!("no {name}"))
}

fn model(name: &str) -> ModelShape {
    let row = find(MODELS, "model", name);
    ModelShape {
        layers: number(&row, "layers"),
        hidden: number(&row, "hidden"),
        vocab: number(&row, "vocab"),
        rest_params: number(&row, "rest"),
        expert_params: number(&row, "expert"),
        experts: number(&row, "experts"),
        experts_per_token: number(&row, "per_token"),
        kv_elements_per_token: number(&row, "kv"),
        attention_width: number(&row, "attention"),
        // only the terms beyond the published ones use these
        decode_width: 0.0,
        kv_heads: 0.0,
        window_kv_per_token: 0.0,
        window_tokens: 0.0,
        state_elements: 0.0,
    }
}

fn gpu(name: &str) -> GpuPeaks {
    let row = find(GPUS, "gpu", name);
    let scaled = |column, unit: f64| number::<f64>(&row, column) * unit;
    let units = |column| Some(scaled(column, 1e12)).filter(|flops| *flops > 0.0);
    GpuPeaks {
        memory_bytes: scaled("memory", 1e9),
        bandwidth_bytes_per_s: scaled("bandwidth", 1e9),
        bf16_flops: scaled("bf16", 1e12),
        fp8_flops: units("fp8"),
        fp4_flops: units("fp4"),
        link_bytes_per_s: scaled("link", 1e9),
    }
}

fn precision(row: &Row, model: &ModelShape, gpu: &GpuPeaks) -> Precision {
    let (name, engine_label) = match row["precision"].split_once(' ') {
        Some((name, _)) => (name, true),
        None => (row["precision"], false),
    };
    let name = match name {
        "bf16" | "fp16" => PrecisionName::Bf16,
        "fp8" => PrecisionName::Fp8,
        "fp4" => PrecisionName::Fp4,
        "int4" => PrecisionName::Int4,
        "mxfp4w" => PrecisionName::Mxfp4,
        other => panic!("precision {other}"),
    };
    let (fp8, fp4) = (gpu.fp8_flops.is_some(), gpu.fp4_flops.is_some());
    let mut precision = Precision::named(name, model.is_moe(), fp8, fp4);
    if row["model"].starts_with("GPT-OSS") {
        precision = precision.with_bf16_rest();
    }
    if engine_label {
        let small = FP8_CACHE.contains(&(row["model"], row["gpu"], row["isl"]));
        precision = precision.with_kv_bytes(if small { 1.0 } else { 2.0 });
    }
    precision
}
