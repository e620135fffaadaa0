//! `"iam"` of config.json: what every role that rchalice makes is like, and which resources its policy names.

use super::FunctionSettings;
use super::config::{Node, Problem};
use super::function::Resolving;
use super::scopes::Scopes;
use crate::words::nearest;
use chalice_manifest::fill;
use std::collections::{BTreeMap, BTreeSet};

/// What holds for the roles of a stage.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IamSettings {
    /// The resources that the program uses, by service; variables filled.
    pub resources: BTreeMap<String, BTreeSet<String>>,
    pub statements: Vec<serde_json::Value>,
    /// An ARN.
    pub permissions_boundary: Option<String>,
    /// None: `/`.
    pub path: Option<String>,
    /// ARNs.
    pub managed_policies: BTreeSet<String>,
}

impl Resolving<'_> {
    /// `functions`: all of the stage, whose variables fill the names of resources.
    pub fn iam(
        &self,
        scopes: &Scopes<'_>,
        functions: &[&FunctionSettings],
        problems: &mut Vec<Problem>,
    ) -> IamSettings {
        let mut resources = BTreeMap::new();
        let named = scopes.find_within("iam", "resources").and_then(|member| member.node.members());
        for service in named.unwrap_or_default() {
            let mut filled = BTreeSet::new();
            for element in service.node.elements().unwrap_or_default() {
                match self.filled(element, functions) {
                    Ok(names) => filled.extend(names),
                    Err(problem) => problems.push(problem),
                }
            }
            resources.insert(service.name.clone(), filled);
        }
        let managed_policies = scopes.find_within("iam", "managed_policies");
        IamSettings {
            resources,
            statements: self.statements(scopes),
            permissions_boundary: scopes.text_within("iam", "permissions_boundary"),
            path: scopes.text_within("iam", "path"),
            managed_policies: managed_policies
                .map(|member| member.node.texts().into_iter().collect())
                .unwrap_or_default(),
        }
    }

    /// One resource for each function that has its variables, as they may differ; at least one must have them.
    fn filled(&self, element: &Node, functions: &[&FunctionSettings]) -> Result<BTreeSet<String>, Problem> {
        let text = element.text().unwrap_or_default();
        let mut filled = BTreeSet::new();
        let mut unset = None;
        for function in functions {
            match fill(text, |name| function.environment.get(name).cloned()) {
                Ok(name) => _ = filled.insert(name),
                Err(error) => unset = Some(error.name),
            }
        }
        let Some(variable) = unset.filter(|_| filled.is_empty()) else { return Ok(filled) };
        let stage = &self.overrides.stage;
        let set: Vec<&str> =
            functions.iter().flat_map(|of| of.environment.keys().map(String::as_str)).collect();
        let message = format!("the variable `{variable}` is not set in stage `{stage}`");
        Err(Problem::at(&self.config.source, &element.span, message).hint(match nearest(&variable, &set) {
            Some(near) => format!("did you mean `${{{near}}}`?"),
            None => format!("add `{variable}` to `environment_variables`, or write the name out"),
        }))
    }

    /// `check` has seen to it that they are statements.
    pub fn statements(&self, scopes: &Scopes<'_>) -> Vec<serde_json::Value> {
        let member = scopes.find_within("iam", "statements");
        let text = member.and_then(|member| self.config.source.text.get(member.node.span.clone()));
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}
