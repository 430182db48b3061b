//! A question to an engine from the first connection to the sums.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};

use super::super::args::Common;
use super::super::logs::LogArgs;
use super::super::output;
use super::address::Address;
use super::engine::{Engine, Failure, Table};
use super::watch::{self, Watch};
use super::{Question, RemoteArgs};
use crate::usage::detect;
use crate::usage::ingest::Usage;
use crate::usage::remote::call::SOURCES;
use crate::usage::remote::load::{Again, Field, Loader};
use crate::usage::remote::profile::{self, Profiled};
use crate::usage::remote::query::Query;
use crate::usage::remote::value::Width;
use crate::usage::remote::{Asked, Bounds};
use crate::usage::semantics::Source;

/// How often a question is asked where the engine is lost on the way.
const TRIES: u32 = 3;

/// Asks an engine.
pub fn ask(args: &LogArgs, question: &Question<'_>, common: &Common) -> Result<Option<Usage>> {
    let remote = &args.remote;
    let told = remote.remote.as_deref().unwrap_or_default();
    let token = std::env::var(&remote.token_env).ok();
    let address = Address::new(told, token).map_err(|why| anyhow!(why))?;
    watch::on_interrupt();
    let mut last = String::new();
    for left in (0..TRIES).rev() {
        let asking = Asking {
            args: remote,
            question,
            address: &address,
            common,
        };
        match asking.once() {
            Ok(usage) => return Ok(usage),
            Err(Failure::Wrong(why)) => bail!("{why}"),
            Err(Failure::Away(why)) if last.is_empty() => bail!("{why}"),
            Err(Failure::Lost(why) | Failure::Away(why)) => last = why,
        }
        // What only reads can be asked again, once there is something to ask.
        if left == 0 || !watch::comes_back(&address) {
            break;
        }
    }
    bail!(
        "the connection to the engine was lost and did not come back, and nothing was written: {last}"
    )
}

/// A question to an engine.
struct Asking<'a> {
    args: &'a RemoteArgs,
    question: &'a Question<'a>,
    address: &'a Address,
    common: &'a Common,
}

impl Asking<'_> {
    fn once(&self) -> Result<Option<Usage>, Failure> {
        let most = Duration::from_secs(self.args.connect_timeout);
        let address = self.address.clone();
        let opening = Watch {
            most: Some(most),
            ..self.watch()
        };
        let engine = opening.call(None, move || Engine::connect(&address))?;
        let answer = self.answer(&engine);
        if !matches!(answer, Err(Failure::Lost(_))) {
            engine.close();
        }
        answer
    }

    fn watch(&self) -> Watch<'_> {
        Watch {
            address: self.address,
            quiet: self.common.quiet,
            most: None,
        }
    }

    fn answer(&self, engine: &Engine) -> Result<Option<Usage>, Failure> {
        let table = self.open(engine)?;
        let source = self.source(&table);
        let (mut width, mut bounds) = (Width::Narrow, self.question.bounds.clone());
        // Narrow sums are tried first, and models with peak hours are found by their names.
        for _ in 0..4 {
            let query = self.query(&table, source, width, &bounds)?;
            if self.args.explain_plan {
                return self.explain(engine, &query, source);
            }
            if self.args.dry_run {
                return self.count(engine, &query);
            }
            match self.load(engine, &query, source)? {
                Ok(usage) => return self.profiled(engine, &query, usage).map(Some),
                Err(Again::Wide) => width = Width::Wide,
                Err(Again::Peaks(models)) => bounds.more.extend(models),
            }
        }
        Err(Failure::Wrong(
            "the table changes faster than it can be read".into(),
        ))
    }

    /// The table, or files under a view of the session.
    fn open(&self, engine: &Engine) -> Result<Table, Failure> {
        if let Some(name) = &self.args.table {
            let (asked, name) = (engine.clone(), name.clone());
            return self.watch().call(Some(engine), move || asked.table(&name));
        }
        let path = self.args.path.as_deref().unwrap_or_default();
        let format = match &self.args.path_format {
            Some(format) => format.to_ascii_lowercase(),
            None => format_of(path).map(str::to_owned).ok_or_else(|| {
                Failure::Wrong(format!(
                    "--path: the ending of `{path}` tells no format\nhint: --path-format parquet, json, csv, orc or delta"
                ))
            })?,
        };
        let (asked, path) = (engine.clone(), path.to_owned());
        self.watch()
            .call(Some(engine), move || asked.files(&path, &format))
    }

    /// The source by force, by its marks, or whatever has a column map.
    fn source(&self, table: &Table) -> Source {
        let marked = || detect::source(&table.schema.example());
        let marked = || marked().filter(|source| SOURCES.contains(source));
        let generic = match table.format.as_deref() {
            Some("csv") => Source::Csv,
            Some("json") => Source::Jsonl,
            _ => Source::Table,
        };
        self.question.from.or_else(marked).unwrap_or(generic)
    }

    fn query(
        &self,
        table: &Table,
        source: Source,
        width: Width,
        bounds: &Bounds,
    ) -> Result<Query<'_>, Failure> {
        let question = self.question;
        let asked = Asked {
            source,
            schema: &table.schema,
            options: &question.options,
            width,
        };
        let query = Query::new(
            &asked,
            &question.plan,
            &question.rules,
            bounds.clone(),
            table.from.clone(),
        );
        let mut query = query.map_err(Failure::Wrong)?;
        if let Some(column) = &self.args.partition
            && table.schema.find(column).is_none()
        {
            return Err(Failure::Wrong(format!(
                "--partition: no column is named `{column}`; there are: {}",
                table.schema.names().join(", ")
            )));
        }
        query.filter.clone_from(&self.args.filter);
        query.partition.clone_from(&self.args.partition);
        query.exact_times = self.args.exact_latency;
        query.most = self.args.max_groups;
        Ok(query)
    }

    /// What the logs are called in messages.
    fn place(&self) -> &str {
        let told = self.args.table.as_deref().or(self.args.path.as_deref());
        told.unwrap_or_default()
    }

    fn load(
        &self,
        engine: &Engine,
        query: &Query<'_>,
        source: Source,
    ) -> Result<Result<Usage, Again>, Failure> {
        let question = self.question;
        let (options, shapes) = (&question.options, question.shapes);
        let mut loader = Loader::new(query, source, options, shapes, self.place());
        let mut each = |row: &[Field]| loader.row(row);
        self.watch().rows(engine, &query.groups(), &mut each)?;
        loader.end().map_err(Failure::Wrong)
    }

    fn explain(
        &self,
        engine: &Engine,
        query: &Query<'_>,
        source: Source,
    ) -> Result<Option<Usage>, Failure> {
        let mut text = format!(
            "-- {} ({}) is asked about `{}` as {}; at most {} groups come back\n",
            self.address.told,
            engine.version(),
            self.place(),
            source.name(),
            query.most
        );
        if query.leaves_out() {
            text.push_str(
                "-- calls outside --since and --until are left out before they are read, and not counted\n",
            );
        }
        let mut all = vec![query.groups()];
        if self.question.profile {
            all.extend(profile::queries(query, &profile::Known::example()));
        }
        for sql in all {
            let (asked, text_of) = (engine.clone(), sql.clone());
            let plan = self
                .watch()
                .call(Some(engine), move || asked.plan(&text_of))?;
            text.push_str(&format!(
                "{sql}\n\n-- the plan of the engine for it\n{plan}\n\n"
            ));
        }
        self.say(&text)
    }

    /// Shows what was asked for instead of an answer.
    fn say(&self, text: &str) -> Result<Option<Usage>, Failure> {
        let put = output::put_text(text, &[], self.common);
        put.map(|_| None)
            .map_err(|error| Failure::Wrong(format!("{error:#}")))
    }

    fn count(&self, engine: &Engine, query: &Query<'_>) -> Result<Option<Usage>, Failure> {
        let mut counts = (0, 0);
        let mut each = |row: &[Field]| {
            if let [Field::Number(rows), Field::Number(groups)] = row {
                counts = (*rows, *groups);
            }
            Ok(())
        };
        self.watch().rows(engine, &query.size(), &mut each)?;
        self.say(&format!("{} rows, {} groups\n", counts.0, counts.1))
    }

    /// With what the workload looks like, where that is asked for.
    fn profiled(
        &self,
        engine: &Engine,
        query: &Query<'_>,
        mut usage: Usage,
    ) -> Result<Usage, Failure> {
        if !self.question.profile {
            return Ok(usage);
        }
        let mut known = profile::Known::default();
        let sql = profile::span(query);
        let mut each = |row: &[Field]| known.take(row);
        self.watch().rows(engine, &sql, &mut each)?;
        let mut profiled = Profiled::new(query, &self.question.options, known.clone());
        for (at, sql) in profile::queries(query, &known).iter().enumerate() {
            let mut each = |row: &[Field]| profiled.take(at, row);
            self.watch().rows(engine, sql, &mut each)?;
        }
        usage.profile = Some(profiled.end(&usage).map_err(Failure::Wrong)?);
        Ok(usage)
    }
}

/// The format of files by their ending, before `.gz` and the like.
fn format_of(path: &str) -> Option<&'static str> {
    let path = path.trim_end_matches(['/', '*', '}']).to_ascii_lowercase();
    let bare = [".gz", ".zst", ".bz2", ".snappy", ".lz4"]
        .iter()
        .find_map(|ending| path.strip_suffix(ending))
        .unwrap_or(&path);
    let ending = bare.rsplit_once('.').map(|(_, ending)| ending)?;
    match ending {
        "parquet" => Some("parquet"),
        "json" | "jsonl" | "ndjson" => Some("json"),
        "csv" => Some("csv"),
        "orc" => Some("orc"),
        _ => None,
    }
}
