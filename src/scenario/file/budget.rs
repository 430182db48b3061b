//! `[budget]`: what the gate (`llmcost check`) holds a plan against.

use super::{nested, tables};
use crate::table;
use crate::table::{Many, Nested, Num, Text, choice, number, share, text};

/// Declares a table of limits: its own keys, then the limits that both levels have.
macro_rules! limits_table {
    ($(#[$doc:meta])* $name:ident { $($field:ident : $ty:ty = $key:expr),* $(,)? }) => {
        table! {
            $(#[$doc])*
            $name {
                $($field: $ty = $key,)*
                monthly_usd: Num = number("USD/month", "Most that the chosen option may cost in a steady month.").positive(),
                yearly_usd: Num = number("USD/year", "Most that it may cost in a year of steady months.").positive(),
                usd_per_request: Num = number("USD/request", "Most that a billed request may cost.").positive(),
                max_increase_usd: Num = number("USD/month", "Most that its month may cost more than in the baseline."),
                max_increase_share: Num = number("", "The same as a share of the baseline: 0.1 is 10 %.").between(0.0, 1000.0),
                max_over_cheapest_share: Num = number("", "Most that it may cost more than the cheapest option, as a share of that one's cost.").between(0.0, 1000.0),
                min_margin_usd: Num = number("USD/month", "Least by which it must be cheaper than the next option.").positive(),
                min_margin_share: Num = share("The same as a share of the next option's cost.").positive(),
                min_staff_share: Num = share("Least share of its cost that must be staff.").positive(),
                max_staff_share: Num = share("Most of its cost that may be staff."),
                max_catalog_age_days: Num = number("days", "Greatest age of a catalog row that is used, counted to the plan's start."),
                option: Many<LimitFile> = tables(LimitFile::KEYS, "Limits for one option, chosen or not."),
                feature: Many<LimitFile> = tables(LimitFile::KEYS, "Limits for the cost lines of one feature of the chosen option."),
                tenant: Many<TenantFile> = tables(TenantFile::KEYS, "Limits for one tenant's part of the chosen option's cost."),
            }
        }

        impl $name {
            /// The limits, whatever their level.
            pub fn limits(&self) -> Limits<'_> {
                Limits {
                    chosen: [
                        &self.monthly_usd,
                        &self.yearly_usd,
                        &self.usd_per_request,
                        &self.max_increase_usd,
                        &self.max_increase_share,
                        &self.max_over_cheapest_share,
                        &self.min_margin_usd,
                        &self.min_margin_share,
                        &self.min_staff_share,
                        &self.max_staff_share,
                        &self.max_catalog_age_days,
                    ]
                    .map(Option::as_ref),
                    options: rows(self.option.as_ref()),
                    features: rows(self.feature.as_ref()),
                    tenants: rows(self.tenant.as_ref()),
                }
            }
        }
    };
}

limits_table! {
    /// `[budget]`.
    BudgetFile {
        chosen: Text = text("The option that the plan stands for, which the limits are about.").or("the cheapest one"),
        at: Text = choice(&["median", "p90"], "Which value of an uncertain cost counts.").or("median"),
        ignore_below_usd: Num = number("USD/month", "Increases over the baseline below this amount are ignored.").or("0"),
        warn: Nested<WarnFile> = nested(WarnFile::KEYS, "The same limits at which the gate warns and lets pass."),
    }
}

limits_table! {
    /// `[budget.warn]`.
    WarnFile {}
}

table! {
    /// `[[budget.option]]` and `[[budget.feature]]`.
    LimitFile {
        name: Text = text("Whose limits they are.").required(),
        monthly_usd: Num = number("USD/month", "Most for a steady month.").positive(),
        yearly_usd: Num = number("USD/year", "Most for a year of steady months.").positive(),
        usd_per_request: Num = number("USD/request", "Most for each of its billed requests.").positive(),
    }
}

table! {
    /// `[[budget.tenant]]`.
    TenantFile {
        name: Text = text("Whose limits they are.").required(),
        share: Num = share("The tenant's part of the cost, where no usage log says it."),
        monthly_usd: Num = number("USD/month", "Most for a steady month.").positive(),
        yearly_usd: Num = number("USD/year", "Most for a year of steady months.").positive(),
        usd_per_request: Num = number("USD/request", "Most for each of its billed requests.").positive(),
    }
}

/// The limits of one level, as a file gives them.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Those of the chosen option, in the order of [`crate::scenario::Rule::OF_CHOSEN`].
    pub chosen: [Option<&'a Num>; 11],
    /// Those of options.
    pub options: &'a [LimitFile],
    /// Those of features.
    pub features: &'a [LimitFile],
    /// Those of tenants.
    pub tenants: &'a [TenantFile],
}

fn rows<T>(many: Option<&Many<T>>) -> &[T] {
    many.map_or(&[], |many| &many.0)
}
