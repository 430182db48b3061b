//! What changes inside a plan: dated prices, models that are withdrawn, hardware and people that come later.

use super::super::plan::Plan;
use super::result::{Event, EventKind};
use crate::cost::{Factor, Line, OptionModel, Paid};
use crate::date::Date;
use crate::scenario::{Scenario, Serving, Supply};
use crate::units::USD_PER_MTOK;

/// Every change, in order of months and options.
pub fn events(scenario: &Scenario, plan: &Plan) -> Vec<Event> {
    let mut list = Vec::new();
    for index in 1..plan.months() {
        for at in 0..scenario.options.len() {
            let models = [&plan.models[index - 1][at], &plan.models[index][at]];
            let mut say = |what, text, values: Option<(f64, f64)>| {
                let mut event = event(scenario, plan, [at, index], what, text);
                (event.from, event.to) = (values.map(|(from, _)| from), values.map(|(_, to)| to));
                list.push(event);
            };
            prices(models, &mut say);
            withdrawn(&scenario.options[at].supply, plan, index, &mut say);
            let volumes = [index - 1, index].map(|index| plan.volumes[index].get());
            full(models, volumes, &mut say);
        }
    }
    list.extend(bought(scenario, plan));
    list.sort_by_key(|event| event.index);
    list
}

fn event(
    scenario: &Scenario,
    plan: &Plan,
    [option, index]: [usize; 2],
    what: EventKind,
    text: String,
) -> Event {
    Event {
        index: index as u32,
        month: plan.name(index),
        option: scenario.options[option].name.clone(),
        what,
        text,
        from: None,
        to: None,
    }
}

type Say<'a> = dyn FnMut(EventKind, String, Option<(f64, f64)>) + 'a;

/// Prices per token that are other ones than the month before; a trend is no step.
fn prices([before, now]: [&OptionModel; 2], say: &mut Say<'_>) {
    for line in &now.lines {
        let Some(old) = before.lines.iter().find(|old| same(old, line)) else {
            continue;
        };
        for (was, is) in price_factors(old).zip(price_factors(line)) {
            let (Some(from), Some(to)) = (was.value.as_constant(), is.value.as_constant()) else {
                continue;
            };
            let (from, to) = (from.get(), to.get());
            if (from - to).abs() > 1e-9 * from.abs().max(to.abs()) {
                let text = format!("{}: {} {from} -> {to} USD/Mtok", line.label, is.name);
                say(EventKind::Price, text, Some((from, to)));
            }
        }
    }
}

fn same(a: &Line, b: &Line) -> bool {
    a.label == b.label && a.part == b.part && a.category == b.category
}

fn price_factors(line: &Line) -> impl Iterator<Item = &Factor> {
    line.factors
        .iter()
        .filter(|factor| factor.unit == USD_PER_MTOK)
}

/// The last day of an option's model.
fn last_day(supply: &Supply) -> Option<(&str, Date)> {
    let api = match supply {
        Supply::Api(api) => api,
        Supply::FineTune(tune) => match &tune.serving {
            Serving::Hosted { api, .. } => api,
            Serving::Own(_) => return None,
        },
        Supply::SelfHost(_) | Supply::Hybrid(_) => return None,
    };
    Some((&api.model, api.prices.retires?))
}

fn withdrawn(supply: &Supply, plan: &Plan, index: usize, say: &mut Say<'_>) {
    let first = |index: usize| plan.start.first_of_month_after(index as u32);
    if let Some((model, last)) = last_day(supply)
        && last >= first(index - 1)
        && last < first(index)
    {
        let text = format!("{model} is withdrawn on {last}; its last price goes on");
        say(EventKind::Retirement, text, None);
    }
}

/// Fixed hardware that the volume outgrows.
fn full([before, now]: [&OptionModel; 2], [was, is]: [f64; 2], say: &mut Say<'_>) {
    let over = |model: &OptionModel, volume: f64| {
        model
            .max_volume
            .is_some_and(|most| volume > most.get() * (1.0 + 1e-9))
    };
    if let (Some(most), false, true) = (now.max_volume, over(before, was), over(now, is)) {
        let text = format!(
            "{is:.0} requests a day are asked for, and its fixed hardware serves {most:.0}"
        );
        say(EventKind::Capacity, text, Some((was, is)));
    }
}

/// Hardware bought after the first month, and people who come later.
fn bought(scenario: &Scenario, plan: &Plan) -> Vec<Event> {
    let mut list = Vec::new();
    for (at, accounts) in plan.options.iter().enumerate() {
        for account in accounts {
            let months = account.payments(0, plan.months()).months;
            for (index, usd) in months.iter().map(|usd| usd.get()).enumerate().skip(1) {
                let (what, text) = match account.paid {
                    Paid::Bought { .. } if usd != 0.0 => {
                        (EventKind::Hardware, format!("{} bought", account.label))
                    }
                    Paid::Monthly { after } if after as usize == index && usd != 0.0 => {
                        (EventKind::Staff, format!("{} begins", account.label))
                    }
                    _ => continue,
                };
                let mut event = event(scenario, plan, [at, index], what, text);
                event.to = Some(usd);
                list.push(event);
            }
        }
    }
    list
}
