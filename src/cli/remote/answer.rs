//! The answer to a query, as a stream that is known to be whole: a server may end a stream before the answer is
//! complete (Apache Spark does so every two minutes), and a connection may break. Either is resumed after what
//! was received; an answer is complete where the server says so, and nowhere else.

// The client's own error, of which there is one at the end of a question.
#![allow(clippy::result_large_err)]

use std::io::Cursor;
use std::time::{Duration, Instant};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type};
use arrow::ipc::reader::StreamReader;
use spark_connect::SparkError;
use spark_connect_core::client::SparkConnectClient;
use spark_connect_core::runtime::block_on;
use spark_connect_proto::execute_plan_request::{RequestOption, request_option};
use spark_connect_proto::execute_plan_response::{ArrowBatch, ExecutionProgress, ResponseType};
use spark_connect_proto::{
    ExecutePlanRequest, ExecutePlanResponse, Plan, ReattachExecuteRequest, ReattachOptions,
    Relation, Sql, UserContext, plan, relation,
};

use crate::usage::remote::load::Field;

/// Attempts to resume an answer before it is given up.
const ATTEMPTS: u32 = 8;

/// A query while it is answered.
pub struct Answer<'a> {
    client: &'a SparkConnectClient,
    operation: String,
    /// The last response that was received.
    last: Option<String>,
    complete: bool,
    rows: i64,
}

/// What is done with what comes in.
pub struct Take<'t> {
    /// Takes a row; false ends the reading.
    pub row: &'t mut dyn FnMut(Vec<Field>) -> bool,
    /// Takes what the server says about its progress.
    pub progress: &'t dyn Fn(&ExecutionProgress),
}

impl<'a> Answer<'a> {
    /// A query to be sent.
    pub fn new(client: &'a SparkConnectClient) -> Self {
        Self {
            client,
            operation: uuid::Uuid::new_v4().to_string(),
            last: None,
            complete: false,
            rows: 0,
        }
    }

    /// Sends SQL and takes the answer.
    ///
    /// # Errors
    /// What the server says; a connection that cannot be resumed.
    pub fn of(mut self, sql: &str, mut take: Take<'_>) -> Result<(), SparkError> {
        block_on(self.read(sql, &mut take))
    }

    async fn read(&mut self, sql: &str, take: &mut Take<'_>) -> Result<(), SparkError> {
        let mut stream = self.client.execute_plan(self.request(sql)).await?;
        let (mut failed, mut begun) = (0, Instant::now());
        loop {
            let why = match stream.message().await {
                Ok(Some(response)) => {
                    failed = 0;
                    if !self.take(response, take)? {
                        return Ok(());
                    }
                    continue;
                }
                // Whatever comes of the connection afterwards, the answer is there.
                _ if self.complete => return Ok(()),
                Ok(None) => None,
                Err(status) => Some(SparkError::from_grpc_status(status)),
            };
            // A stream of some length that ended is no failure, one that ends at once is.
            let ended = why.is_none() && begun.elapsed() > Duration::from_secs(5);
            failed = if ended { 0 } else { failed + 1 };
            if failed > ATTEMPTS || why.as_ref().is_some_and(|why| !may_resume(why)) {
                return Err(why.unwrap_or_else(|| lost("the answer ended before it was complete")));
            }
            // The thread has nothing else to do.
            std::thread::sleep(Duration::from_millis(100 << failed));
            begun = Instant::now();
            match self.client.reattach_execute(self.reattach()).await {
                Ok(resumed) => stream = resumed,
                Err(error) if failed < ATTEMPTS && may_resume(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes a response; false where no more is wanted.
    fn take(
        &mut self,
        response: ExecutePlanResponse,
        take: &mut Take<'_>,
    ) -> Result<bool, SparkError> {
        if !response.response_id.is_empty() {
            self.last = Some(response.response_id);
        }
        match response.response_type {
            Some(ResponseType::ArrowBatch(batch)) => return self.batch(&batch, take),
            Some(ResponseType::ExecutionProgress(progress)) => (take.progress)(&progress),
            Some(ResponseType::ResultComplete(_)) => self.complete = true,
            _ => {}
        }
        Ok(true)
    }

    fn batch(&mut self, batch: &ArrowBatch, take: &mut Take<'_>) -> Result<bool, SparkError> {
        if batch.start_offset.is_some_and(|offset| offset != self.rows) {
            return Err(lost("rows of the answer are missing"));
        }
        let wrong = |error: arrow::error::ArrowError| SparkError::connect_msg(error.to_string());
        let mut received = 0;
        if !batch.data.is_empty() {
            let reader = StreamReader::try_new(Cursor::new(&batch.data), None).map_err(wrong)?;
            for part in reader {
                let part = part.map_err(wrong)?;
                received += part.num_rows() as i64;
                for row in 0..part.num_rows() {
                    if !(take.row)(fields(&part, row)) {
                        return Ok(false);
                    }
                }
            }
        }
        if received != batch.row_count {
            return Err(lost("rows of the answer are missing"));
        }
        self.rows += received;
        Ok(true)
    }

    fn request(&self, sql: &str) -> ExecutePlanRequest {
        let relation = Relation {
            rel_type: Some(relation::RelType::Sql(Sql {
                query: sql.to_owned(),
                ..Sql::default()
            })),
            ..Relation::default()
        };
        let resumable = RequestOption {
            request_option: Some(request_option::RequestOption::ReattachOptions(
                ReattachOptions { reattachable: true },
            )),
        };
        ExecutePlanRequest {
            session_id: self.client.session_id().to_owned(),
            user_context: Some(UserContext::default()),
            operation_id: Some(self.operation.clone()),
            plan: Some(Plan {
                op_type: Some(plan::OpType::Root(relation)),
            }),
            request_options: vec![resumable],
            ..ExecutePlanRequest::default()
        }
    }

    fn reattach(&self) -> ReattachExecuteRequest {
        ReattachExecuteRequest {
            session_id: self.client.session_id().to_owned(),
            user_context: Some(UserContext::default()),
            operation_id: self.operation.clone(),
            last_response_id: self.last.clone(),
            ..ReattachExecuteRequest::default()
        }
    }
}

/// Codes of gRPC with which a connection breaks: unavailable, unknown (a body that ends), internal (a stream
/// that is reset).
const BROKEN: [i32; 3] = [14, 2, 13];

/// Whether the answer may go on after an error: where the connection broke, not where the server said no.
fn may_resume(error: &SparkError) -> bool {
    let text = error.to_string();
    let of_connection = [
        "transport",
        "h2 ",
        "body",
        "connect",
        "CURSOR.DISCONNECTED",
        "reset",
    ];
    error.grpc_code.is_some_and(|code| BROKEN.contains(&code))
        && !text.contains("INVALID_HANDLE")
        && of_connection.iter().any(|part| text.contains(part))
}

/// An error that says that the answer was lost on its way.
fn lost(why: &str) -> SparkError {
    SparkError {
        grpc_code: Some(14),
        ..SparkError::connect_msg(why)
    }
}

fn fields(batch: &RecordBatch, row: usize) -> Vec<Field> {
    batch
        .columns()
        .iter()
        .map(|column| field(column.as_ref(), row))
        .collect()
}

/// A value of a column.
fn field(column: &dyn Array, row: usize) -> Field {
    if column.is_null(row) {
        return Field::Null;
    }
    let number = |number: i64| Field::Number(number.into());
    let text = |text: &str| Field::Text(text.to_owned());
    match column.data_type() {
        DataType::Boolean => Field::Number(column.as_boolean().value(row).into()),
        DataType::Int8 => number(column.as_primitive::<Int8Type>().value(row).into()),
        DataType::Int16 => number(column.as_primitive::<Int16Type>().value(row).into()),
        DataType::Int32 => number(column.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => number(column.as_primitive::<Int64Type>().value(row)),
        DataType::Decimal128(_, 0) => {
            Field::Number(column.as_primitive::<Decimal128Type>().value(row))
        }
        DataType::Utf8 => text(column.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text(column.as_string::<i64>().value(row)),
        DataType::Utf8View => text(column.as_string_view().value(row)),
        DataType::List(_) => list(column.as_list::<i32>().value(row).as_ref()),
        DataType::LargeList(_) => list(column.as_list::<i64>().value(row).as_ref()),
        _ => Field::Null,
    }
}

fn list(values: &dyn Array) -> Field {
    match values.as_primitive_opt::<Int64Type>() {
        Some(numbers) => Field::List(numbers.iter().flatten().collect()),
        None => Field::Null,
    }
}
