//! Which keys of the Cargo profile rchalice fills in: those that make a release small and quick to start, and only
//! where the user has said nothing.

use crate::project::{Project, read_if_there};
use crate::settings::Environment;
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

/// `panic` and all the rest are the user's. `strip` is not here as a policy is worked out from the symbols.
const FILLED: [(&str, &str); 2] = [("lto", "\"fat\""), ("codegen-units", "1")];

/// What every application has and runs mostly at its start: compiled for size, the bootstrap is smaller by 120 KB, and
/// an invocation costs 9 % more instructions. The application and all else that it uses stay as they are.
const FOR_SIZE: [&str; 8] = [
    "chalice",
    "chalice-manifest",
    "memchr",
    "mio",
    "serde_path_to_error",
    "signal-hook",
    "signal-hook-registry",
    "tokio",
];

/// Everything that sets profile keys, in cargo's order of precedence.
#[derive(Debug, Default)]
pub struct Profiles {
    /// `CARGO_PROFILE_*`.
    variables: BTreeMap<String, String>,
    /// The nearest `.cargo/config.toml` first.
    configs: Vec<Table>,
    /// The workspace's Cargo.toml.
    manifest: Table,
}

impl Profiles {
    /// A file that cannot be read or parsed sets nothing here: cargo reads it too, and says what is wrong with it.
    pub fn read(project: &Project, workspace_root: &Path, environment: &Environment) -> Self {
        let folders = project.root().ancestors().map(|folder| folder.join(".cargo"));
        let configs = folders.chain(environment.cargo_home.clone()).filter_map(|folder| {
            // Cargo prefers the name without an extension where both are there.
            table(&folder.join("config")).or_else(|| table(&folder.join("config.toml")))
        });
        Self {
            variables: environment.cargo_profiles.clone(),
            configs: configs.collect(),
            manifest: table(&workspace_root.join("Cargo.toml")).unwrap_or_default(),
        }
    }

    /// `--config` arguments for what the user left unset; none for a profile that is not made for a release.
    pub fn filled(&self, profile: &str) -> Vec<String> {
        let chain = self.chain(profile);
        if chain.last().is_none_or(|base| base != "release") {
            return Vec::new();
        }
        let is_unset = |key: &str| chain.iter().all(|profile| self.get(profile, key).is_none());
        let keys = FILLED.into_iter().filter(|(key, _)| is_unset(key));
        let arguments = keys.map(|(key, value)| format!("profile.{profile}.{key}={value}"));
        let for_size = FOR_SIZE.into_iter().filter(|_| is_unset("opt-level") && is_unset("package"));
        let for_size = for_size.map(|package| format!("profile.{profile}.package.{package}.opt-level=\"s\""));
        arguments.chain(for_size).collect()
    }

    /// Whether a panic ends the process instead of unwinding.
    pub fn aborts(&self, profile: &str) -> bool {
        let panic = self.chain(profile).iter().find_map(|profile| self.get(profile, "panic"));
        panic.is_some_and(|panic| panic == "abort")
    }

    /// The profile and those that it inherits from, down to `release` or `dev`.
    fn chain(&self, profile: &str) -> Vec<String> {
        let mut chain = vec![profile.to_owned()];
        while let Some(base) = chain.last().and_then(|last| self.base(last)) {
            if chain.contains(&base) {
                break; // cargo refuses a circle
            }
            chain.push(base);
        }
        chain
    }

    fn base(&self, profile: &str) -> Option<String> {
        match profile {
            "release" | "dev" => None,
            "bench" => Some("release".to_owned()),
            "test" => Some("dev".to_owned()),
            _ => self.get(profile, "inherits"),
        }
    }

    /// What the user set for this very profile.
    fn get(&self, profile: &str, key: &str) -> Option<String> {
        let in_capitals = |name: &str| name.to_uppercase().replace('-', "_");
        let variable = format!("CARGO_PROFILE_{}_{}", in_capitals(profile), in_capitals(key));
        if let Some(value) = self.variables.get(&variable) {
            return Some(value.clone());
        }
        let tables = self.configs.iter().chain([&self.manifest]);
        tables.filter_map(|table| table.get("profile")?.get(profile)?.get(key)).map(as_text).next()
    }
}

fn table(path: &Path) -> Option<Table> {
    read_if_there(path).ok()??.parse().ok()
}

fn as_text(value: &Value) -> String {
    // Only names are compared; of anything else it matters that it is there.
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles(manifest: &str, configs: &[&str], variables: &[(&str, &str)]) -> Profiles {
        Profiles {
            variables: variables.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
            configs: configs.iter().map(|config| config.parse().unwrap()).collect(),
            manifest: manifest.parse().unwrap(),
        }
    }

    #[test]
    fn an_untouched_release_profile_is_filled() {
        let filled = profiles("[profile.dev]\nlto = true", &[], &[]).filled("release");
        let expected = [
            "profile.release.lto=\"fat\"",
            "profile.release.codegen-units=1",
            "profile.release.package.chalice.opt-level=\"s\"",
            "profile.release.package.chalice-manifest.opt-level=\"s\"",
            "profile.release.package.memchr.opt-level=\"s\"",
            "profile.release.package.mio.opt-level=\"s\"",
            "profile.release.package.serde_path_to_error.opt-level=\"s\"",
            "profile.release.package.signal-hook.opt-level=\"s\"",
            "profile.release.package.signal-hook-registry.opt-level=\"s\"",
            "profile.release.package.tokio.opt-level=\"s\"",
        ];
        assert_eq!(filled, expected);
    }

    #[test]
    fn what_the_manifest_sets_stays() {
        let filled = profiles("[profile.release]\nlto = false\nopt-level = 3", &[], &[]).filled("release");
        assert_eq!(filled, ["profile.release.codegen-units=1"]);
    }

    #[test]
    fn what_cargos_configuration_or_the_environment_sets_stays() {
        let config = "[profile.release]\nlto = \"thin\"\n[profile.release.package.tokio]\nopt-level = 1";
        let variables = [("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "4")];
        assert_eq!(profiles("", &["", config], &variables).filled("release"), Vec::<String>::new());
    }

    #[test]
    fn a_profile_of_the_users_own_is_filled_where_its_whole_chain_is_silent() {
        let manifest = "[profile.lambda]\ninherits = \"small\"\n[profile.small]\ninherits = \"release\"\ncodegen-units = 2\nopt-level = 2";
        assert_eq!(profiles(manifest, &[], &[]).filled("lambda"), ["profile.lambda.lto=\"fat\""]);
        let variables = [("CARGO_PROFILE_SMALL_LTO", "off")];
        assert_eq!(profiles(manifest, &[], &variables).filled("lambda"), Vec::<String>::new());
    }

    #[test]
    fn a_profile_for_development_is_left_alone() {
        let manifest = "[profile.quick]\ninherits = \"dev\"";
        for profile in ["dev", "test", "quick", "unknown"] {
            assert_eq!(profiles(manifest, &[], &[]).filled(profile), Vec::<String>::new(), "{profile}");
        }
    }

    #[test]
    fn a_circle_of_profiles_is_left_to_cargo() {
        let manifest = "[profile.a]\ninherits = \"b\"\n[profile.b]\ninherits = \"a\"";
        assert_eq!(profiles(manifest, &[], &[]).filled("a"), Vec::<String>::new());
    }

    #[test]
    fn an_aborting_panic_is_found_along_the_chain_and_the_nearest_setting_wins() {
        let manifest = "[profile.release]\npanic = \"abort\"\n[profile.lambda]\ninherits = \"release\"";
        assert!(profiles(manifest, &[], &[]).aborts("release"));
        assert!(profiles(manifest, &[], &[]).aborts("lambda"));
        assert!(!profiles(manifest, &["[profile.lambda]\npanic = \"unwind\""], &[]).aborts("lambda"));
        assert!(!profiles("", &[], &[]).aborts("release"));
    }
}
