//! Logs in: files, patterns, folders, standard input; what the commands over usage logs share.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, ValueEnum};

use super::args::Common;
use super::input;
use super::progress::Reading;
use super::remote::{self, Question, RemoteArgs};
use crate::diagnostic::{Problems, Sources, did_you_mean};
use crate::document;
use crate::usage::group::Plan;
use crate::usage::ingest::{Ingest, Rules, Usage};
use crate::usage::map::Map;
use crate::usage::parquet;
use crate::usage::price::Prices;
use crate::usage::read::{CustomId, Options, OtelInput};
use crate::usage::semantics::{Source, TABLE};
use crate::usage::shape::Shapes;
use crate::usage::time::{Instant, Zone};

/// Which logs are read, and how.
#[derive(Args, Clone, Debug)]
pub struct LogArgs {
    /// Log files, patterns, folders, or - for standard input; gzip and zstd are unpacked.
    #[arg(required_unless_present = "remote", value_name = "LOG")]
    pub logs: Vec<String>,
    /// Source of the logs, where it cannot be told from them.
    #[arg(long, value_name = "SOURCE")]
    pub from: Option<String>,
    /// Columns of a table of your own: tenant=customer_id,input=tokens_in; or a TOML file of such pairs.
    #[arg(long, value_name = "FIELD=COLUMN,...")]
    pub map: Option<String>,
    /// Your own prices, which beat the catalog's; the format of --catalog.
    #[arg(long, value_name = "FILE")]
    pub prices: Vec<PathBuf>,
    /// Key that holds the tenant, before the usual ones.
    #[arg(long, value_name = "KEY")]
    pub tenant_key: Vec<String>,
    /// Key that holds the feature, before the usual ones.
    #[arg(long, value_name = "KEY")]
    pub feature_key: Vec<String>,
    /// Whether spans count the cache inside their input.
    #[arg(long, value_enum, default_value = "auto", value_name = "HOW")]
    pub otel_input: SpanInput,
    /// What the custom_id of a batch tells.
    #[arg(
        long,
        value_name = "TEMPLATE",
        default_value = "{tenant}|{feature}|{prompt}|{}"
    )]
    pub custom_id: String,
    /// Model behind the name of a deployment or profile.
    #[arg(long, value_name = "NAME=MODEL")]
    pub alias: Vec<String>,
    /// Zone of days, hours, weeks and months: UTC, +02:00, Europe/Berlin.
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "UTC",
        allow_hyphen_values = true
    )]
    pub tz: String,
    /// Only calls from here on: a date or an instant.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only calls before: a date or an instant.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Count rows that are left out otherwise.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = ["duplicates", "cache-hits", "failed"])]
    pub keep: Vec<String>,
    /// Where they are, if they are not files.
    #[command(flatten)]
    pub remote: RemoteArgs,
}

/// Whether spans count the cache inside their input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SpanInput {
    /// As the conventions say, unless the numbers show otherwise.
    Auto,
    /// Inside.
    Inclusive,
    /// Outside.
    Exclusive,
}

/// Endings of files that are looked for in folders, before `.gz` and `.zst`.
const ENDINGS: [&str; 9] = [
    "csv", "json", "jsonl", "log", "ndjson", "parquet", "prom", "tsv", "txt",
];

/// The zone.
///
/// # Errors
/// A name that is none.
pub fn zone(args: &LogArgs) -> Result<Zone> {
    Zone::parse(&args.tz).with_context(|| {
        format!(
            "--tz: `{}` is no time zone\nhint: UTC, +02:00, Europe/Berlin",
            args.tz
        )
    })
}

/// The flags of every command with the price files among the catalogs.
pub fn with_prices(args: &LogArgs, common: &Common) -> Common {
    Common {
        catalog: [&common.catalog[..], &args.prices].concat(),
        ..common.clone()
    }
}

/// What the user says about the sources.
///
/// # Errors
/// A map that cannot be read.
fn options(args: &LogArgs) -> Result<Options> {
    Ok(Options {
        tenant_keys: args.tenant_key.clone(),
        feature_keys: args.feature_key.clone(),
        map: map(args.map.as_deref())?,
        otel_input: match args.otel_input {
            SpanInput::Auto => OtelInput::Auto,
            SpanInput::Inclusive => OtelInput::Inclusive,
            SpanInput::Exclusive => OtelInput::Exclusive,
        },
        custom_id: CustomId(args.custom_id.clone()),
        aliases: aliases(&args.alias)?,
        bill: false,
    })
}

fn aliases(pairs: &[String]) -> Result<BTreeMap<String, String>> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, model)) if !name.is_empty() && !model.is_empty() => {
            Ok((name.to_owned(), model.to_owned()))
        }
        _ => bail!("--alias: `{text}` is not NAME=MODEL"),
    };
    pairs.iter().map(pair).collect()
}

/// The column map: pairs, or a TOML file of them.
fn map(told: Option<&str>) -> Result<Map> {
    let Some(told) = told else {
        return Ok(Map::default());
    };
    if Path::new(told)
        .extension()
        .is_none_or(|ending| ending != "toml")
    {
        return Map::parse(told).map_err(|why| anyhow!("--map: {why}"));
    }
    let text = std::fs::read_to_string(told).with_context(|| format!("cannot read `{told}`"))?;
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let source = sources.add(told, &text);
    let tree = document::parse(document::without_mark(&text), source, &mut problems);
    let mut told: Vec<String> = Vec::new();
    let mut map = Map::default();
    for entry in tree.entries() {
        let set = match entry.node.text() {
            Some(column) => map.set(&entry.key, column),
            None => Err(format!("`{}` is not the name of a column", entry.key)),
        };
        told.extend(
            set.err()
                .map(|why| format!("{}: error: {why}\n", sources.locate(entry.place))),
        );
    }
    told.extend(problems.sorted().iter().map(|p| p.render(&sources)));
    if told.is_empty() {
        return Ok(map);
    }
    Err(input::Rejected::of(told.join("\n")).into())
}

/// Which rows count.
///
/// # Errors
/// A time that is none.
fn rules(args: &LogArgs, common: &Common) -> Result<Rules> {
    let keeps = |what: &str| args.keep.iter().any(|kept| kept == what);
    let time = |flag: &str, text: &Option<String>| match text {
        Some(text) => Instant::parse(text).map(Some).with_context(|| {
            format!("{flag}: `{text}` is no time\nhint: 2026-11-01, 2026-11-01T07:00:00Z")
        }),
        None => Ok(None),
    };
    Ok(Rules {
        keep_duplicates: keeps("duplicates"),
        keep_cache_hits: keeps("cache-hits"),
        keep_failed: keeps("failed"),
        since: time("--since", &args.since)?,
        until: time("--until", &args.until)?,
        strict: common.strict,
    })
}

/// The source that `--from` names.
///
/// # Errors
/// An unknown one.
fn source(args: &LogArgs) -> Result<Option<Source>> {
    let Some(name) = &args.from else {
        return Ok(None);
    };
    Source::named(name).map(Some).ok_or_else(|| {
        let known: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
        let hint = match did_you_mean(name, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        anyhow!("--from: no source is named `{name}`\nhint: {hint}")
    })
}

/// What a command wants to know of logs.
pub struct Wanted<'a> {
    /// What is grouped by.
    pub plan: Plan,
    /// Shapes of price lists.
    pub shapes: &'a dyn Shapes,
    /// The price lists, where groups are told apart by them.
    pub prices: Option<&'a Prices<'a>>,
    /// Whether also what the workload looks like.
    pub profile: bool,
    /// Whether the logs are a bill.
    pub bill: bool,
}

/// Reads all logs, or asks the engine that keeps them; `None` where it was only asked what it would do.
///
/// # Errors
/// Options that are wrong, logs that cannot be read, logs without usage.
pub fn usage(args: &LogArgs, wanted: Wanted<'_>, common: &Common) -> Result<Option<Usage>> {
    let (mut options, rules) = (options(args)?, rules(args, common)?);
    options.bill = wanted.bill;
    let (from, shapes) = (source(args)?, wanted.shapes);
    let usage = if args.remote.remote.is_some() {
        let bounds = wanted.prices.map(|prices| prices.bounds(&options.aliases));
        let question = Question {
            plan: wanted.plan,
            from,
            options,
            rules,
            shapes,
            bounds: bounds.unwrap_or_default(),
            profile: wanted.profile,
        };
        match remote::usage(args, &question, common)? {
            Some(usage) => usage,
            None => return Ok(None),
        }
    } else {
        let mut ingest = Ingest::new(wanted.plan, from, options, rules, shapes);
        if wanted.profile {
            ingest = ingest.with_profile();
        }
        let repeated = read(args, &mut ingest, common)?;
        let mut usage = ingest.finish().map_err(|why| anyhow!(why))?;
        usage.notes.repeated = repeated;
        usage
    };
    if usage.rows() == 0 {
        bail!("{}", nothing(&usage));
    }
    Ok(Some(usage))
}

/// Reads all logs, each once; gives how many were named again.
///
/// # Errors
/// A log that cannot be read, and with strict rules the first row that is wrong.
fn read(args: &LogArgs, ingest: &mut Ingest<'_>, common: &Common) -> Result<u64> {
    let mut paths = files(&args.logs)?;
    let named = paths.len();
    let mut known = HashSet::new();
    // What has no path of its own, such as standard input, is told apart by how it is written.
    paths.retain(|path| known.insert(std::fs::canonicalize(path).unwrap_or_else(|_| path.into())));
    let repeated = (named - paths.len()) as u64;
    let size = |path: &String| std::fs::metadata(path).ok().map(|file| file.len());
    let whole = paths.iter().map(size).sum::<Option<u64>>();
    let mut reading = Reading::new(whole, common.quiet);
    #[cfg(feature = "parquet")]
    parquet::watch_panics(|error| {
        super::report(&anyhow!("{error}"));
        std::process::exit(i32::from(super::Exit::Wrong as u8));
    });
    for path in paths {
        let wrong = |why| anyhow!("{why}");
        if path == "-" {
            let stdin = reading.watch(io::stdin());
            ingest.file("standard input", stdin).map_err(wrong)?;
            continue;
        }
        let mut file = File::open(&path).with_context(|| format!("cannot read `{path}`"))?;
        let is = parquet::is_file(&path, &mut file);
        if is.map_err(|why| anyhow!("{path}: {why}"))? {
            let mut done = |bytes| reading.add(bytes);
            ingest.parquet(&path, file, &mut done).map_err(wrong)?;
        } else {
            ingest.file(&path, reading.watch(file)).map_err(wrong)?;
        }
    }
    Ok(repeated)
}

/// Files of the arguments: patterns and folders are walked in the order of their names.
fn files(arguments: &[String]) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let as_it_is = |folder: &str| Ok(vec![folder.to_owned()]);
    for path in input::expanded(arguments, &as_it_is)? {
        if !Path::new(&path).is_dir() {
            files.push(path);
            continue;
        }
        let before = files.len();
        walk(Path::new(&path), &mut files)?;
        if files.len() == before {
            bail!(
                "no log is in the folder `{path}`\nhint: looked for .{}",
                ENDINGS.join(", .")
            );
        }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<String>) -> Result<()> {
    let entries = std::fs::read_dir(folder);
    let entries = entries.with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for path in paths {
        // A link to a folder may lead back to where it stands.
        if path.is_dir() && !path.is_symlink() {
            walk(&path, files)?;
        } else if path.is_file() && is_log(&path) {
            files.push(path.display().to_string());
        }
    }
    Ok(())
}

fn is_log(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let name = name.to_ascii_lowercase();
    let name = name
        .strip_suffix(".gz")
        .or_else(|| name.strip_suffix(".zst"))
        .unwrap_or(&name);
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// Why there is nothing to tell.
fn nothing(usage: &Usage) -> String {
    let d = &usage.dropped;
    let mut text = format!("no usage was found in {} file(s)", usage.files);
    let out = [
        (d.duplicate, "duplicates"),
        (d.cache_hit, "cache hits"),
        (d.failed, "failed calls"),
        (d.torn, "torn rows"),
        (d.rejected, "wrong rows"),
        (d.not_billable, "rows that are no calls"),
        (d.outside, "calls outside --since and --until"),
    ];
    for (count, what) in out.iter().filter(|(count, _)| *count > 0) {
        text.push_str(&format!("\n  {count} {what}"));
    }
    for complaint in &usage.complaints {
        text.push_str(&format!("\n  {complaint}"));
    }
    text
}
