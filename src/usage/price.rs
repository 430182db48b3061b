//! Pricing: cells of a grouping get the prices of the catalog (or of the user's own file) at their dates.

mod early;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::money::{Money, TokenPrices};
use super::names;
use super::record::Bucket;
use super::remote::Bounds;
use super::shape::{Shape, Shapes, Slot};
use crate::catalog::Catalog;
use crate::catalog::rows::ApiRow;
use crate::date::Date;
use crate::scenario::{PriceBook, PriceStep};

/// The prices of a model.
#[derive(Debug)]
pub struct Book {
    /// Its row in the catalog.
    pub id: String,
    /// Names of the row.
    pub aliases: Vec<String>,
    prices: PriceBook,
    shape: Arc<Shape>,
}

/// Prices of one token in one slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Priced {
    /// By bucket.
    pub prices: TokenPrices,
    /// Whether the batch price was taken as half of the standard price, for want of a listed one.
    pub half: bool,
}

/// Price lists by provider and model; none where the catalog has no such model.
type Books = HashMap<(String, String), Option<Arc<Book>>>;

/// Prices by provider and model.
pub struct Prices<'a> {
    catalog: &'a Catalog,
    as_of: Option<Date>,
    books: Mutex<Books>,
}

/// Names of providers in logs, and those of the catalog.
const PROVIDERS: &[(&str, &str)] = &[
    ("gemini", "google"),
    ("vertex_ai", "google"),
    ("gcp.gemini", "google"),
    ("gcp.vertex_ai", "google"),
    ("gcp.gen_ai", "google"),
    ("azure_ai", "azure"),
    ("azure.ai.openai", "azure"),
    ("az.ai.openai", "azure"),
    ("azure.ai.inference", "azure"),
    ("aws.bedrock", "bedrock"),
    ("aws", "bedrock"),
    ("amazon web services", "bedrock"),
    ("amazon bedrock", "bedrock"),
    ("microsoft", "azure"),
    ("microsoft azure", "azure"),
    ("google cloud", "google"),
    ("xai", "x-ai"),
    ("x_ai", "x-ai"),
    ("mistral_ai", "mistral"),
    ("mistralai", "mistral"),
    ("together_ai", "together"),
    ("fireworks_ai", "fireworks"),
];

/// A provider by the catalog's name.
pub fn provider(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    let known = PROVIDERS.iter().find(|(log, _)| *log == name);
    known.map_or(name, |(_, catalog)| (*catalog).to_owned())
}

impl<'a> Prices<'a> {
    /// Prices of a catalog, at the date of each call or at one date for all.
    pub fn new(catalog: &'a Catalog, as_of: Option<Date>) -> Self {
        Self {
            catalog,
            as_of,
            books: Mutex::default(),
        }
    }

    /// The price list of a model.
    pub fn book(&self, provider: Option<&str>, model: &str) -> Option<Arc<Book>> {
        let key = (provider.unwrap_or_default().to_owned(), model.to_owned());
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books
            .entry(key)
            .or_insert_with(|| self.find(provider, model).map(Arc::new))
            .clone()
    }

    /// A user's own row under any name of the model, else the catalog's: that of the provider first.
    fn find(&self, at: Option<&str>, model: &str) -> Option<Book> {
        let mut names = vec![model.to_owned()];
        names.extend(names::without_snapshot(model).map(str::to_owned));
        if let Some(at) = at.filter(|at| !at.is_empty()) {
            let at = provider(at);
            let hosted: Vec<String> = names.iter().map(|name| format!("{at}/{name}")).collect();
            names.splice(0..0, hosted);
        }
        let found: Vec<(ApiRow, bool)> = names
            .iter()
            .filter_map(|name| self.catalog.find::<ApiRow>(name))
            .collect();
        let own = found.iter().find(|(_, own)| *own).or(found.first())?;
        let (row, own) = self.hidden(&own.0).unwrap_or_else(|| own.clone());
        Some(self.read(&row, own))
    }

    /// Where prices change, over all models; `aliases` are models by other names.
    pub fn bounds(&self, aliases: &BTreeMap<String, String>) -> Bounds {
        let mut above = BTreeSet::new();
        let mut minutes = BTreeSet::new();
        let mut peaks = BTreeSet::new();
        let may = |text: &str| text.contains("above_prompt_tokens") || text.contains("hours_utc");
        for (row, own) in self.catalog.all::<ApiRow>(may) {
            let shape = shape(&PriceBook::of(&row, own));
            above.extend(&shape.above);
            minutes.extend(&shape.minutes);
            if !shape.minutes.is_empty() {
                let bare = |name: &String| match name.rsplit_once('/') {
                    Some((_, name)) => name.to_lowercase(),
                    None => name.to_lowercase(),
                };
                let names = row_names(&row);
                let other = aliases.iter().filter(|(_, model)| names.contains(model));
                peaks.extend(other.map(|(name, _)| name.to_lowercase()));
                peaks.extend(names.iter().map(bare));
            }
        }
        Bounds {
            above: above.into_iter().collect(),
            minutes: minutes.into_iter().collect(),
            peaks: peaks.into_iter().collect(),
            more: Vec::new(),
        }
    }

    /// The user's own row that hides a row of the catalog by its id or one of its names.
    fn hidden(&self, row: &ApiRow) -> Option<(ApiRow, bool)> {
        let mut names = row_names(row).into_iter();
        names.find_map(|name| self.catalog.find::<ApiRow>(&name).filter(|(_, own)| *own))
    }

    fn read(&self, row: &ApiRow, own: bool) -> Book {
        let prices = PriceBook::of(row, own);
        let mut shape = shape(&prices);
        if self.as_of.is_some() {
            shape.days.clear();
        }
        let mut aliases = row_names(row);
        let id = aliases.remove(0);
        Book {
            id,
            aliases,
            prices,
            shape: Arc::new(shape),
        }
    }

    /// Prices of one token of a model in a tier and slot; `None` where the model or the tier has no price.
    pub fn price(&self, book: &Book, tier: &str, slot: Slot, regional: bool) -> Option<Priced> {
        let (step, half) = self.step(book, tier, slot)?;
        let over = |price: Money| {
            let price = if half { price.scaled(1, 2)? } else { price };
            // Anthropic's `inference_geo: us` costs 1.1 times (docs/usage.md, "What a call costs").
            if regional {
                price.scaled(11, 10)
            } else {
                Some(price)
            }
        };
        Some(Priced {
            prices: token_prices(&step, over)?,
            half,
        })
    }

    /// The step of a price list that holds in a tier and slot, and whether it is the standard one in place of one for
    /// batches.
    fn step(&self, book: &Book, tier: &str, slot: Slot) -> Option<(PriceStep, bool)> {
        let (_, prompt, minute, weekend) = book.shape.stands_for(slot);
        let choose = |tier: &str| {
            let steps = book.prices.on(self.day(book, slot), tier);
            let holds = |step: &&&PriceStep| {
                let long = step.above.is_none_or(|above| prompt > u64::from(above));
                long && step
                    .window
                    .as_ref()
                    .is_none_or(|w| within(w, minute, weekend))
            };
            steps
                .iter()
                .filter(holds)
                .max_by_key(|s| (s.above, s.window.is_some()))
                .copied()
                .cloned()
        };
        match choose(tier) {
            Some(step) => Some((step, false)),
            None if tier == "batch" => Some((choose("standard")?, true)),
            None => None,
        }
    }

    /// The day whose prices a slot has.
    fn day(&self, book: &Book, slot: Slot) -> Date {
        let (day, ..) = book.shape.stands_for(slot);
        self.as_of.unwrap_or_else(|| Date::of_unix_day(day))
    }
}

impl Shapes for Prices<'_> {
    fn shape(&self, provider: Option<&str>, model: &str) -> Arc<Shape> {
        self.book(provider, model)
            .map_or_else(Arc::default, |book| Arc::clone(&book.shape))
    }
}

fn row_names(row: &ApiRow) -> Vec<String> {
    let id = row
        .id
        .as_ref()
        .map(|id| id.value.clone())
        .unwrap_or_default();
    let aliases = row
        .aliases
        .iter()
        .flatten()
        .map(|alias| alias.value.clone());
    std::iter::once(id).chain(aliases).collect()
}

fn shape(prices: &PriceBook) -> Shape {
    let (mut days, mut above, mut minutes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for step in &prices.steps {
        days.extend(step.from.map(Date::unix_day));
        above.extend(step.above.map(u64::from));
        for (from, to) in step.window.iter().flat_map(|(hours, _)| hours) {
            minutes.extend([from, to].map(|hour| (hour * 60.0).round() as u32));
        }
    }
    Shape {
        days: days.into_iter().collect(),
        above: above.into_iter().collect(),
        minutes: minutes.into_iter().filter(|minute| *minute > 0).collect(),
    }
}

fn within(window: &(Vec<(f64, f64)>, bool), minute: u32, weekend: bool) -> bool {
    let (hours, working_days) = window;
    let hour = f64::from(minute) / 60.0;
    let inside = hours.iter().any(|(from, to)| *from <= hour && hour < *to);
    inside && !(*working_days && weekend)
}

/// Prices of one token by bucket. A cache price that is not listed is that of the input, as in the catalog;
/// a write for an unknown time costs that of five minutes; images in the prompt cost as text does; audio and
/// drawn images have no price here.
fn token_prices(step: &PriceStep, over: impl Fn(Money) -> Option<Money>) -> Option<TokenPrices> {
    let price =
        |given: &crate::scenario::Given| Money::per_token(given.value.get()).and_then(&over);
    let or = |given: &Option<crate::scenario::Given>, other: Money| match given {
        Some(given) => price(given),
        None => Some(other),
    };
    let (input, output) = (price(&step.input)?, price(&step.output)?);
    let write = or(&step.cache_write, input)?;
    let mut prices = TokenPrices::default();
    for (bucket, price) in [
        (Bucket::InputUncached, input),
        (Bucket::CacheRead, or(&step.cache_read, input)?),
        (Bucket::CacheWrite5m, write),
        (Bucket::CacheWrite1h, or(&step.cache_write_long, write)?),
        (Bucket::CacheWriteUnknown, write),
        (Bucket::OutputVisible, output),
        (Bucket::Reasoning, output),
        (Bucket::ImageInput, input),
    ] {
        prices.0[bucket as usize] = Some(price);
    }
    Some(prices)
}
