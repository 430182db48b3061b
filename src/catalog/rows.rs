//! The shape of catalog files: one table per kind of fact, read by the same reader as scenarios.

use crate::date::Date;
use crate::table;
use crate::table::{Key, Kind, Many, Num, Text, choice, count, date, number, text};

const fn rows(keys: &'static [Key], says: &'static str) -> Key {
    Key::new(Kind::Tables(keys), says)
}

/// Where a fact comes from; every row has these three keys.
const SOURCE: Key = text("Where the figures were read.").required();
const AS_OF: Key = date("Day for which they hold.").required();
const CONFIDENCE: Key = choice(
    &["seen", "derived", "undated", "third-party", "unverified"],
    "seen: read in a published file or page; derived: computed from such; undated: seen without a date; third-party: reported by others; unverified: from memory or a single weak page.",
)
.required();
const NOTE: Key = text("Remark.");
const ID: Key = text("Unique name.").required();
/// Magnitude guard: a token price outside is 1000 times off or in another unit.
const MTOK: Key = number("USD/Mtok", "Price.").between(0.0005, 1000.0);

/// Engines that measurements are of.
const ENGINES: &[&str] = &["trtllm", "vllm", "sglang", "lmdeploy"];

const fn numbers(unit: &'static str, says: &'static str) -> Key {
    let mut key = Key::new(Kind::Numbers, says).required();
    key.unit = unit;
    key
}

/// Service tiers of an API.
pub const TIERS: &[&str] = &["standard", "batch", "flex", "priority", "fast"];

/// GPU rental tiers.
pub const RENTAL_TIERS: &[&str] = &[
    "on-demand",
    "reserved-1y",
    "reserved-3y",
    "spot",
    "marketplace",
    "serverless",
    "dedicated",
];

table! {
    /// A catalog file.
    CatalogFile {
        api: Many<ApiRow> = rows(ApiRow::KEYS, "A model sold per token."),
        tuning: Many<TuningRow> = rows(TuningRow::KEYS, "A model that can be fine-tuned."),
        provisioned: Many<ProvisionedRow> = rows(ProvisionedRow::KEYS, "Throughput sold in units."),
        gpu: Many<GpuRow> = rows(GpuRow::KEYS, "A GPU's data sheet."),
        gpu_price: Many<GpuPriceRow> = rows(GpuPriceRow::KEYS, "Rent of a GPU."),
        gpu_purchase: Many<GpuPurchaseRow> = rows(GpuPurchaseRow::KEYS, "Purchase price of a GPU."),
        gpu_discount: Many<GpuDiscountRow> = rows(GpuDiscountRow::KEYS, "Discount of a commitment, where no direct price exists."),
        model: Many<ModelRow> = rows(ModelRow::KEYS, "An open model's shape."),
        measured: Many<MeasuredRow> = rows(MeasuredRow::KEYS, "Published throughput of a model on GPUs."),
        role: Many<RoleRow> = rows(RoleRow::KEYS, "Loaded cost of a role."),
        electricity: Many<ElectricityRow> = rows(ElectricityRow::KEYS, "Price of electricity."),
        pue: Many<PueRow> = rows(PueRow::KEYS, "Power usage effectiveness."),
    }
}

table! {
    /// `[[api]]`.
    ApiRow {
        id: Text = ID,
        aliases: Vec<Text> = Key::new(Kind::Texts, "Other exact spellings."),
        context_tokens: Num = number("tokens", "Longest prompt."),
        open_model: Text = text("Open model that is served."),
        quantization: Text = text("Precision it is served in."),
        released: Date = date("First day."),
        retires: Date = date("Last day."),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
        price: Many<ApiPriceRow> = rows(ApiPriceRow::KEYS, "Prices; a later `from` replaces an earlier one from its day.").required(),
    }
}

table! {
    /// `[[api.price]]`.
    ApiPriceRow {
        from: Date = date("First day of the price.").or("since launch"),
        tier: Text = choice(TIERS, "Service tier.").required(),
        input_usd_per_mtok: Num = MTOK.required(),
        output_usd_per_mtok: Num = MTOK,
        cache_read_usd_per_mtok: Num = MTOK.or("the input price"),
        cache_write_5m_usd_per_mtok: Num = MTOK.or("the input price"),
        cache_write_1h_usd_per_mtok: Num = MTOK.or("the 5m price"),
        above_prompt_tokens: u32 = count("tokens", "Price of a whole request whose prompt exceeds this."),
        hours_utc: Text = text("Hours of the day in which it holds: 01:00-04:00,06:00-10:00."),
        days: Text = choice(&["mon-fri", "all"], "Days on which these hours count.").or("all"),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[tuning]]`.
    TuningRow {
        id: Text = ID,
        aliases: Vec<Text> = Key::new(Kind::Texts, "Other exact spellings."),
        base: Text = text("Model that is tuned."),
        no_new_jobs_from: Date = date("Day from which no training job is accepted."),
        retires: Date = date("Last day of inference."),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
        price: Many<TuningPriceRow> = rows(TuningPriceRow::KEYS, "Prices; the first is the default.").required(),
    }
}

table! {
    /// `[[tuning.price]]`.
    TuningPriceRow {
        variant: Text = choice(&["standard", "global", "developer", "data-zone"], "Kind of deployment.").required(),
        method: Text = choice(&["sft", "lora", "full", "dpo", "rft"], "Kind of training.").required(),
        training_usd_per_mtok: Num = MTOK,
        training_usd_per_hour: Num = number("USD/h", "Price of a training hour.").between(0.05, 10_000.0),
        input_usd_per_mtok: Num = MTOK,
        output_usd_per_mtok: Num = MTOK,
        cache_read_usd_per_mtok: Num = MTOK,
        batch_input_usd_per_mtok: Num = MTOK,
        batch_output_usd_per_mtok: Num = MTOK,
        hosting_usd_per_hour: Num = number("USD/h", "Hosting of a deployment.").between(0.01, 1000.0),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[provisioned]]`.
    ProvisionedRow {
        id: Text = ID,
        model: Text = text("Model whose traffic the units carry.").required(),
        tokens_per_minute_per_unit: Num = number("tokens/min", "Input tokens a minute.").positive(),
        output_weight: Num = number("", "Input tokens that an output token counts as.").positive(),
        minimum_units: Num = number("units", "Least that is sold.").positive(),
        unit_step: Num = number("units", "Sold in multiples of.").positive(),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
        price: Many<ProvisionedPriceRow> = rows(ProvisionedPriceRow::KEYS, "Prices.").required(),
    }
}

table! {
    /// `[[provisioned.price]]`.
    ProvisionedPriceRow {
        scope: Text = choice(&["global", "data-zone", "regional"], "Where requests are processed.").required(),
        term: Text = choice(&["hour", "month", "year"], "Commitment.").required(),
        usd_per_unit_hour: Num = number("USD/h each", "Price.").between(0.01, 10_000.0),
        usd_per_unit_month: Num = number("USD/month each", "Price.").between(1.0, 1_000_000.0),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[gpu]]`.
    GpuRow {
        id: Text = ID,
        aliases: Vec<Text> = Key::new(Kind::Texts, "Other exact spellings."),
        maker: Text = choice(&["nvidia", "amd"], "Who makes it; some engines run on GPUs of one maker only."),
        memory_gb: Num = number("GB", "Memory as marketed.").positive().required(),
        memory_bytes: Num = number("bytes", "Usable memory, where it was seen.").positive(),
        bandwidth_gb_per_s: Num = number("GB/s", "Memory bandwidth.").positive().required(),
        bf16_tflops: Num = number("TFLOP/s", "Dense peak in BF16.").positive(),
        fp8_tflops: Num = number("TFLOP/s", "Dense peak in FP8.").positive(),
        fp4_tflops: Num = number("TFLOP/s", "Dense peak in FP4.").positive(),
        link_gb_per_s: Num = number("GB/s", "GPU to GPU inside a node, one way.").positive(),
        tdp_w: Num = number("W", "Thermal design power.").between(10.0, 5_000.0),
        server_w: Num = number("W/GPU", "Power of the whole server per GPU.").between(10.0, 10_000.0),
        gpus_per_node: Num = number("GPUs", "GPUs in a usual node.").positive(),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[gpu_price]]`.
    GpuPriceRow {
        id: Text = ID,
        gpu: Text = text("GPU.").required(),
        provider: Text = text("Who rents it out.").required(),
        tier: Text = choice(RENTAL_TIERS, "Way of paying.").required(),
        region: Text = text("Region."),
        instance: Text = text("Instance, and the division that gives the price per GPU."),
        usd_per_gpu_hour: Num = number("USD/GPU-h", "Price of one GPU.").between(0.05, 50.0).required(),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[gpu_purchase]]`.
    GpuPurchaseRow {
        id: Text = ID,
        usd: Num = number("USD/GPU", "Middle of what was seen.").between(100.0, 1_000_000.0).required(),
        usd_low: Num = number("USD/GPU", "Low end.").between(100.0, 1_000_000.0),
        usd_high: Num = number("USD/GPU", "High end.").between(100.0, 1_000_000.0),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[gpu_discount]]`.
    GpuDiscountRow {
        id: Text = ID,
        off: Num = number("", "Share off the on-demand price.").between(0.0, 0.95).required(),
        off_low: Num = number("", "Low end.").between(0.0, 0.95),
        off_high: Num = number("", "High end.").between(0.0, 0.95),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[model]]`.
    ModelRow {
        id: Text = ID,
        aliases: Vec<Text> = Key::new(Kind::Texts, "Other exact spellings."),
        layers: Num = number("", "Layers.").positive().required(),
        hidden: Num = number("", "Width of the residual stream.").positive().required(),
        vocab: Num = number("", "Vocabulary.").positive().required(),
        heads: Num = number("", "Attention heads.").positive().required(),
        kv_heads: Num = number("", "Key-value heads.").positive().required(),
        head_dim: Num = number("", "Width of a head.").positive().required(),
        attention_layers: Num = number("", "Layers with full attention.").or("layers"),
        window_tokens: Num = number("tokens", "Window of the layers without full attention (sliding-window attention).").positive(),
        state_elements: Num = number("", "Elements of state per sequence in the layers without full attention (linear attention).").positive(),
        kv_lora_rank: Num = number("", "Compressed key-value width (MLA).").positive(),
        rope_dim: Num = number("", "Rotary width (MLA).").positive(),
        rest_params: Num = number("parameters", "Attention, dense and shared MLP and output head; no embedding table.").positive().required(),
        experts: Num = number("", "Experts per layer.").positive(),
        experts_per_token: Num = number("", "Experts routed per token.").positive(),
        expert_params: Num = number("parameters", "One expert, summed over the layers.").positive(),
        total_params: Num = number("parameters", "All.").positive().required(),
        active_params: Num = number("parameters", "Read per token, without the embedding table.").positive().required(),
        max_context: Num = number("tokens", "Longest context.").positive(),
        native_precision: Text = choice(&["bf16", "fp8", "mxfp4", "int4"], "Precision of the published weights.").required(),
        low_confidence: Text = text("Why the capacity estimate is weak for it."),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[measured]]`: one deployment; the lists are the columns of its points.
    MeasuredRow {
        id: Text = ID,
        model: Text = text("Open model.").required(),
        gpu: Text = text("GPU.").required(),
        precision: Text = choice(&["bf16", "fp8", "fp4", "int4", "mxfp4"], "Precision of the weights.").required(),
        engine: Text = choice(ENGINES, "Serving engine.").required(),
        engine_version: Text = text("Its version."),
        gpus: Num = number("GPUs", "GPUs of the replica.").positive().required(),
        tensor_parallel: Num = number("GPUs", "GPUs that split each layer.").positive().required(),
        data_parallel: Num = number("", "Copies of attention.").positive().or("1"),
        input_tokens: Vec<Num> = numbers("tokens", "Mean input."),
        output_tokens: Vec<Num> = numbers("tokens", "Mean output."),
        concurrency: Vec<Num> = numbers("requests", "Requests in flight; 0 where the engine was given as many as it takes."),
        output_tokens_per_second: Vec<Num> = numbers("tokens/s", "Output of the replica."),
        tpot_ms: Vec<Num> = numbers("ms", "Time per output token; 0 where it was not published."),
        published: Text = text("When it was published, as far as its source says."),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[role]]`.
    RoleRow {
        id: Text = ID,
        usd_per_year: Num = number("USD/person-year", "Loaded cost.").between(5_000.0, 2_000_000.0).required(),
        usd_low: Num = number("USD/person-year", "Low end.").between(5_000.0, 2_000_000.0),
        usd_high: Num = number("USD/person-year", "High end.").between(5_000.0, 2_000_000.0),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[electricity]]`.
    ElectricityRow {
        id: Text = ID,
        usd_per_kwh: Num = number("USD/kWh", "Price.").between(0.005, 2.0).required(),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}

table! {
    /// `[[pue]]`.
    PueRow {
        id: Text = ID,
        pue: Num = number("", "Power of the room over power of the machines.").between(1.0, 3.0).required(),
        source: Text = SOURCE,
        as_of: Date = AS_OF,
        confidence: Text = CONFIDENCE,
        note: Text = NOTE,
    }
}
