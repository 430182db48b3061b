//! Own GPUs: model, hardware, whole units, and how the hardware is paid.

use super::super::file::{PurchaseFile, SelfHostFile, ThroughputFile};
use super::super::{Given, Purchase, Rent, SelfHost, Supply, Throughput, model_config};
use super::context::Context;
use super::{check_sum, engine, measured, rent, word};
use crate::catalog::rows::{ElectricityRow, GpuPurchaseRow, GpuRow, ModelRow, PueRow};
use crate::diagnostic::{Place, Problem};
use crate::table::{Text, WordOr};

/// Resolves a `[[self_host]]`.
pub fn self_host(file: &SelfHostFile, cx: &mut Context<'_>) -> Supply {
    let throughput = file
        .throughput
        .as_ref()
        .and_then(|nested| throughput(&nested.0, cx));
    let gpu = file.gpu.as_ref().and_then(|gpu| known(gpu, file, cx));
    engine::check_maker(file.engine.as_ref(), gpu.as_ref(), cx);
    let model = open_model(file, cx);
    let measured = measured::own(file, cx);
    let published = measured::published(file, model.as_ref(), gpu.as_ref(), cx.catalog);
    check_basis(file, cx);
    check_fixed(file, cx);
    let (rents, purchase) = payment(file, gpu.as_ref(), cx);
    let max_tpot_ms = cx.maybe(file.max_tpot_ms.as_ref());
    let planned = engine::planned_load(file, max_tpot_ms.as_ref(), model.as_ref());
    let native = model
        .as_ref()
        .and_then(|m| m.native_precision.as_ref())
        .map(|p| p.value.clone());
    Supply::SelfHost(Box::new(SelfHost {
        gpu_name: gpu_name(file, gpu.as_ref()),
        precision: file.precision.as_ref().map_or_else(
            || native.unwrap_or_else(|| "bf16".into()),
            |p| p.value.clone(),
        ),
        model,
        gpu,
        gpus_per_replica: cx.maybe(file.gpus_per_replica.as_ref()),
        max_sequences: cx.or(file.max_sequences.as_ref(), 256.0),
        engine: file.engine.as_ref().map(|text| text.value.clone()),
        engine_factor: cx.or(
            file.engine_factor.as_ref(),
            engine::factor(file.engine.as_ref()),
        ),
        node_efficiency: cx.or(file.node_efficiency.as_ref(), 1.0),
        throughput_error: cx.or(file.throughput_error.as_ref(), 1.0),
        latency_percentile: word(file.latency_percentile.as_ref(), "mean"),
        throughput,
        measured,
        published,
        max_ttft_ms: cx.maybe(file.max_ttft_ms.as_ref()),
        max_tpot_ms,
        target_utilization: cx.or(file.target_utilization.as_ref(), planned),
        replicas: cx.maybe(file.replicas.as_ref()),
        gpus: cx.maybe(file.gpus.as_ref()),
        min_replicas: cx.or(file.min_replicas.as_ref(), 1.0),
        spare_replicas: cx.or(file.spare_replicas.as_ref(), 0.0),
        gpus_per_node: cx.or(file.gpus_per_node.as_ref(), 1.0),
        whole_units: file.whole_units.unwrap_or(true),
        autoscale: file.autoscale.unwrap_or(false),
        scale_up_minutes: cx.or(file.scale_up_minutes.as_ref(), 10.0),
        hours_per_month: cx.maybe(file.hours_per_month.as_ref()),
        rents,
        purchase,
        rent_trend: cx.or(file.gpu_price_change_per_year.as_ref(), 0.0),
        software_usd_per_gpu_year: cx.or(file.software_usd_per_gpu_year.as_ref(), 0.0),
        storage_usd_per_gpu_month: cx.or(file.storage_usd_per_gpu_month.as_ref(), 0.0),
        network_usd_per_month: cx.or(file.network_usd_per_month.as_ref(), 0.0),
        platform_usd_per_month: cx.or(file.platform_usd_per_month.as_ref(), 0.0),
        opex_usd_per_hour: cx.maybe(file.opex_usd_per_hour.as_ref()),
    }))
}

/// The open model's shape; an unknown model is fine where its throughput was measured.
fn open_model(file: &SelfHostFile, cx: &mut Context<'_>) -> Option<ModelRow> {
    if let Some(config) = &file.model_config {
        if let Some(model) = &file.model {
            cx.problem(
                Problem::new(model.place, "a model in two ways")
                    .found("`model` and `model_config`")
                    .expected("one of the two"),
            );
        }
        return model_config::read(config, file.precision.is_some(), cx.problems);
    }
    let model = file.model.as_ref()?;
    if file.throughput.is_some() && cx.catalog.find::<ModelRow>(&model.value).is_none() {
        return None;
    }
    cx.row::<ModelRow>(model, "open model").map(|(row, _)| row)
}

/// The GPU's data sheet; an unknown GPU is fine where throughput and price are the scenario's own.
fn known(gpu: &Text, file: &SelfHostFile, cx: &mut Context<'_>) -> Option<GpuRow> {
    let own_price =
        file.usd_per_gpu_hour.is_some() || file.capex_usd.is_some() || file.usd_per_gpu.is_some();
    let own_power = file.watts_per_gpu.is_some() || file.opex_usd_per_hour.is_some() || !buys(file);
    let optional = file.throughput.is_some() && own_price && own_power;
    if optional && cx.catalog.find::<GpuRow>(&gpu.value).is_none() {
        return None;
    }
    cx.row::<GpuRow>(gpu, "GPU").map(|(row, _)| row)
}

fn buys(file: &SelfHostFile) -> bool {
    match &file.purchase {
        Some(WordOr::Word(word)) => word.value == "buy",
        Some(WordOr::Tables(parts)) => parts.iter().any(|part| tier(part) == "buy"),
        None => false,
    }
}

fn gpu_name(file: &SelfHostFile, row: Option<&GpuRow>) -> String {
    let id = row.and_then(|row| row.id.as_ref()).or(file.gpu.as_ref());
    id.map_or_else(|| "GPU".to_owned(), |id| id.value.clone())
}

fn throughput(file: &ThroughputFile, cx: &mut Context<'_>) -> Option<Throughput> {
    let output = cx
        .maybe(file.output_tokens_per_second.as_ref())
        .map(Throughput::OutputTokens);
    let total = cx
        .maybe(file.total_tokens_per_second.as_ref())
        .map(Throughput::TotalTokens);
    let requests = cx
        .maybe(file.requests_per_second.as_ref())
        .map(Throughput::Requests);
    let mut given: Vec<Throughput> = [output, total, requests].into_iter().flatten().collect();
    if given.len() != 1 {
        cx.problem(
            Problem::new(file.place, "a throughput is given in exactly one way")
                .unless_another()
                .found(format!("{} of the keys", given.len()))
                .expected(
                    "output_tokens_per_second, total_tokens_per_second or requests_per_second",
                ),
        );
    }
    given.pop()
}

/// Capacity needs a measurement, or a model and a GPU to estimate it from.
fn check_basis(file: &SelfHostFile, cx: &mut Context<'_>) {
    let model = file.model.is_some() || file.model_config.is_some();
    let found = match (&file.throughput, model, &file.gpu) {
        (None, false, None) => "neither `model` nor `gpu`",
        (None, false, Some(_)) => "no `model`",
        (None, true, None) => "no `gpu`",
        _ => return,
    };
    let place = file.name.as_ref().map_or(file.place, |name| name.place);
    cx.problem(
        Problem::new(place, "the capacity of this option cannot be estimated")
            .unless_another()
            .found(found)
            .expected("model and gpu, or a measured throughput = { ... }"),
    );
}

fn check_fixed(file: &SelfHostFile, cx: &mut Context<'_>) {
    if let (Some(_), Some(gpus)) = (&file.replicas, &file.gpus) {
        cx.problem(
            Problem::new(gpus.place, "fixed replicas and fixed GPUs").expected("one of the two"),
        );
    }
    if let (Some(replicas), true) = (&file.replicas, file.autoscale == Some(true)) {
        cx.problem(
            Problem::new(
                replicas.place,
                "a fixed number of replicas cannot follow the day",
            )
            .expected("replicas or autoscale = true"),
        );
    }
}

/// The rented parts and the bought part.
fn payment(
    file: &SelfHostFile,
    gpu: Option<&GpuRow>,
    cx: &mut Context<'_>,
) -> (Vec<Rent>, Option<Purchase>) {
    let parts = match &file.purchase {
        Some(WordOr::Tables(parts)) => parts.clone(),
        word => vec![single(file, word.as_ref())],
    };
    let shares: Vec<Given> = parts
        .iter()
        .map(|part| cx.or(part.share.as_ref(), 1.0))
        .collect();
    if let (Some(WordOr::Tables(_)), true) = (
        &file.purchase,
        parts.iter().all(|part| part.share.is_some()),
    ) {
        let place = parts.first().map_or(file.place, |part| part.place);
        check_sum(&shares, place, "the purchase mix", cx);
    }
    let mut rents = Vec::new();
    let mut bought = None;
    for (part, share) in parts.iter().zip(shares) {
        if tier(part) == "buy" {
            bought = purchase(file, gpu, share, cx);
        } else if let Some(rent) = rented(file, part, gpu, share, cx) {
            rents.push(rent);
        }
    }
    (rents, bought)
}

fn tier(part: &PurchaseFile) -> &str {
    part.purchase
        .as_ref()
        .map_or("on-demand", |text| text.value.as_str())
}

fn single(file: &SelfHostFile, word: Option<&WordOr<PurchaseFile>>) -> PurchaseFile {
    let purchase = match word {
        Some(WordOr::Word(text)) => Some(text.clone()),
        _ => None,
    };
    PurchaseFile {
        place: purchase.as_ref().map_or(file.place, |text| text.place),
        purchase,
        ..PurchaseFile::default()
    }
}

fn rented(
    file: &SelfHostFile,
    part: &PurchaseFile,
    gpu: Option<&GpuRow>,
    share: Given,
    cx: &mut Context<'_>,
) -> Option<Rent> {
    let tier = tier(part).to_owned();
    let own = part
        .usd_per_gpu_hour
        .as_ref()
        .or(file.usd_per_gpu_hour.as_ref());
    let usd_per_gpu_hour = match (own, gpu.and_then(|row| row.id.as_ref())) {
        (Some(num), id) => {
            let stated = cx.given(num);
            if let Some(id) = id {
                rent::check_stated(&id.value, stated.value.get(), cx);
            }
            stated
        }
        (None, Some(id)) => {
            let place = price_place(file, part);
            rent::price(
                &id.value,
                &tier,
                file.provider.as_ref(),
                file.region.as_ref(),
                place,
                cx,
            )?
        }
        (None, None) => {
            if file.gpu.is_none() {
                let place = file.name.as_ref().map_or(file.place, |name| name.place);
                cx.problem(
                    Problem::new(place, "GPUs without a price")
                        .unless_another()
                        .expected("gpu or usd_per_gpu_hour"),
                );
            }
            return None;
        }
    };
    let interruption =
        (tier == "spot").then(|| cx.or(file.spot_interruption_overhead.as_ref(), 0.1));
    Some(Rent {
        tier,
        share,
        usd_per_gpu_hour,
        interruption,
    })
}

fn price_place(file: &SelfHostFile, part: &PurchaseFile) -> Place {
    let word = part
        .purchase
        .as_ref()
        .or(file.provider.as_ref())
        .or(file.gpu.as_ref());
    word.map_or(file.place, |text| text.place)
}

fn purchase(
    file: &SelfHostFile,
    gpu: Option<&GpuRow>,
    share: Given,
    cx: &mut Context<'_>,
) -> Option<Purchase> {
    let capex_usd = cx.maybe(file.capex_usd.as_ref());
    let usd_per_gpu = match (&file.usd_per_gpu, &capex_usd) {
        (Some(num), _) => cx.given(num),
        (None, Some(_)) => Given::default(0.0),
        (None, None) => catalog_price(file, gpu, cx)?,
    };
    Some(Purchase {
        share,
        capex_usd,
        usd_per_gpu,
        server_usd_per_gpu: cx.or(file.server_usd_per_gpu.as_ref(), 0.0),
        life_years: cx.or(file.life_years.as_ref(), 4.0),
        residual_share: cx.or(file.residual_share.as_ref(), 0.0),
        cost_of_capital: cx.or(file.cost_of_capital.as_ref(), 0.0),
        spare_share: cx.or(file.hardware_spare_share.as_ref(), 0.0),
        maintenance_share: cx.or(file.maintenance_share_of_hardware.as_ref(), 0.0),
        watts_per_gpu: watts(file, gpu, cx),
        load_factor: cx.or(file.load_factor.as_ref(), 0.8),
        pue: pue(file, cx),
        usd_per_kwh: electricity(file, cx),
        facility_usd_per_kw_month: cx.or(file.facility_usd_per_kw_month.as_ref(), 0.0),
        facility_usd_per_month: cx.or(file.facility_usd_per_month.as_ref(), 0.0),
    })
}

fn catalog_price(file: &SelfHostFile, gpu: Option<&GpuRow>, cx: &mut Context<'_>) -> Option<Given> {
    let id = gpu?.id.as_ref()?;
    if let Some((row, own)) = cx.catalog.find::<GpuPurchaseRow>(&id.value) {
        let fact = cx.used(crate::catalog::fact(&row, own));
        return Context::of(row.usd.as_ref(), &fact);
    }
    let place = file.gpu.as_ref().map_or(file.place, |gpu| gpu.place);
    cx.problem(
        Problem::new(place, format!("no purchase price of {} is known", id.value))
            .unless_another()
            .expected("usd_per_gpu or capex_usd"),
    );
    None
}

/// Power per GPU: the scenario's, the catalog's server, or 1.5 times the GPU's own. None is needed
/// where the whole running cost is given.
fn watts(file: &SelfHostFile, gpu: Option<&GpuRow>, cx: &mut Context<'_>) -> Given {
    const SERVER_OVER_TDP: f64 = 1.5;
    if let Some(watts) = cx.maybe(file.watts_per_gpu.as_ref()) {
        return watts;
    }
    let Some(row) = gpu else {
        return Given::default(0.0);
    };
    let fact = cx.used(crate::catalog::fact(row, false));
    let server = Context::of(row.server_w.as_ref(), &fact);
    let own = Context::of(row.tdp_w.as_ref(), &fact).map(|tdp| Given {
        value: tdp.value * SERVER_OVER_TDP,
        from: tdp.from,
    });
    server.or(own).unwrap_or_else(|| Given::default(0.0))
}

fn pue(file: &SelfHostFile, cx: &mut Context<'_>) -> Given {
    if file.pue.is_some() || file.opex_usd_per_hour.is_some() {
        return cx.or(file.pue.as_ref(), 1.0);
    }
    catalog_default::<PueRow>("average", |row| row.pue.as_ref(), cx)
}

fn electricity(file: &SelfHostFile, cx: &mut Context<'_>) -> Given {
    if file.usd_per_kwh.is_some() || file.opex_usd_per_hour.is_some() {
        return cx.or(file.usd_per_kwh.as_ref(), 0.0);
    }
    if let Some(id) = &file.electricity {
        let row = cx.row::<ElectricityRow>(id, "electricity price");
        return row
            .and_then(|(row, fact)| Context::of(row.usd_per_kwh.as_ref(), &fact))
            .unwrap_or_else(|| Given::default(0.0));
    }
    catalog_default::<ElectricityRow>("us-commercial", |row| row.usd_per_kwh.as_ref(), cx)
}

fn catalog_default<R: crate::catalog::Row>(
    id: &str,
    pick: fn(&R) -> Option<&crate::table::Num>,
    cx: &mut Context<'_>,
) -> Given {
    let row = cx
        .catalog
        .find::<R>(id)
        .map(|(row, own)| (cx.used(crate::catalog::fact(&row, own)), row));
    row.and_then(|(fact, row)| Context::of(pick(&row), &fact))
        .unwrap_or_else(|| Given::default(0.0))
}
