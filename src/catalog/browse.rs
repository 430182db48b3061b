//! Rows as their files have them: every key that is there, for `llmcost catalog`.
//!
//! One function for all kinds, because a row is read here as a table of [`Key`]s and not as its struct.

use super::{Catalog, CatalogFile, KINDS};
use crate::diagnostic::Problems;
use crate::document::{self, Node, Value};
use crate::table::{Key, keys_at};

/// A row, as it stands in a file.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its kind: one of [`KINDS`].
    pub kind: &'static str,
    /// The keys of its kind.
    pub keys: &'static [Key],
    /// The row.
    pub node: Node,
    /// Whether it stands in a user's own file.
    pub own: bool,
}

impl Document {
    /// Its id.
    pub fn id(&self) -> &str {
        self.node.get("id").and_then(Node::text).unwrap_or_default()
    }

    /// Its other names.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.node
            .get("aliases")
            .map_or(&[][..], list)
            .iter()
            .filter_map(Node::text)
    }

    /// Whether the id or an alias is this name.
    pub fn answers(&self, name: &str) -> bool {
        self.id() == name || self.aliases().any(|alias| alias == name)
    }
}

/// The elements of a list; none for any other value.
pub fn list(node: &Node) -> &[Node] {
    if let Value::List(list) = &node.value {
        list
    } else {
        &[]
    }
}

/// What a kind of row is, in a sentence.
pub fn says(kind: &str) -> &'static str {
    CatalogFile::KEYS
        .iter()
        .find(|key| key.name == kind)
        .map_or("", |key| key.says)
}

impl Catalog {
    /// The rows of a kind, a user's own first; an own row hides all others of its id.
    pub fn documents(&self, kind: &'static str) -> Vec<Document> {
        self.matching(kind, |_| true)
    }

    /// The rows of every kind that have this id or alias.
    pub fn named(&self, name: &str) -> Vec<Document> {
        let quoted = format!("\"{name}\"");
        let of_kind = |kind: &&'static str| self.matching(kind, |text| text.contains(&quoted));
        KINDS
            .iter()
            .flat_map(of_kind)
            .filter(|row| row.answers(name))
            .collect()
    }

    /// Ids and aliases of every kind.
    pub fn all_names(&self) -> Vec<String> {
        let own = KINDS.iter().flat_map(|kind| self.own_documents(kind));
        let own = own.flat_map(|row| {
            let aliases: Vec<String> = row.aliases().map(str::to_owned).collect();
            std::iter::once(row.id().to_owned()).chain(aliases)
        });
        let embedded = KINDS.iter().flat_map(|kind| self.store.names(kind));
        own.chain(embedded).collect()
    }

    fn matching(&self, kind: &'static str, filter: impl Fn(&str) -> bool) -> Vec<Document> {
        let mut rows: Vec<Document> = Vec::new();
        let embedded = self
            .store
            .blocks(kind)
            .filter(|text| filter(text))
            .flat_map(|text| {
                // The embedded rows are held to be free of problems by tests/catalog.rs.
                let tree = document::parse(text, 0, &mut Problems::default());
                documents(&tree, kind, false)
                    .into_iter()
                    .map(|row| Document {
                        own: self.is_own(kind, row.id()),
                        ..row
                    })
                    .collect::<Vec<_>>()
            });
        for row in self.own_documents(kind).chain(embedded) {
            if !rows.iter().any(|known| known.own && known.id() == row.id()) {
                rows.push(row);
            }
        }
        rows
    }

    pub(super) fn own_documents(&self, kind: &'static str) -> impl Iterator<Item = Document> {
        self.trees
            .iter()
            .flat_map(move |tree| documents(tree, kind, true))
    }
}

fn documents(tree: &Node, kind: &'static str, own: bool) -> Vec<Document> {
    let keys = keys_at(CatalogFile::KEYS, kind);
    let nodes = tree.get(kind).map_or(&[][..], list).iter();
    nodes
        .map(|node| Document {
            kind,
            keys,
            node: node.clone(),
            own,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    #[test]
    fn a_name_is_found_in_every_kind_that_has_it() {
        let rows = Catalog::embedded().named("h100-sxm");
        let kinds: Vec<&str> = rows.iter().map(|row| row.kind).collect();
        assert!(
            kinds.contains(&"gpu") && kinds.contains(&"gpu_purchase"),
            "{kinds:?}"
        );
    }

    #[test]
    fn an_own_row_hides_the_embedded_one_and_comes_first() {
        let mut catalog = Catalog::embedded();
        let before = catalog.documents("role").len();
        let text = "[[role]]\nid = \"sre\"\nusd_per_year = 1e5\nsource = \"HR\"\nas_of = \"2026-12-01\"\n\
                    confidence = \"seen\"\n";
        catalog.overlay(
            "own.toml",
            text,
            &mut Sources::default(),
            &mut Problems::default(),
        );
        let rows = catalog.documents("role");
        assert_eq!(
            (rows.len(), rows[0].id(), rows[0].own),
            (before, "sre", true)
        );
        assert_eq!(catalog.named("sre").len(), 1);
    }

    #[test]
    fn every_kind_has_rows_and_a_sentence() {
        let catalog = Catalog::embedded();
        for kind in KINDS {
            assert!(
                !catalog.documents(kind).is_empty() && !says(kind).is_empty(),
                "{kind}"
            );
        }
    }
}
