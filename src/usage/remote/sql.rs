//! Small pieces of SQL.

/// A name in backticks.
pub fn name(text: &str) -> String {
    format!("`{}`", text.replace('`', "``"))
}

/// A text in quotes.
pub fn text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The first that is not null; null where there are none.
pub fn first(of: &[String]) -> String {
    match of {
        [] => "NULL".into(),
        [one] => one.clone(),
        many => format!("coalesce({})", many.join(", ")),
    }
}

/// Whether any holds; null counts as no.
pub fn any(of: &[String]) -> String {
    if of.is_empty() {
        return "false".into();
    }
    let each: Vec<String> = of
        .iter()
        .map(|one| format!("coalesce({one}, false)"))
        .collect();
    format!("({})", each.join(" OR "))
}

/// A list of texts for `IN`.
pub fn list<S: AsRef<str>>(of: impl IntoIterator<Item = S>) -> String {
    let each: Vec<String> = of.into_iter().map(|one| text(one.as_ref())).collect();
    format!("({})", each.join(", "))
}

/// Four steps of a query, each over the names of those before.
#[derive(Clone, Debug)]
pub struct Steps {
    /// Columns of the table.
    pub a: Step,
    /// What is read of them.
    pub b: Step,
    /// Values of that.
    pub c: Step,
    /// What is computed of values.
    pub d: Step,
}

impl Default for Steps {
    fn default() -> Self {
        Self {
            a: Step::new("a"),
            b: Step::new("b"),
            c: Step::new("c"),
            d: Step::new("d"),
        }
    }
}

/// A step of a query: expressions with names, each written once.
#[derive(Clone, Debug)]
pub struct Step {
    prefix: &'static str,
    items: Vec<String>,
}

impl Step {
    /// A step whose expressions get names that begin so.
    pub fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            items: Vec::new(),
        }
    }

    /// The name of an expression.
    pub fn put(&mut self, sql: String) -> String {
        let at = self
            .items
            .iter()
            .position(|item| *item == sql)
            .unwrap_or_else(|| {
                self.items.push(sql);
                self.items.len() - 1
            });
        format!("{}{at}", self.prefix)
    }

    /// `expression AS name, ...`; a constant where there is none.
    pub fn select(&self) -> String {
        if self.items.is_empty() {
            return format!("1 AS {}", self.prefix);
        }
        let each: Vec<String> = self
            .items
            .iter()
            .enumerate()
            .map(|(at, sql)| format!("{sql} AS {}{at}", self.prefix))
            .collect();
        each.join(",\n    ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_cannot_end_their_quotes() {
        assert_eq!(name("a`b"), "`a``b`");
        assert_eq!(text("it's \\"), "'it\\'s \\\\'");
    }

    #[test]
    fn an_expression_is_written_once() {
        let mut step = Step::new("a");
        let names = ["x + 1", "y", "x + 1"].map(|sql| step.put(sql.into()));
        assert_eq!(names, ["a0", "a1", "a0"]);
        assert_eq!(step.select(), "x + 1 AS a0,\n    y AS a1");
    }
}
