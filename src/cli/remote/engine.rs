//! An engine by the client of Spark Connect: tables, plans, answers.

// The client's own error, of which there is one at the end of a question.
#![allow(clippy::result_large_err)]

use std::sync::Arc;

use spark_connect::{DataType, SparkError, SparkSession};
use spark_connect_core::channel::ChannelBuilder;
use spark_connect_core::client::SparkConnectClient;
use spark_connect_core::runtime::block_on;

use super::address::Address;
use super::answer::{Answer, Take};
use crate::usage::remote::load::Field;
use crate::usage::remote::{Schema, Type};

/// The view under which files are read; it lives in the session alone.
const VIEW: &str = "llmcost_rows";

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// The connection, the server or the session was lost: asking again is safe and may help.
    Lost(String),
    /// Nothing listens at the address.
    Away(String),
    /// Anything else.
    Wrong(String),
}

impl Failure {
    /// The same with what it is about.
    fn about(self, what: &str) -> Self {
        match self {
            Self::Wrong(why) => Self::Wrong(format!("{what}: {why}")),
            lost => lost,
        }
    }
}

/// A session with an engine.
#[derive(Clone)]
pub struct Engine {
    session: SparkSession,
    /// The same session, for answers.
    client: Arc<SparkConnectClient>,
    address: Address,
}

/// What the logs are, in the terms of the engine.
pub struct Table {
    /// After `FROM`.
    pub from: String,
    /// Its columns.
    pub schema: Schema,
    /// Its format, where it is files.
    pub format: Option<String>,
}

impl Engine {
    /// Opens a session; instants are those of UTC.
    pub fn connect(address: &Address) -> Result<Self, Failure> {
        address.answers().map_err(Failure::Away)?;
        let wrong = |error: SparkError| failure(address, &error);
        let whole = address.whole(&uuid::Uuid::new_v4().to_string());
        let session = SparkSession::builder().remote(&whole).get_or_create();
        let session = session.map_err(wrong)?;
        let channel = ChannelBuilder::parse(&whole).map_err(wrong)?;
        let client = block_on(SparkConnectClient::connect(&channel)).map_err(wrong)?;
        let engine = Self {
            session,
            client: Arc::new(client),
            address: address.clone(),
        };
        let zone = engine
            .session
            .conf()
            .set("spark.sql.session.timeZone", "UTC");
        zone.map_err(|error| engine.failure(&error))?;
        // Apache Spark would sort all groups for the sake of lists of times; another engine does not know the key.
        let groups = "spark.sql.objectHashAggregate.sortBased.fallbackThreshold";
        let _ = engine.session.conf().set(groups, "100000");
        Ok(engine)
    }

    /// The engine's own version.
    pub fn version(&self) -> String {
        self.session.version().unwrap_or_default()
    }

    /// A table of the engine.
    pub fn table(&self, name: &str) -> Result<Table, Failure> {
        let quoted: Vec<String> = name
            .split('.')
            .map(|part| format!("`{}`", part.trim_matches('`').replace('`', "``")))
            .collect();
        let from = quoted.join(".");
        let frame = self.session.sql(&format!("SELECT * FROM {from}"));
        let schema = frame.and_then(|frame| frame.schema());
        let schema = schema.map_err(|error| self.failure(&error).about(name))?;
        Ok(Table {
            from,
            schema: schema_of(&schema),
            format: None,
        })
    }

    /// Files of a format under a view of the session.
    pub fn files(&self, path: &str, format: &str) -> Result<Table, Failure> {
        let mut reader = self.session.read().format(format);
        if format == "csv" {
            // As the embedded reader has it: everything is text until it is read, quotes are doubled, and
            // a quoted field may hold the end of a line.
            for (option, value) in [
                ("header", "true"),
                ("inferSchema", "false"),
                ("multiLine", "true"),
                ("escape", "\""),
            ] {
                reader = reader.option(option, value);
            }
        }
        let frame = reader.load(Some(path));
        let schema = frame.schema();
        let schema = schema.map_err(|error| self.failure(&error).about(path))?;
        if schema_of(&schema).0.is_empty() {
            return Err(Failure::Wrong(format!(
                "{path}: the engine finds no files there, or none with columns"
            )));
        }
        let view = frame.create_or_replace_temp_view(VIEW);
        view.map_err(|error| self.failure(&error))?;
        Ok(Table {
            from: VIEW.into(),
            schema: schema_of(&schema),
            format: Some(format.to_owned()),
        })
    }

    /// The engine's plan for a query.
    pub fn plan(&self, sql: &str) -> Result<String, Failure> {
        let mut plan = String::new();
        let mut each = |row: Vec<Field>| {
            for field in row {
                if let Field::Text(text) = field {
                    plan.push_str(&text);
                }
            }
            true
        };
        self.rows(
            &format!("EXPLAIN FORMATTED {sql}"),
            &|_, _, _| {},
            &mut each,
        )?;
        Ok(plan)
    }

    /// The rows of an answer, as they come; `progressed` hears of tasks that are done, tasks that are known, and
    /// bytes that were read.
    pub fn rows(
        &self,
        sql: &str,
        progressed: &dyn Fn(i64, i64, i64),
        each: &mut dyn FnMut(Vec<Field>) -> bool,
    ) -> Result<(), Failure> {
        let take = Take {
            row: each,
            progress: &|progress| {
                let (mut done, mut all, mut bytes) = (0, 0, 0);
                for stage in &progress.stages {
                    done += stage.num_completed_tasks;
                    all += stage.num_tasks;
                    bytes += stage.input_bytes_read;
                }
                progressed(done, all, bytes);
            },
        };
        let answered = Answer::new(&self.client).of(sql, take);
        answered.map_err(|error| self.failure(&error))
    }

    /// Ends whatever the session is doing there.
    pub fn interrupt(&self) {
        let _ = self.session.interrupt_all();
    }

    /// Ends the session.
    pub fn close(&self) {
        let _ = self.session.stop();
    }

    fn failure(&self, error: &SparkError) -> Failure {
        failure(&self.address, error)
    }
}

/// Codes of gRPC: unavailable, unknown (a broken connection), canceled from the other side.
const LOST: [i32; 2] = [14, 1];

fn failure(address: &Address, error: &SparkError) -> Failure {
    let text = address.without_token(&error.to_string());
    let gone = [
        "invalid_handle",
        "session_not_found",
        "session_closed",
        "session not found",
        "operation not found",
        "transport error",
        "connection reset",
        "broken pipe",
        "error reading a body",
        "h2 protocol error",
    ];
    let said = text.to_lowercase();
    let lost = error.grpc_code.is_some_and(|code| LOST.contains(&code))
        || gone.iter().any(|part| said.contains(part));
    let refused = error.grpc_code.is_some_and(|code| code == 16 || code == 7);
    let text = short(&text);
    if refused {
        return Failure::Wrong(format!(
            "{} refused the token, or the lack of one: {text}",
            address.told
        ));
    }
    if lost {
        Failure::Lost(text)
    } else {
        Failure::Wrong(format!("the engine says: {text}"))
    }
}

/// What an engine says, without its own stack.
fn short(text: &str) -> String {
    let lines = text.lines().map(str::trim_end);
    let told = lines.take_while(|line| {
        !line.trim_start().starts_with("at ") && !line.contains("JVM stacktrace")
    });
    let told: Vec<&str> = told.filter(|line| !line.is_empty()).take(6).collect();
    let text: String = told.join(" ").chars().take(600).collect();
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

fn schema_of(of: &DataType) -> Schema {
    match kind(of) {
        Type::Object(fields) => Schema(fields),
        _ => Schema::default(),
    }
}

fn kind(of: &DataType) -> Type {
    match of {
        DataType::Null => Type::Void,
        DataType::Boolean => Type::Truth,
        DataType::Byte | DataType::Short | DataType::Integer | DataType::Long => Type::Whole,
        DataType::Float | DataType::Double => Type::Float,
        DataType::Decimal { .. } => Type::Decimal,
        DataType::String { .. } | DataType::Char { .. } | DataType::Varchar { .. } => Type::Text,
        DataType::Date => Type::Day,
        DataType::Timestamp | DataType::TimestampNtz => Type::Instant,
        DataType::Array { element_type, .. } => Type::List(Box::new(kind(element_type))),
        DataType::Map { value_type, .. } => Type::Map(Box::new(kind(value_type))),
        DataType::Struct { fields } => Type::Object(
            fields
                .iter()
                .map(|field| (field.name.clone(), kind(&field.data_type)))
                .collect(),
        ),
        other => {
            let name = format!("{other:?}");
            let name = name.split([' ', '{', '(']).next().unwrap_or_default();
            Type::Other(name.to_lowercase())
        }
    }
}
