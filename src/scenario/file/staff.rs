//! Roles and head counts.

use crate::table;
use crate::table::{Num, Text, count, number, share, text};

table! {
    /// `[[role]]`.
    RoleFile {
        name: Text = text("Name that staff entries use; the name of a catalog role replaces its cost.").required(),
        usd_per_year: Num = number("USD/person-year", "Loaded cost: salary, benefits, taxes, tools.").plausible_from(1_000.0).required(),
        hiring_usd: Num = number("USD/person", "One-off cost of hiring one person."),
        ramp_up_months: Num = number("months", "Months in which a new person is paid but not yet productive; charged once per person hired.").between(0.0, 60.0),
    }
}

table! {
    /// An entry of `staff = [...]`.
    StaffFile {
        role: Text = text("A role of the catalog or of [[role]].").required(),
        fte: Num = number("FTE", "Full-time equivalents; with per_gpus or per_models: in each step.").or("1, or 0 where only on-call people are named"),
        usd_per_year: Num = number("USD/person-year", "Loaded cost, instead of the role's.").plausible_from(1_000.0),
        per_gpus: Num = number("GPUs", "One step of `fte` for every started this many GPUs.").positive(),
        per_models: Num = number("models", "One step of `fte` for every started this many models served.").positive(),
        models: Num = number("models", "Models served, for per_models.").positive().or("1"),
        minimum_fte: Num = number("FTE", "Never fewer than this.").or("0"),
        on_call_people: Num = number("people", "People that a rota needs; their on-call share is charged.").or("0"),
        on_call_share: Num = share("Share of a person's cost charged for being on call.").or("0.15"),
        new_hires: Num = number("people", "People hired for this option: one-off hiring and ramp-up.").or("0"),
        hiring_usd: Num = number("USD/person", "One-off cost of hiring one person.").or("the role's, or 0"),
        ramp_up_months: Num = number("months", "Months paid before a new person is productive.").between(0.0, 60.0).or("the role's, or 0"),
        after_months: u32 = count("months", "Months after the option begins in which they come, in a plan over time; a steady month counts them as there.").between(0.0, 240.0).or("0"),
    }
}
