//! The part spreadsheets forget (`docs/model.md` section 5.5): roles, rotas, hiring, or a share.

use super::line::{Category, Line};
use super::paid::Paid;
use super::{Month, OptionModel};
use crate::curve::{Cause, Curve};
use crate::scenario::{Common, Given, Staff, StaffGrowth};
use crate::units::{ONE, PEOPLE, PER_YEAR, USD_PER_MONTH, USD_PER_PERSON, USD_PER_PERSON_YEAR};

const SECTION: &str = "5.5";

/// The people of an option; head counts that grow with GPUs follow those of the lines so far.
pub fn lines(option: &Common, month: &Month<'_>, out: &mut OptionModel) {
    let months = f64::from(month.scenario.horizon_months);
    for entry in &option.staff {
        let paid = Paid::Monthly {
            after: entry.after_months,
        };
        let people = head_count(entry, &out.gpus);
        if !people.is_nothing() {
            let line = Line::begin(entry.role.clone(), Category::Staff, SECTION)
                .by_curve_from("people", &people, PEOPLE, &entry.fte.from)
                .by("loaded cost", &entry.usd_per_year, USD_PER_PERSON_YEAR);
            out.lines.push(line.monthly().when(paid));
        }
        if entry.on_call_people.value > 0.0 {
            let line = Line::begin(format!("{} on call", entry.role), Category::Staff, SECTION)
                .by("people of the rota", &entry.on_call_people, PEOPLE)
                .by("share charged", &entry.on_call_share, ONE)
                .by("loaded cost", &entry.usd_per_year, USD_PER_PERSON_YEAR);
            out.lines.push(line.monthly().when(paid));
        }
        hiring(entry, months, out);
    }
}

/// FTE over the volume: fixed, or one step of `fte` for every started number of GPUs or models.
fn head_count(entry: &Staff, gpus: &Curve) -> Curve {
    let steps = match &entry.growth {
        StaffGrowth::Fixed => Curve::constant(1.0),
        StaffGrowth::PerGpus(size) => gpus.times(1.0 / size.value).rounded_up(Cause::Staff),
        StaffGrowth::PerModels { size, models } => {
            Curve::constant(models.value / size.value).rounded_up(Cause::Staff)
        }
    };
    steps
        .times(entry.fte.value)
        .max(&Curve::constant(entry.minimum_fte.value))
}

fn hiring(entry: &Staff, months: f64, out: &mut OptionModel) {
    if entry.new_hires.value <= 0.0 {
        return;
    }
    let after = entry.after_months;
    if entry.hiring_usd.value > 0.0 {
        let line = Line::begin(format!("hiring {}", entry.role), Category::Staff, SECTION)
            .by("people hired", &entry.new_hires, PEOPLE)
            .by("hiring", &entry.hiring_usd, USD_PER_PERSON);
        out.lines.push(line.once(months).when(Paid::Once { after }));
    }
    if entry.ramp_up_months.value > 0.0 {
        let per_person = Given {
            value: entry.usd_per_year.value / 12.0 * entry.ramp_up_months.value,
            from: entry.ramp_up_months.from.clone(),
        };
        let line = Line::begin(
            format!("ramp-up of {}", entry.role),
            Category::Staff,
            SECTION,
        )
        .by("people hired", &entry.new_hires, PEOPLE)
        .by("loaded cost of the ramp-up", &per_person, USD_PER_PERSON);
        out.lines.push(line.once(months).when(Paid::Over {
            after,
            months: entry.ramp_up_months.value,
        }));
    }
}

/// Staff as a share s of the running cost: (rest of the running cost) x s/(1 - s), of which upkeep and
/// incidents that are counted by name are a part.
pub fn share(option: &Common, out: &mut OptionModel) {
    let Some(share) = &option.staff_share else {
        return;
    };
    let running =
        |line: &Line, staff: bool| !line.one_off && (line.category == Category::Staff) == staff;
    let rest = out.sum(&out.lines, |line| running(line, false));
    let named = out.sum(&out.lines, |line| running(line, true));
    let factor = Given {
        value: share.value / (1.0 - share.value),
        from: share.from.clone(),
    };
    let label = format!("staff, {:.0} % of the cost", share.value * 100.0);
    let line = Line::begin(label, Category::Staff, SECTION);
    out.lines.push(if named.is_nothing() {
        line.by_curve("rest of the running cost", &rest, USD_PER_MONTH)
            .by("share over the rest", &factor, ONE)
            .monthly()
    } else {
        let more = rest
            .times(factor.value)
            .minus(&named)
            .max(&Curve::constant(0.0));
        let name = "rest of the running cost x share over the rest, less what is counted by name";
        line.by_curve_from(name, &more, USD_PER_MONTH, &factor.from)
            .monthly()
    });
}

/// Upkeep of what was built: a share of the build effort, and incidents.
pub fn upkeep(option: &Common, month: &Month<'_>, out: &mut OptionModel) {
    use crate::units::{HOURS, USD, USD_PER_HOUR};
    let months = f64::from(month.scenario.horizon_months);
    if option.build_usd.value > 0.0 {
        let line = Line::begin("build", Category::Staff, "6").by("effort", &option.build_usd, USD);
        out.lines.push(line.once(months));
    }
    if option.build_usd.value * option.maintenance_share_per_year.value > 0.0 {
        let line = Line::begin("upkeep of the build", Category::Staff, "6")
            .by("effort", &option.build_usd, USD)
            .by("upkeep", &option.maintenance_share_per_year, PER_YEAR);
        out.lines.push(line.monthly());
    }
    if option.incidents_per_year.value * option.hours_per_incident.value > 0.0 {
        let line = Line::begin("incidents", Category::Staff, "6")
            .by("incidents", &option.incidents_per_year, PER_YEAR)
            .by("working time", &option.hours_per_incident, HOURS)
            .by("rate", &option.incident_usd_per_hour, USD_PER_HOUR);
        out.lines.push(line.monthly());
    }
}
