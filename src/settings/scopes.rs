//! Which of several values of a key holds: Chalice's precedence.

use super::config::{Config, Member, Node};
use std::collections::BTreeMap;

/// The objects of config.json that bear on one function of one stage, the strongest first.
pub struct Scopes<'a> {
    stage_function: Option<&'a Node>,
    stage: Option<&'a Node>,
    top_function: Option<&'a Node>,
    top: &'a Node,
}

impl<'a> Scopes<'a> {
    /// Of what belongs to no function, and of functions that config.json does not name.
    pub fn of_stage(config: &'a Config, stage: &str) -> Self {
        Self { stage_function: None, stage: config.stage(stage), top_function: None, top: &config.root }
    }

    pub fn of_function(config: &'a Config, stage: &str, function: &str) -> Self {
        let of_stage = Self::of_stage(config, stage);
        let named = |node: &'a Node| Some(&node.get("lambda_functions")?.node.get(function)?.node);
        Self { stage_function: of_stage.stage.and_then(named), top_function: named(of_stage.top), ..of_stage }
    }

    /// The value of `key` that holds, unless something typed stands above it.
    pub fn find(&self, key: &str) -> Option<&'a Member> {
        self.strongest_first().into_iter().flatten().find_map(|scope| scope.get(key))
    }

    /// The one scope that what is typed does not overrule.
    pub fn find_in_stage_function(&self, key: &str) -> Option<&'a Member> {
        self.stage_function?.get(key)
    }

    /// `key` in the sections called `section`: each key of a section has the same precedence on its own.
    pub fn find_within(&self, section: &str, key: &str) -> Option<&'a Member> {
        let sections = self.strongest_first().into_iter().flatten().filter_map(|scope| scope.get(section));
        sections.map(|section| &section.node).find_map(|section| section.get(key))
    }

    /// The objects called `key` put together, a stronger one's entries over a weaker one's.
    pub fn merged(&self, key: &str) -> BTreeMap<String, String> {
        let weakest_first = self.strongest_first().into_iter().rev().flatten();
        let objects = weakest_first.filter_map(|scope| scope.get(key)?.node.members());
        let entries = objects.flatten();
        entries.filter_map(|entry| Some((entry.name.clone(), entry.node.text()?.to_owned()))).collect()
    }

    /// Whether a scope of this function alone sets `key`.
    pub fn is_functions_own(&self, key: &str) -> bool {
        [self.stage_function, self.top_function].into_iter().flatten().any(|scope| scope.get(key).is_some())
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

    fn strongest_first(&self) -> [Option<&'a Node>; 4] {
        [self.stage_function, self.stage, self.top_function, Some(self.top)]
    }
}
