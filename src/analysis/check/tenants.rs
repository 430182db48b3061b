//! Who used how much: the result of `llmcost attribute --by tenant`, as far as limits of tenants need it.

use serde_json::Value;

/// Parts of the cost and of the requests of a usage log, by tenant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tenants {
    rows: Vec<Tenant>,
    /// Part of the cost that names no tenant.
    open: f64,
    /// Why parts of the cost are not known.
    unknown: Option<String>,
}

/// One tenant's parts of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// Its name.
    pub name: String,
    /// Part of the cost.
    pub cost: f64,
    /// Part of the requests, where every row tells them.
    pub requests: Option<f64>,
}

const SCHEMA: &str = "llmcost/attribute/1";

impl Tenants {
    /// Reads the JSON of `llmcost attribute`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("{name}:{line}:{column}: not an attribution: {error}")
        })?;
        let expected = format!(
            "   expected: \"schema\": \"{SCHEMA}\"\nhint: `llmcost attribute LOG --by tenant --format json -o {name}` writes one"
        );
        if value["schema"] != SCHEMA {
            let found = value["schema"].as_str().unwrap_or("no schema");
            return Err(format!(
                "{name}: not an attribution\n   found: {found}\n{expected}"
            ));
        }
        let by = value["by"].as_array().map_or(&[][..], |list| list);
        let groups = value["groups"].as_array();
        match groups {
            Some(groups) if by.iter().any(|dimension| dimension == "tenant") => {
                Ok(Self::of(&value, groups))
            }
            _ => Err(format!(
                "{name}: an attribution that does not tell tenants\n{expected}"
            )),
        }
    }

    fn of(value: &Value, groups: &[Value]) -> Self {
        let total = usd(&value["total"]);
        let requests = value["total"]["requests"]
            .as_f64()
            .filter(|count| *count > 0.0);
        let unpriced = value["unpriced"]
            .as_array()
            .is_some_and(|list| !list.is_empty());
        let unknown = match total {
            _ if unpriced => Some("the usage log has tokens without a price".to_owned()),
            Some(total) if total > 0.0 => None,
            _ => Some("the usage log has no cost".to_owned()),
        };
        let part = |entry: &Value| usd(entry).zip(total).map_or(0.0, |(own, all)| own / all);
        let mut rows: Vec<Tenant> = Vec::new();
        for group in groups {
            let Some(name) = group["key"]["tenant"].as_str() else {
                continue;
            };
            let own = group["requests"]
                .as_f64()
                .zip(requests)
                .map(|(own, all)| own / all);
            match rows.iter_mut().find(|row| row.name == name) {
                Some(row) => {
                    row.cost += part(group);
                    row.requests = row.requests.zip(own).map(|(sum, more)| sum + more);
                }
                None => rows.push(Tenant {
                    name: name.to_owned(),
                    cost: part(group),
                    requests: own,
                }),
            }
        }
        let named: f64 = rows.iter().map(|row| row.cost).sum();
        let open = 1.0 - named;
        Self {
            rows,
            // What is left of the sum of exact parts but for rounding is nothing.
            open: if open < 1e-9 { 0.0 } else { open },
            unknown,
        }
    }

    /// A tenant's parts, and the part of the cost that may be its own too because nobody is named for it.
    ///
    /// # Errors
    /// Why they are not known.
    pub fn find(&self, name: &str) -> Result<(&Tenant, f64), String> {
        if let Some(why) = &self.unknown {
            return Err(why.clone());
        }
        match self.rows.iter().find(|row| row.name == name) {
            Some(row) => Ok((row, self.open)),
            None => Err(format!("the usage log does not name the tenant `{name}`")),
        }
    }
}

/// The cost of an entry; exact amounts are numbers or texts.
fn usd(entry: &Value) -> Option<f64> {
    let cost = &entry["cost_usd"];
    cost.as_f64().or_else(|| cost.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 60 dollars of acme in two rows, 30 of blue, 10 of nobody.
    const LOG: &str = r#"{ "schema": "llmcost/attribute/1", "by": ["tenant", "feature"],
        "total": { "requests": 100, "cost_usd": 100.0 },
        "groups": [
            { "key": { "tenant": "acme", "feature": "a" }, "requests": 20, "cost_usd": 40.0 },
            { "key": { "tenant": "blue", "feature": "a" }, "requests": 50, "cost_usd": 30.0 },
            { "key": { "tenant": "acme", "feature": "b" }, "requests": 10, "cost_usd": 20.0 } ],
        "unattributed": { "requests": 20, "cost_usd": 10.0 }, "unpriced": [] }"#;

    #[test]
    fn parts_of_a_tenant_are_summed_and_what_names_nobody_stays_open() {
        let tenants = Tenants::parse("log.json", LOG).unwrap();
        let (acme, open) = tenants.find("acme").unwrap();
        assert!((acme.cost - 0.6).abs() < 1e-12 && (open - 0.1).abs() < 1e-12);
        assert!((acme.requests.unwrap() - 0.3).abs() < 1e-12);
        assert!(
            tenants
                .find("acne")
                .unwrap_err()
                .contains("does not name the tenant `acne`")
        );
    }

    #[test]
    fn a_log_with_tokens_that_have_no_price_tells_no_parts() {
        let log = LOG.replace("\"unpriced\": []", "\"unpriced\": [{ \"model\": \"x\" }]");
        let tenants = Tenants::parse("log.json", &log).unwrap();
        assert!(
            tenants
                .find("acme")
                .unwrap_err()
                .contains("without a price")
        );
    }

    #[test]
    fn another_file_is_refused_in_words() {
        let refused = |text: &str| Tenants::parse("log.json", text).unwrap_err();
        assert!(refused("{").starts_with("log.json:1:1: not an attribution"));
        assert!(
            refused("{\"schema\": \"llmcost/compare/1\"}").contains("found: llmcost/compare/1")
        );
        assert!(refused(&LOG.replace("\"tenant\", ", "")).contains("does not tell tenants"));
    }
}
