//! The models of a log, each row of the price list once.

use std::collections::BTreeMap;

use super::Model;
use crate::usage::price::Prices;
use crate::usage::profile::Profile;

/// Models that get an option of their own.
const MOST: usize = 6;

/// Models, the most used first. Names and providers of the same row of the price list are one model, by the name
/// that most calls have.
pub fn of(profile: &Profile, prices: &Prices<'_>) -> Vec<Model> {
    let all = (profile.all.answered + profile.all.failed).max(1) as f64;
    let mut found: BTreeMap<String, (Option<String>, BTreeMap<&str, u64>)> = BTreeMap::new();
    for ((provider, name), calls) in &profile.models {
        let book = prices.book(provider.as_deref(), name);
        let id = book.map(|book| book.id.clone());
        let key = id.clone().unwrap_or_else(|| name.clone());
        let (_, names) = found.entry(key).or_insert_with(|| (id, BTreeMap::new()));
        *names.entry(name).or_default() += calls;
    }
    let mut list: Vec<Model> = found
        .into_values()
        .map(|(id, names)| {
            let most = names
                .iter()
                .max_by_key(|(name, calls)| (**calls, std::cmp::Reverse(**name)));
            Model {
                name: most.map_or_else(String::new, |(name, _)| (*name).to_owned()),
                id,
                share: names.values().sum::<u64>() as f64 / all,
            }
        })
        .collect();
    list.sort_by(|a, b| {
        b.share
            .total_cmp(&a.share)
            .then_with(|| (&a.name, &a.id).cmp(&(&b.name, &b.id)))
    });
    list.truncate(MOST);
    list
}
