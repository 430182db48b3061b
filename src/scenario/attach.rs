//! The files that a scenario names: read once, before its meaning is looked at, and put into the tree in
//! the place of their paths, so that whatever varies an input needs no files.

use std::sync::Arc;

use super::extends::{Reader, beside};
use crate::diagnostic::{Problem, Problems, Sources};
use crate::document::{Attached, Node, Value, parse_json, parse_json_lines, without_mark};

/// What a key's file is.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    /// The configuration of a model.
    Config,
    /// Results of a benchmark, which may hold prompts and answers.
    Results,
}

/// Reads the files that `model_config` and `measured` of the `[[self_host]]` tables name.
pub fn attach(
    root: &mut Node,
    reader: Option<Reader>,
    sources: &mut Sources,
    problems: &mut Problems,
) {
    let scenario = sources.name(root.place).to_owned();
    let mut files = Files {
        reader,
        scenario,
        sources,
        problems,
    };
    let Value::Table(tables) = &mut root.value else {
        return;
    };
    for table in tables.iter_mut().filter(|it| it.key == "self_host") {
        let Value::List(options) = &mut table.node.value else {
            continue;
        };
        for option in options {
            files.option(option);
        }
    }
}

struct Files<'a> {
    reader: Option<Reader>,
    scenario: String,
    sources: &'a mut Sources,
    problems: &'a mut Problems,
}

impl Files<'_> {
    fn option(&mut self, option: &mut Node) {
        let Value::Table(entries) = &mut option.value else {
            return;
        };
        for entry in entries {
            let holds = match entry.key.as_str() {
                "model_config" => Holds::Config,
                "measured" => Holds::Results,
                _ => continue,
            };
            match &mut entry.node.value {
                Value::List(items) => items.iter_mut().for_each(|item| self.replace(item, holds)),
                _ => self.replace(&mut entry.node, holds),
            }
        }
    }

    /// Puts a file in the place of its path.
    fn replace(&mut self, node: &mut Node, holds: Holds) {
        let Some(path) = node.text().map(str::to_owned) else {
            return;
        };
        let roots = match self.read(&path, node, holds) {
            Ok(roots) => roots,
            Err(problem) => {
                self.problems.push(problem);
                Vec::new()
            }
        };
        node.value = Value::File(Arc::new(Attached { path, roots }));
    }

    fn read(&mut self, path: &str, node: &Node, holds: Holds) -> Result<Vec<Node>, Problem> {
        // A path is relative to the file it stands in; one of the command line to the scenario.
        let named = match self.sources.name(node.place) {
            "--set" => &self.scenario,
            file => file,
        };
        let name = beside(named, path);
        let read = self.reader.map_or_else(
            || Err("no file is read here".to_owned()),
            |read| read(&name),
        );
        let text = read.map_err(|why| {
            Problem::new(node.place, "the file that is named cannot be read")
                .found(why)
                .hint("the path is relative to the folder of the file that names it")
        })?;
        let text = without_mark(&text);
        match holds {
            Holds::Config => {
                let source = self.sources.add(&name, text);
                parse_json(text, source).map(|root| vec![root])
            }
            Holds::Results => {
                let source = self.sources.add_private(&name, text);
                parse_json_lines(text, source)
            }
        }
    }
}
