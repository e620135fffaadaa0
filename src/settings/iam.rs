//! `"iam"` of config.json: what every role that rchalice makes is like, and which resources its policy names.

use super::config::{Member, Node, Problem, resource_fault};
use super::function::Resolving;
use super::scopes::Scopes;
use crate::words::nearest;
use chalice_manifest::fill;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What holds for the roles of a stage.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IamSettings {
    /// The resources that the program uses, by service; variables filled.
    pub resources: BTreeMap<String, BTreeSet<String>>,
    /// Variables filled.
    pub statements: Vec<Json>,
    /// An ARN.
    pub permissions_boundary: Option<String>,
    /// None: `/`.
    pub path: Option<String>,
    /// ARNs.
    pub managed_policies: BTreeSet<String>,
}

impl Resolving<'_> {
    /// `environments`: the variables of all functions of the stage, which fill the names of resources.
    pub fn iam(
        &self,
        scopes: &Scopes<'_>,
        environments: &[BTreeMap<String, String>],
        problems: &mut Vec<Problem>,
    ) -> IamSettings {
        let mut filling = Filling { resolving: self, environments, problems };
        let mut resources = BTreeMap::new();
        let named = scopes.find_within("iam", "resources").and_then(|member| member.node.members());
        for service in named.unwrap_or_default() {
            let elements = service.node.elements().unwrap_or_default().iter();
            let filled = elements.flat_map(|element| filling.each(element, |_| true)).collect();
            resources.insert(service.name.clone(), filled);
        }
        let statements = scopes.find_within("iam", "statements").and_then(|member| member.node.elements());
        let statements = statements.unwrap_or_default().iter().map(|node| filling.statement(node)).collect();
        let managed_policies = scopes.find_within("iam", "managed_policies");
        IamSettings {
            resources,
            statements,
            permissions_boundary: scopes.text_within("iam", "permissions_boundary"),
            path: scopes.text_within("iam", "path"),
            managed_policies: managed_policies
                .map(|member| member.node.texts().into_iter().collect())
                .unwrap_or_default(),
        }
    }

    /// That a statement of config.json is called as one of the policy's `file`, with which it would share a policy.
    pub fn doubled_sid(&self, scopes: &Scopes<'_>, file: &Path, document: &Json) -> Option<Problem> {
        let statements = scopes.find_within("iam", "statements")?.node.elements()?;
        let in_file = |sid: &str| match &document["Statement"] {
            Json::Array(statements) => statements.iter().any(|statement| statement["Sid"] == sid),
            statement => statement["Sid"] == sid,
        };
        let mut sids = statements.iter().filter_map(|statement| Some(&statement.get("Sid")?.node));
        let doubled = sids.find(|node| node.text().is_some_and(in_file))?;
        let (file, sid) = (self.project.relative(file).display(), doubled.text().unwrap_or_default());
        let message = format!("the policy file `{file}` has a statement with the `Sid` `{sid}` too");
        let hint = "they are put into one policy: give one of them another name, or none";
        Some(Problem::at(&self.config.source, &doubled.span, message).hint(hint))
    }
}

/// Putting environment variables into what config.json says of IAM.
struct Filling<'a> {
    resolving: &'a Resolving<'a>,
    environments: &'a [BTreeMap<String, String>],
    problems: &'a mut Vec<Problem>,
}

impl Filling<'_> {
    /// A text for each function that has its variables, as they may differ; at least one must have them. `is_ours`: which
    /// names are variables' at all.
    fn each(&mut self, node: &Node, is_ours: fn(&str) -> bool) -> BTreeSet<String> {
        let text = node.text().unwrap_or_default();
        let mut filled = BTreeSet::new();
        let mut unset = None;
        for environment in self.environments {
            let value = |name: &str| {
                if is_ours(name) { environment.get(name).cloned() } else { Some(format!("${{{name}}}")) }
            };
            match fill(text, value) {
                Ok(name) => _ = filled.insert(name),
                Err(error) => unset = Some(error.name),
            }
        }
        if let Some(variable) = unset.filter(|_| filled.is_empty()) {
            let problem = self.unset(node, &variable);
            self.problems.push(problem);
        }
        filled
    }

    fn unset(&self, node: &Node, variable: &str) -> Problem {
        let stage = &self.resolving.overrides.stage;
        let set: Vec<&str> = self.environments.iter().flat_map(|of| of.keys().map(String::as_str)).collect();
        let message = format!("the variable `{variable}` is not set in stage `{stage}`");
        Problem::at(&self.resolving.config.source, &node.span, message).hint(match nearest(variable, &set) {
            Some(near) => format!("did you mean `${{{near}}}`?"),
            None => format!("add `{variable}` to `environment_variables`, or write the name out"),
        })
    }

    /// A statement with its resources and the values of its conditions filled.
    fn statement(&mut self, node: &Node) -> Json {
        let members = node.members().unwrap_or_default().iter();
        let filled = |member: &Member| {
            let value = match member.name.as_str() {
                field @ ("Resource" | "NotResource") => self.resources(field, &member.node),
                "Condition" => self.condition(&member.node),
                _ => self.as_written(&member.node),
            };
            (member.name.clone(), value)
        };
        Json::Object(members.map(filled).collect())
    }

    fn resources(&mut self, field: &str, node: &Node) -> Json {
        let source = &self.resolving.config.source;
        // What starts with no variable was looked at with the file.
        for one in node.elements().unwrap_or(std::slice::from_ref(node)) {
            if one.text().is_some_and(|text| text.starts_with("${")) {
                let filled = self.each(one, is_variable);
                let fault = |resource: &String| resource_fault(source, one, field, resource);
                self.problems.extend(filled.iter().filter_map(fault));
            }
        }
        self.texts(node)
    }

    /// The keys of a condition stay as they are.
    fn condition(&mut self, node: &Node) -> Json {
        match node.members() {
            Some(members) => {
                let of_member = |member: &Member| (member.name.clone(), self.condition(&member.node));
                Json::Object(members.iter().map(of_member).collect())
            }
            None => self.texts(node),
        }
    }

    /// A string, a list of strings where it is filled in several ways, or a list.
    fn texts(&mut self, node: &Node) -> Json {
        if let Some(elements) = node.elements() {
            let filled = elements.iter().flat_map(|element| match element.text() {
                Some(_) => self.each(element, is_variable).into_iter().map(Json::String).collect(),
                None => vec![self.as_written(element)],
            });
            return Json::Array(filled.collect());
        }
        if node.text().is_none() {
            return self.as_written(node);
        }
        let filled: Vec<String> = self.each(node, is_variable).into_iter().collect();
        match &filled[..] {
            [one] => one.as_str().into(),
            _ => filled.into(),
        }
    }

    fn as_written(&self, node: &Node) -> Json {
        let text = self.resolving.config.source.text.get(node.span.clone());
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

/// Whether it can be an environment variable's name; what cannot is IAM's own, such as `aws:username` and `*`.
fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}
