//! `extends = "base.toml"`: a scenario that takes from another file what it does not say itself.
//!
//! Tables are merged key by key, lists of named tables name by name; any other value of the file
//! replaces that of the base. A title stands for one file and is not inherited.

use crate::diagnostic::{Place, Problem, Problems, Sources};
use crate::document::{self, Entry, Node, Value};

/// Longest chain of files.
const DEEPEST: usize = 8;

/// Keys that a file does not take from its base.
const OWN: [&str; 3] = ["name", "description", "extends"];

/// Reads the text of a file by its path.
pub type Reader = fn(&str) -> Result<String, String>;

/// Fills a tree with what the files that it extends say, the nearest first.
pub fn fill(
    mut tree: Node,
    name: &str,
    reader: Option<Reader>,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Node {
    let mut chain = vec![plain_path(name)];
    let mut next = base_of(&tree, problems);
    while let Some((base, place)) = next {
        let path = beside(chain.last().map_or("", String::as_str), &base);
        if let Some(problem) = endless(&chain, &path, place) {
            problems.push(problem);
            break;
        }
        let read = reader.map_or_else(
            || Err("no file is read here".to_owned()),
            |read| read(&path),
        );
        let text = match read {
            Ok(text) => text,
            Err(why) => {
                problems.push(unreadable(place, why));
                break;
            }
        };
        let text = document::without_mark(&text);
        let source = sources.add(&path, text);
        let parsed = document::parse(text, source, problems);
        next = base_of(&parsed, problems);
        merge(&mut tree, parsed, true);
        chain.push(path);
    }
    tree
}

/// The base that a file names.
fn base_of(tree: &Node, problems: &mut Problems) -> Option<(String, Place)> {
    let node = tree.get("extends")?;
    match node.text() {
        Some(text) if !text.trim().is_empty() => Some((text.to_owned(), node.place)),
        _ => {
            let problem = Problem::new(node.place, "`extends` names no file");
            problems.push(
                problem
                    .found(node.describe())
                    .expected("a path in quotes, such as extends = \"base.toml\""),
            );
            None
        }
    }
}

fn unreadable(place: Place, why: String) -> Problem {
    Problem::new(place, "the file that is extended cannot be read")
        .found(why)
        .hint("the path is relative to the folder of the file that says `extends`")
}

/// A chain that comes back to itself, or has no end in sight.
fn endless(chain: &[String], path: &str, place: Place) -> Option<Problem> {
    if let Some(at) = chain.iter().position(|known| known == path) {
        let circle = chain[at..].iter().map(String::as_str).chain([path]);
        let shown: Vec<&str> = circle.collect();
        return Some(
            Problem::new(place, "files extend each other in a circle").found(shown.join(" -> ")),
        );
    }
    (chain.len() > DEEPEST).then(|| {
        Problem::new(place, "too many files extend each other")
            .found(format!("{} files", chain.len()))
            .expected(format!("at most {DEEPEST}"))
    })
}

/// A path that stands in a file, as seen from where the program runs.
pub fn beside(file: &str, path: &str) -> String {
    let path = path.replace('\\', "/");
    let absolute = path.starts_with('/') || path.get(1..3) == Some(":/");
    match file.rsplit_once('/') {
        Some((folder, _)) if !absolute => plain_path(&format!("{folder}/{path}")),
        _ => plain_path(&path),
    }
}

/// A path with `/` between folders, without `.` and without `x/..`.
pub fn plain_path(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            "" if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, "" | "..")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Adds to a node what the base has beyond it.
fn merge(own: &mut Node, base: Node, top: bool) {
    match (&mut own.value, base.value) {
        (Value::Table(own), Value::Table(base)) => {
            for entry in base {
                if top && OWN.contains(&entry.key.as_str()) {
                    continue;
                }
                add(own, entry);
            }
        }
        (Value::List(own), Value::List(base)) if named(own) && named(&base) => {
            merge_named(own, base);
        }
        _ => {}
    }
}

fn add(own: &mut Vec<Entry>, entry: Entry) {
    match own.iter_mut().find(|known| known.key == entry.key) {
        Some(known) => merge(&mut known.node, entry.node, false),
        None => own.push(entry),
    }
}

/// Elements of the base keep their order, filled into those of the same name; new ones come after them.
fn merge_named(own: &mut Vec<Node>, base: Vec<Node>) {
    let mut list = Vec::new();
    for element in base {
        let label = label(&element).map(str::to_owned);
        let at = own
            .iter()
            .position(|known| self::label(known) == label.as_deref());
        list.push(match at {
            Some(at) => {
                let mut known = own.remove(at);
                merge(&mut known, element, false);
                known
            }
            None => element,
        });
    }
    list.append(own);
    *own = list;
}

/// Whether every element of a list is a table with a name.
fn named(list: &[Node]) -> bool {
    list.iter().all(|node| label(node).is_some())
}

fn label(node: &Node) -> Option<&str> {
    node.get("name").and_then(Node::text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(own: &str, base: &str) -> Node {
        let mut problems = Problems::default();
        let mut tree = document::parse(own, 0, &mut problems);
        merge(&mut tree, document::parse(base, 1, &mut problems), true);
        assert!(problems.is_empty());
        tree
    }

    fn names(tree: &Node, key: &str) -> Vec<String> {
        let Value::List(list) = &tree.get(key).unwrap().value else {
            panic!("a list")
        };
        list.iter()
            .map(|node| label(node).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn a_table_is_filled_and_what_it_says_itself_stays() {
        let tree = merged(
            "[workload]\na = 1\n",
            "name = \"base\"\n[workload]\na = 2\nb = 3\n",
        );
        let workload = tree.get("workload").unwrap();
        assert_eq!(workload.get("a").unwrap().value, Value::Number(1.0));
        assert_eq!(workload.get("b").unwrap().value, Value::Number(3.0));
        assert_eq!(workload.get("b").unwrap().place.source, 1);
        assert!(tree.get("name").is_none());
    }

    #[test]
    fn options_are_filled_by_their_name_and_new_ones_come_after() {
        let tree = merged(
            "[[api]]\nname = \"new\"\n[[api]]\nname = \"b\"\nx = 1\n",
            "[[api]]\nname = \"a\"\n[[api]]\nname = \"b\"\nx = 2\ny = 2\n",
        );
        assert_eq!(names(&tree, "api"), ["a", "b", "new"]);
        let Value::List(list) = &tree.get("api").unwrap().value else {
            panic!("a list")
        };
        assert_eq!(list[1].get("x").unwrap().value, Value::Number(1.0));
        assert_eq!(list[1].get("y").unwrap().value, Value::Number(2.0));
    }

    #[test]
    fn any_other_list_is_replaced() {
        let tree = merged(
            "a = [1]\nstaff = [{ role = \"x\" }]\n",
            "a = [2, 3]\nstaff = []\n",
        );
        let Value::List(list) = &tree.get("a").unwrap().value else {
            panic!("a list")
        };
        assert_eq!(list.len(), 1);
    }

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        assert_eq!(beside("a/b.toml", "base.toml"), "a/base.toml");
        assert_eq!(beside("a/b.toml", "../base.toml"), "base.toml");
        assert_eq!(beside("b.toml", "./base.toml"), "base.toml");
        assert_eq!(beside("../x/b.toml", "../../base.toml"), "../../base.toml");
        assert_eq!(beside("a/b.toml", "/etc/base.toml"), "/etc/base.toml");
        assert_eq!(plain_path("/a//b/../c"), "/a/c");
    }
}
