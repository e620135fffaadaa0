//! Which of several values of a key holds, and where it stands. The precedence itself is Chalice's, and shared with
//! the framework's test client.

use super::config::{Config, Member, Node, Value};
use chalice_manifest::config::{ConfigScopes, ConfigValue};
use std::collections::BTreeMap;

/// The objects of config.json that bear on one function of one stage.
pub struct Scopes<'a>(ConfigScopes<'a, Node>);

impl ConfigValue for Node {
    fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.members().unwrap_or_default().iter().map(|member| (member.name.as_str(), &member.node))
    }

    fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    fn as_text(&self) -> Option<&str> {
        self.text()
    }

    fn as_flag(&self) -> Option<bool> {
        self.bool()
    }
}

impl<'a> Scopes<'a> {
    /// Of what belongs to no function, and of functions that config.json does not name.
    pub fn of_stage(config: &'a Config, stage: &str) -> Self {
        Self(ConfigScopes::of_stage(&config.root, stage))
    }

    pub fn of_function(config: &'a Config, stage: &str, function: &str) -> Self {
        Self(ConfigScopes::of_function(&config.root, stage, function))
    }

    /// The value of `key` that holds, unless something typed stands above it.
    pub fn find(&self, key: &str) -> Option<&'a Member> {
        self.0.strongest_first().find_map(|scope| scope.get(key))
    }

    /// The one scope that what is typed does not overrule.
    pub fn find_in_stage_function(&self, key: &str) -> Option<&'a Member> {
        self.0.stage_function?.get(key)
    }

    /// `key` in the sections called `section`: each key of a section has the same precedence on its own.
    pub fn find_within(&self, section: &str, key: &str) -> Option<&'a Member> {
        let sections = self.0.strongest_first().filter_map(|scope| scope.get(section));
        sections.map(|section| &section.node).find_map(|section| section.get(key))
    }

    /// The objects called `key` put together, a stronger one's entries over a weaker one's.
    pub fn merged(&self, key: &str) -> BTreeMap<String, String> {
        self.0.merged(key)
    }

    /// The function's variables.
    pub fn environment(&self) -> BTreeMap<String, String> {
        self.0.environment()
    }

    /// Whether a scope of this function alone sets `key`.
    pub fn is_functions_own(&self, key: &str) -> bool {
        let ConfigScopes { stage_function, top_function, .. } = self.0;
        [stage_function, top_function].into_iter().flatten().any(|scope| scope.get(key).is_some())
    }

    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.find(key)?.node.text()
    }

    pub fn bool(&self, key: &str) -> Option<bool> {
        self.find(key)?.node.bool()
    }

    pub fn whole(&self, key: &str) -> Option<u32> {
        self.find(key)?.node.whole()
    }

    pub fn texts(&self, key: &str) -> Vec<String> {
        self.find(key).map(|member| member.node.texts()).unwrap_or_default()
    }

    pub fn text_within(&self, section: &str, key: &str) -> Option<String> {
        self.find_within(section, key)?.node.text().map(str::to_owned)
    }
}
