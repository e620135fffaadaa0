//! What `.chalice/config.json` gives one function of one stage: Chalice's precedence. The CLI, which knows where in
//! the file each value stands, and the test client share it, so that a test runs with the variables of the deploy.

use std::collections::BTreeMap;

/// The stage that there is where config.json names none.
pub const IMPLICIT_STAGE: &str = "dev";

/// Chalice's, of `api_gateway_stage`.
pub const DEFAULT_API_GATEWAY_STAGE: &str = "api";

/// JSON as whoever has read the file keeps it.
pub trait ConfigValue: Sized {
    /// The members of an object; of anything else, none.
    fn members(&self) -> impl Iterator<Item = (&str, &Self)>;
    fn is_null(&self) -> bool;
    fn as_text(&self) -> Option<&str>;
    fn as_flag(&self) -> Option<bool>;

    /// The member called `name`. As in Chalice, one that is null counts as not there.
    fn member(&self, name: &str) -> Option<&Self> {
        let found = self.members().find(|(own, _)| *own == name).map(|(_, value)| value);
        found.filter(|value| !value.is_null())
    }
}

impl ConfigValue for serde_json::Value {
    fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    fn is_null(&self) -> bool {
        Self::is_null(self)
    }

    fn as_text(&self) -> Option<&str> {
        self.as_str()
    }

    fn as_flag(&self) -> Option<bool> {
        self.as_bool()
    }
}

/// The objects of config.json that bear on one function of one stage.
#[derive(Debug)]
pub struct ConfigScopes<'a, V> {
    pub stage_function: Option<&'a V>,
    pub stage: Option<&'a V>,
    pub top_function: Option<&'a V>,
    pub top: &'a V,
}

impl<'a, V: ConfigValue> ConfigScopes<'a, V> {
    /// Of what belongs to no function, and of functions that config.json does not name.
    pub fn of_stage(top: &'a V, stage: &str) -> Self {
        let stage = top.member("stages").and_then(|stages| stages.member(stage));
        Self { stage_function: None, stage, top_function: None, top }
    }

    pub fn of_function(top: &'a V, stage: &str, function: &str) -> Self {
        let of_stage = Self::of_stage(top, stage);
        let named = |scope: &'a V| scope.member("lambda_functions")?.member(function);
        Self { stage_function: of_stage.stage.and_then(named), top_function: named(top), ..of_stage }
    }

    pub fn strongest_first(&self) -> impl DoubleEndedIterator<Item = &'a V> + use<'a, V> {
        [self.stage_function, self.stage, self.top_function, Some(self.top)].into_iter().flatten()
    }

    /// The REST API's stage, the first part of its URLs.
    pub fn api_gateway_stage(&self) -> &'a str {
        let stage = self.strongest_first().find_map(|scope| scope.member("api_gateway_stage"));
        stage.and_then(V::as_text).unwrap_or(DEFAULT_API_GATEWAY_STAGE)
    }

    /// The objects called `key` put together, a stronger one's entries over a weaker one's.
    pub fn merged(&self, key: &str) -> BTreeMap<String, String> {
        let objects = self.strongest_first().rev().filter_map(|scope| scope.member(key));
        let entries = objects.flat_map(ConfigValue::members);
        entries.filter_map(|(name, value)| Some((name.to_owned(), value.as_text()?.to_owned()))).collect()
    }

    /// The function's variables, with the one by which `debug` reaches the framework.
    pub fn environment(&self) -> BTreeMap<String, String> {
        let mut variables = self.merged("environment_variables");
        let debug = self.strongest_first().find_map(|scope| scope.member("debug"));
        if debug.and_then(V::as_flag) == Some(true) {
            variables.entry("CHALICE_DEBUG".to_owned()).or_insert_with(|| "1".to_owned());
        }
        variables
    }
}

/// The stages that there are, where `stage` is none of them.
pub fn without_stage<'a, V: ConfigValue>(top: &'a V, stage: &str) -> Option<Vec<&'a str>> {
    let stages = top.member("stages").into_iter().flat_map(ConfigValue::members);
    let mut named: Vec<&str> = stages.map(|(name, _)| name).collect();
    if named.is_empty() {
        named.push(IMPLICIT_STAGE);
    }
    (!named.contains(&stage)).then_some(named)
}
