//! Names as hashes, for results that leave the house. The same name has the same hash, with a key of one's own
//! one that nobody else can look up.

use sha2::{Digest, Sha256};

use crate::usage::key::Dimension;

/// Hides names of tenants, features, prompts and sessions.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    /// What is hashed before each name.
    pub key: String,
}

impl Redaction {
    /// A name as it is shown: `tenant-5f2b1c9d0a3e`; times, models and providers stay.
    pub fn name(&self, of: Dimension, name: &str) -> String {
        let hidden = [
            Dimension::Tenant,
            Dimension::Feature,
            Dimension::Prompt,
            Dimension::Session,
        ];
        if !hidden.contains(&of) {
            return name.to_owned();
        }
        let mut hash = Sha256::new();
        for part in [self.key.as_str(), of.name(), name] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digits: String = hash
            .finalize()
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{}-{digits}", of.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_hash_per_key_and_dimension() {
        let plain = Redaction::default();
        let keyed = Redaction { key: "k".into() };
        let name = |redaction: &Redaction, of| redaction.name(of, "acme");
        assert_eq!(
            name(&plain, Dimension::Tenant),
            name(&plain, Dimension::Tenant)
        );
        assert_ne!(
            name(&plain, Dimension::Tenant),
            name(&keyed, Dimension::Tenant)
        );
        let feature = name(&plain, Dimension::Feature);
        assert!(feature.starts_with("feature-") && !feature.contains("acme"));
        assert_eq!(plain.name(Dimension::Model, "m"), "m");
    }
}
