use super::*;
use crate::build::fixture::Workspace;

const CHALICE: &str = "chalice = \"0.1\"";

fn settings(package: Option<&str>, bin: Option<&str>) -> BuildSettings {
    BuildSettings {
        package: package.map(str::to_owned),
        bin: bin.map(str::to_owned),
        ..BuildSettings::default()
    }
}

/// Package and binary; or what a user reads: the message, the hint.
fn selected(workspace: &Workspace, folder: &str, settings: &BuildSettings) -> Result<String, String> {
    let metadata = workspace.metadata();
    let selected = select(&metadata, &workspace.path(folder), settings);
    selected
        .map(|selection| format!("{} {}", selection.package.name, selection.bin))
        .map_err(|error| format!("{error}\nhint: {}", error.hint().unwrap()))
}

fn chosen(workspace: &Workspace, folder: &str) -> Result<String, String> {
    selected(workspace, folder, &settings(None, None))
}

/// An application, its library of handlers, a tool, and a second application if asked for.
fn shop() -> Workspace {
    let workspace = Workspace::new(&["*"]);
    workspace.package("billing", CHALICE);
    workspace.package("shop", CHALICE);
    workspace.bin("shop", "shop");
    workspace.package("tool", "");
    workspace.bin("tool", "tool");
    workspace
}

#[test]
fn the_package_in_the_projects_folder_is_the_application() {
    let workspace = shop();
    workspace.package("admin", CHALICE);
    workspace.bin("admin", "admin");
    assert_eq!(chosen(&workspace, "shop").unwrap(), "shop shop");
    assert_eq!(chosen(&workspace, "admin").unwrap(), "admin admin");
}

#[test]
fn the_only_package_with_a_binary_that_depends_on_chalice_is_the_application_of_its_workspace() {
    assert_eq!(chosen(&shop(), ".").unwrap(), "shop shop");
}

#[test]
fn a_workspace_root_that_is_a_package_of_its_own_does_not_hide_the_application() {
    let workspace = shop();
    workspace.file(
        "Cargo.toml",
        "[package]\nname = \"root\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\nmembers = [\"shop\"]\n\
         exclude = [\"billing\", \"tool\"]\n",
    );
    workspace.file("src/lib.rs", "");
    assert_eq!(chosen(&workspace, ".").unwrap(), "shop shop");
}

#[test]
fn several_applications_are_listed_with_the_line_to_write() {
    let workspace = shop();
    workspace.package("admin", CHALICE);
    workspace.bin("admin", "admin");
    assert_eq!(
        chosen(&workspace, ".").unwrap_err(),
        "`admin` and `shop` can each be the application\n\
         hint: name one in .chalice/config.json, such as \"build\": {\"package\": \"admin\"}"
    );
    assert_eq!(selected(&workspace, ".", &settings(Some("shop"), None)).unwrap(), "shop shop");
}

#[test]
fn an_unknown_package_is_answered_with_the_nearest_name_or_with_all() {
    assert_eq!(
        selected(&shop(), ".", &settings(Some("shpo"), None)).unwrap_err(),
        "the workspace has no package `shpo`\n\
         hint: did you mean `shop`? set \"build\": {\"package\": \"shop\"} in .chalice/config.json"
    );
    assert_eq!(
        selected(&shop(), ".", &settings(Some("xyz"), None)).unwrap_err(),
        "the workspace has no package `xyz`\n\
         hint: there is `billing`, `shop` and `tool`; set \"build\": {\"package\": …} in .chalice/config.json"
    );
}

#[test]
fn a_package_without_the_framework_is_refused_with_the_line_to_add() {
    let workspace = shop();
    let line = format!("chalice = \"{}\"", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        chosen(&workspace, "tool").unwrap_err(),
        format!(
            "the package `tool` does not depend on `chalice`\n\
             hint: add `{line}` to `[dependencies]` in {}",
            workspace.path("tool/Cargo.toml").display()
        )
    );
    let none = Workspace::new(&["tool"]);
    none.package("tool", "[dev-dependencies]\nchalice = \"0.1\"");
    none.bin("tool", "tool");
    assert_eq!(
        chosen(&none, ".").unwrap_err(),
        format!(
            "no package with a binary depends on `chalice` in the workspace `{}`\n\
             hint: run `cargo add chalice` in the application's package; it then has `{line}`",
            none.root().display()
        )
    );
}

#[test]
fn a_renamed_framework_is_the_framework() {
    let workspace = Workspace::new(&["app"]);
    workspace.package("app", "framework = { package = \"chalice\", version = \"0.1\" }");
    workspace.bin("app", "app");
    assert_eq!(chosen(&workspace, ".").unwrap(), "app app");
}

#[test]
fn several_binaries_are_listed_unless_one_is_named_or_the_default() {
    let workspace = shop();
    workspace.bin("shop", "migrate");
    assert_eq!(
        chosen(&workspace, "shop").unwrap_err(),
        "the package `shop` has the binaries `migrate` and `shop`\n\
         hint: name one in .chalice/config.json, such as \"build\": {\"bin\": \"migrate\"}"
    );
    assert_eq!(selected(&workspace, "shop", &settings(None, Some("migrate"))).unwrap(), "shop migrate");
    let manifest = std::fs::read_to_string(workspace.path("shop/Cargo.toml")).unwrap();
    workspace.file(
        "shop/Cargo.toml",
        &manifest.replace("[dependencies]", "default-run = \"shop\"\n[dependencies]"),
    );
    assert_eq!(chosen(&workspace, "shop").unwrap(), "shop shop");
}

#[test]
fn an_unknown_binary_is_answered_with_the_nearest_name() {
    assert_eq!(
        selected(&shop(), "shop", &settings(None, Some("shops"))).unwrap_err(),
        "the package `shop` has no binary `shops`\n\
         hint: did you mean `shop`? set \"build\": {\"bin\": \"shop\"} in .chalice/config.json"
    );
}

#[test]
fn a_package_without_a_binary_is_refused_with_the_file_to_write() {
    assert_eq!(
        chosen(&shop(), "billing").unwrap_err(),
        "the package `billing` has no binary\nhint: write src/main.rs with the line `use billing::main;`"
    );
}
