//! Published configurations against the rows of the catalog that were made from them: the shape is the
//! same, and the parameters agree. Left out where the files are not there.

use std::path::{Path, PathBuf};

use llmcost::catalog::Catalog;
use llmcost::catalog::rows::ModelRow;
use llmcost::diagnostic::Sources;
use llmcost::scenario::{Settings, Supply, load};
use llmcost::table::Num;

fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("../shared/data/prices/model_configs")
}

/// Every configuration with the name of its repository.
fn configs() -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder()) else {
        println!("left out: {} is not there", folder().display());
        return Vec::new();
    };
    let mut list: Vec<(String, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?.strip_suffix("_config.json")?;
            Some((name.replace("--", "/"), path.clone()))
        })
        .collect();
    list.sort();
    list
}

fn read(path: &Path) -> ModelRow {
    let text = format!(
        "name = \"t\"\n[workload]\nrequests_per_day = 1\ninput_tokens = 1\noutput_tokens = 1\n\
         [[self_host]]\nname = \"own\"\nmodel_config = '{}'\ngpu = \"b200\"\n",
        path.display()
    );
    let (catalog, mut sources) = (Catalog::embedded(), Sources::default());
    let settings = Settings {
        reader: Some(|path| std::fs::read_to_string(path).map_err(|why| why.to_string())),
        ..Settings::default()
    };
    let loaded = load("t.toml", &text, &settings, &catalog, &mut sources);
    let loaded = loaded.unwrap_or_else(|problems| {
        let texts: Vec<String> = problems.iter().map(|it| it.render(&sources)).collect();
        panic!("{}: {}", path.display(), texts.join("\n"))
    });
    let Supply::SelfHost(own) = &loaded.scenario.options[0].supply else {
        panic!("an own stack")
    };
    own.model.clone().expect("a model")
}

fn number(num: Option<&Num>) -> f64 {
    num.map_or(0.0, |num| num.input.median())
}

#[test]
fn the_shape_of_every_configuration_is_that_of_its_row() {
    for (name, path) in configs() {
        let found = read(&path);
        let (row, _) = Catalog::embedded()
            .find::<ModelRow>(&name)
            .unwrap_or_else(|| panic!("the catalog has no {name}"));
        let pairs = [
            ("layers", &found.layers, &row.layers),
            ("hidden", &found.hidden, &row.hidden),
            ("vocab", &found.vocab, &row.vocab),
            ("heads", &found.heads, &row.heads),
            ("kv_heads", &found.kv_heads, &row.kv_heads),
            ("head_dim", &found.head_dim, &row.head_dim),
            (
                "attention_layers",
                &found.attention_layers,
                &row.attention_layers,
            ),
            ("window_tokens", &found.window_tokens, &row.window_tokens),
            ("state_elements", &found.state_elements, &row.state_elements),
            ("kv_lora_rank", &found.kv_lora_rank, &row.kv_lora_rank),
            ("rope_dim", &found.rope_dim, &row.rope_dim),
            ("experts", &found.experts, &row.experts),
            (
                "experts_per_token",
                &found.experts_per_token,
                &row.experts_per_token,
            ),
            ("expert_params", &found.expert_params, &row.expert_params),
            ("max_context", &found.max_context, &row.max_context),
        ];
        for (key, found, row) in pairs {
            assert_eq!(
                number(found.as_ref()),
                number(row.as_ref()),
                "{name}: {key}"
            );
        }
        let words = |row: &ModelRow| {
            let texts = [&row.native_precision, &row.low_confidence];
            texts.map(|text| text.as_ref().map(|text| text.value.clone()))
        };
        assert_eq!(words(&found), words(&row), "{name}");
    }
}

#[test]
fn the_parameters_of_every_configuration_agree_with_its_row() {
    for (name, path) in configs() {
        let found = read(&path);
        let (row, _) = Catalog::embedded().find::<ModelRow>(&name).unwrap();
        let off = |found: &Option<Num>, row: &Option<Num>| {
            (number(found.as_ref()) / number(row.as_ref()) - 1.0).abs()
        };
        let total = off(&found.total_params, &row.total_params);
        assert!(total < 1e-3, "{name}: total parameters are {total} off");
        // The row of Qwen3.5 counts its linear-attention layers as plain attention without a gate; the
        // configuration counts what they have: 6.9 B of mixers instead of 4.3 B.
        let rest = off(&found.rest_params, &row.rest_params);
        let known = name.starts_with("Qwen/Qwen3.5");
        assert!(
            if known {
                (0.3..0.5).contains(&rest)
            } else {
                rest < 1e-9
            },
            "{name}: the parameters outside experts are {rest} off"
        );
    }
}
