//! The README's table of keys is the table of keys.

use super::super::keys::{KEYS, Key, Kind, Scope};
use std::path::Path;

#[test]
fn the_readme_has_a_row_for_each_key_of_config_json() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let table = table();
    assert!(readme.contains(&table), "README.md: the table of config.json's keys should read\n\n{table}");
}

fn table() -> String {
    let mut table = "| key | where | default | what it is |\n|---|---|---|---|\n".to_owned();
    for key in KEYS {
        table.push_str(&row("", key));
        if let Kind::Section(keys) = key.kind {
            table.extend(keys.iter().map(|inner| row(&format!("{}.", key.name), inner)));
        }
    }
    table
}

fn row(section: &str, key: &Key) -> String {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope_name(*scope)).collect();
    let default = if key.default.is_empty() { String::new() } else { format!("`{}`", key.default) };
    format!("| `{section}{}` | {} | {default} | {} |\n", key.name, scopes.join(", "), key.doc)
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Top => "top",
        Scope::Stage => "stage",
        Scope::Function => "function",
    }
}
