//! Azure API Management: rows of `ApiManagementGatewayLlmLog`, as CSV or JSON of Log Analytics. There are no cached
//! tokens in them, and the deployment is not the model. A long message is split over rows of one request: those
//! without tokens are its parts, and of those with tokens one counts.

use super::super::fields::Fields;
use super::super::names;
use super::super::record::{Record, Tokens};
use super::super::semantics::{Counts, Source};
use super::{Options, Reader, Row, tokens};

/// The reader.
pub struct Apim {
    /// What the user says.
    pub options: Options,
}

impl Reader for Apim {
    fn row(&mut self, row: &Fields<'_>) -> Row {
        if !row.knows("PromptTokens") && !row.knows("CompletionTokens") {
            return Row::Foreign;
        }
        let count = |key: &str| row.count(key);
        let counts = Counts {
            input: count("PromptTokens").unwrap_or(0),
            output: count("CompletionTokens").unwrap_or(0),
            ..Counts::default()
        };
        let Some(tokens) = tokens(Source::Apim.semantics(), &counts, row) else {
            return Row::Foreign;
        };
        row.check_total(tokens.total(), count("TotalTokens"));
        if tokens == Tokens::default() {
            return Row::Other;
        }
        // The portal writes the zone behind the name, other ways do not.
        let time = ["TimeGenerated", "TimeGenerated [UTC]"];
        let id = row.first(&["RequestId", "CorrelationId"]);
        Record {
            at: time
                .iter()
                .find(|key| row.has(key))
                .and_then(|key| row.time(key)),
            tenant: self.options.tenant(row),
            feature: self.options.feature(row),
            model: row
                .first(&["ModelName", "DeploymentName"])
                .map(|name| names::model(&name)),
            provider: Some("azure".into()),
            tokens,
            id: id.map(|id| names::id(&[&id])),
            ..Record::call()
        }
        .into()
    }
}
