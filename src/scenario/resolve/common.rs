//! What every option has: staff, quality, upkeep, lines of the user's own.

use super::super::file::{
    self, CostFile, MigrationFile, QualityFile, RoleFile, ScenarioFile, StaffFile,
};
use super::super::{Common, Cost, CostBasis, Given, Migration, Quality, Staff, StaffGrowth};
use super::context::Context;
use crate::catalog::rows::RoleRow;
use crate::diagnostic::Problem;
use crate::table::{Num, Text};

/// Tables of the file that options fall back on.
pub struct Shared {
    quality: QualityFile,
    roles: Vec<RoleFile>,
}

impl Shared {
    /// Takes them from a file.
    pub fn of(file: &ScenarioFile, cx: &mut Context<'_>) -> Self {
        let roles = file
            .role
            .as_ref()
            .map_or_else(Vec::new, |many| many.0.clone());
        for (at, role) in roles.iter().enumerate() {
            let Some(name) = &role.name else { continue };
            if roles[..at]
                .iter()
                .any(|other| other.name.as_ref().is_some_and(|n| n.value == name.value))
            {
                let message = format!("two roles are named `{}`", name.value);
                cx.problem(Problem::new(name.place, message).expected("unique names"));
            }
        }
        Self {
            quality: file.quality.clone().unwrap_or_default().0,
            roles,
        }
    }
}

/// Resolves the keys that every option has.
pub fn common(file: file::Common<'_>, shared: &Shared, cx: &mut Context<'_>) -> Common {
    if let (Some(share), true) = (file.staff_share, file.staff_given) {
        cx.problem(
            Problem::new(share.place, "a staff share beside a head count")
                .expected("staff_share or staff = [...]"),
        );
    }
    Common {
        token_ratio: cx.or(file.token_ratio, 1.0),
        prompt_tokens_added: cx.or(file.prompt_tokens_added, 0.0),
        prompt_tokens_saved: cx.or(file.prompt_tokens_saved, 0.0),
        prompt_change_cached_share: cx.maybe(file.prompt_change_cached_share),
        cached_input_share: cx.maybe(file.cached_input_share),
        cache_write_share: cx.maybe(file.cache_write_share),
        staff: file
            .staff
            .iter()
            .filter_map(|entry| staff(entry, shared, cx))
            .collect(),
        staff_given: file.staff_given,
        staff_share: cx.maybe(file.staff_share),
        quality: quality(file, &shared.quality, cx),
        build_usd: cx.or(file.build_usd, 0.0),
        maintenance_share_per_year: cx.or(file.maintenance_share_per_year, 0.0),
        incidents_per_year: cx.or(file.incidents_per_year, 0.0),
        hours_per_incident: cx.or(file.hours_per_incident, 0.0),
        incident_usd_per_hour: cx.or(file.incident_usd_per_hour, 120.0),
        switching_usd: cx.or(file.switching_usd, 0.0),
        migration: file.migration.map(|file| migration(file, cx)),
        overhead_share: cx.or(file.overhead_share, 0.0),
        costs: file
            .costs
            .iter()
            .filter_map(|file| cost(file, cx))
            .collect(),
    }
}

fn quality(file: file::Common<'_>, whole: &QualityFile, cx: &mut Context<'_>) -> Quality {
    Quality {
        review_share: cx.or(file.review_share.or(whole.review_share.as_ref()), 0.0),
        review_minutes: cx.or(file.review_minutes.or(whole.review_minutes.as_ref()), 3.0),
        reviewer_usd_per_hour: cx.or(whole.reviewer_usd_per_hour.as_ref(), 45.0),
        reviewer_hours_per_day: cx.or(whole.reviewer_hours_per_day.as_ref(), 8.0),
        whole_reviewers: whole.whole_reviewers.unwrap_or(false),
        error_rate: cx.or(file.error_rate.or(whole.error_rate.as_ref()), 0.0),
        caught_by_review: cx.or(
            file.caught_by_review.or(whole.caught_by_review.as_ref()),
            1.0,
        ),
        cost_per_error_usd: cx.or(
            file.cost_per_error_usd
                .or(whole.cost_per_error_usd.as_ref()),
            0.0,
        ),
    }
}

fn migration(file: &MigrationFile, cx: &mut Context<'_>) -> Migration {
    Migration {
        probability_per_year: cx.or(file.probability_per_year.as_ref(), 0.0),
        weeks: cx.or(file.weeks.as_ref(), 0.0),
        usd_per_week: cx.or(file.usd_per_week.as_ref(), 5_000.0),
    }
}

fn staff(file: &StaffFile, shared: &Shared, cx: &mut Context<'_>) -> Option<Staff> {
    let role = file.role.as_ref()?;
    let own = shared
        .roles
        .iter()
        .find(|known| known.name.as_ref().is_some_and(|n| n.value == role.value));
    let usd_per_year = yearly(file, role, own, shared, cx)?;
    let only_on_call = file.on_call_people.is_some();
    if let (Some(_), Some(models)) = (&file.per_gpus, &file.per_models) {
        cx.problem(
            Problem::new(models.place, "one entry grows with GPUs and with models")
                .expected("per_gpus or per_models; two entries for both"),
        );
    }
    Some(Staff {
        role: role.value.clone(),
        usd_per_year,
        fte: cx.or(file.fte.as_ref(), f64::from(u8::from(!only_on_call))),
        growth: growth(file, cx),
        minimum_fte: cx.or(file.minimum_fte.as_ref(), 0.0),
        on_call_people: cx.or(file.on_call_people.as_ref(), 0.0),
        on_call_share: cx.or(file.on_call_share.as_ref(), 0.15),
        new_hires: cx.or(file.new_hires.as_ref(), 0.0),
        hiring_usd: cx.or(
            file.hiring_usd
                .as_ref()
                .or(own.and_then(|o| o.hiring_usd.as_ref())),
            0.0,
        ),
        ramp_up_months: cx.or(
            file.ramp_up_months
                .as_ref()
                .or(own.and_then(|o| o.ramp_up_months.as_ref())),
            0.0,
        ),
        after_months: file.after_months.unwrap_or(0),
    })
}

fn growth(file: &StaffFile, cx: &mut Context<'_>) -> StaffGrowth {
    if let Some(size) = cx.maybe(file.per_gpus.as_ref()) {
        return StaffGrowth::PerGpus(size);
    }
    match cx.maybe(file.per_models.as_ref()) {
        Some(size) => StaffGrowth::PerModels {
            size,
            models: cx.or(file.models.as_ref(), 1.0),
        },
        None => StaffGrowth::Fixed,
    }
}

/// Loaded cost: of the entry, else of the file's role, else of the catalog's.
fn yearly(
    file: &StaffFile,
    role: &Text,
    own: Option<&RoleFile>,
    shared: &Shared,
    cx: &mut Context<'_>,
) -> Option<Given> {
    let stated = file
        .usd_per_year
        .as_ref()
        .or(own.and_then(|own| own.usd_per_year.as_ref()));
    if stated.is_some() {
        return cx.maybe(stated);
    }
    if let Some((row, own)) = cx.catalog.find::<RoleRow>(&role.value) {
        let fact = cx.used(crate::catalog::fact(&row, own));
        return Context::of(row.usd_per_year.as_ref(), &fact);
    }
    let known = cx.catalog.names::<RoleRow>();
    let of_file = shared
        .roles
        .iter()
        .filter_map(|role| role.name.as_ref())
        .map(|n| n.value.as_str());
    cx.problem(
        Problem::new(role.place, format!("unknown role `{}`", role.value))
            .expected("a role of the catalog or of [[role]], or usd_per_year in this entry")
            .suggest(&role.value, known.iter().map(String::as_str).chain(of_file)),
    );
    None
}

fn cost(file: &CostFile, cx: &mut Context<'_>) -> Option<Cost> {
    let of = file
        .of
        .as_ref()
        .map_or_else(|| "all".to_owned(), |of| of.value.clone());
    let amounts: [(&Option<Num>, CostBasis); 9] = [
        (&file.usd_per_month, CostBasis::Month),
        (&file.usd_per_year, CostBasis::Year),
        (&file.usd_per_hour, CostBasis::Hour),
        (&file.usd_once, CostBasis::Once),
        (&file.usd_per_request, CostBasis::Request),
        (&file.usd_per_mtok, CostBasis::Mtok),
        (&file.usd_per_gpu_month, CostBasis::GpuMonth),
        (&file.usd_per_gpu_hour, CostBasis::GpuHour),
        (&file.share, CostBasis::ShareOf(of)),
    ];
    let mut given = amounts
        .into_iter()
        .filter_map(|(num, basis)| Some((num.as_ref()?, basis)));
    let (first, second) = (given.next(), given.next());
    let (Some((num, basis)), None) = (first, second) else {
        cx.problem(
            Problem::new(file.place, "a cost line needs exactly one amount").unless_another().expected(
                "one of usd_per_month, usd_per_year, usd_per_hour, usd_once, usd_per_request, usd_per_mtok, usd_per_gpu_month, usd_per_gpu_hour, share",
            ),
        );
        return None;
    };
    Some(Cost {
        label: file.label.as_ref()?.value.clone(),
        category: file
            .category
            .as_ref()
            .map_or_else(|| "platform".to_owned(), |c| c.value.clone()),
        amount: cx.given(num),
        basis,
        count: file.count.unwrap_or(1),
    })
}
