//! Holds the whole file, all stages of it, against the table of keys: unknown, misplaced and doubled keys.
//! What a key's value may be is for `values`.

use super::keys::{KEYS, Key, Kind, Scope};
use super::{Config, Member, Node, Problem, Source, values};
use crate::words::{list, nearest};

/// All that is wrong with the file whatever the stage.
pub fn check(config: &Config) -> Vec<Problem> {
    let mut check = Check { source: &config.source, problems: Vec::new() };
    check.object(&config.root, &Owner::Scope(Scope::Top, ""));
    if config.root.get("app_name").is_none() {
        check.problems.push(no_app_name(&config.source));
    }
    check.problems
}

pub fn no_app_name(source: &Source) -> Problem {
    let message = format!("`{}` has no `app_name`", source.file.display());
    let first_brace = source.text.find('{').unwrap_or_default();
    Problem::at(source, &(first_brace..first_brace + 1), message)
        .hint("add `\"app_name\": \"my-app\"`, the first part of names on AWS")
}

struct Check<'a> {
    source: &'a Source,
    problems: Vec<Problem>,
}

/// The object whose keys are looked at.
enum Owner<'a> {
    /// The object of a scope, and the name of the stage or the function.
    Scope(Scope, &'a str),
    Section(&'a Key, &'static [Key]),
}

impl Owner<'_> {
    fn key(&self, name: &str) -> Option<&'static Key> {
        match self {
            Self::Scope(scope, _) => KEYS.iter().find(|key| key.name == name && key.scopes.contains(scope)),
            Self::Section(_, keys) => keys.iter().find(|key| key.name == name),
        }
    }

    fn key_names(&self) -> Vec<&'static str> {
        match self {
            Self::Scope(scope, _) => {
                let keys = KEYS.iter().filter(|key| key.scopes.contains(scope));
                keys.filter(|key| !matches!(key.kind, Kind::Refused { .. })).map(|key| key.name).collect()
            }
            Self::Section(_, keys) => keys.iter().map(|key| key.name).collect(),
        }
    }

    /// After "unknown key `x`".
    fn within(&self) -> String {
        match self {
            Self::Scope(Scope::Top, _) => String::new(),
            Self::Scope(Scope::Stage, name) => format!(" in stage `{name}`"),
            Self::Scope(Scope::Function, name) => format!(" in function `{name}`"),
            Self::Section(key, _) => format!(" in `{}`", key.name),
        }
    }
}

impl Check<'_> {
    fn object(&mut self, node: &Node, owner: &Owner<'_>) {
        let members = node.members().unwrap_or_default();
        self.doubled(members);
        for member in members {
            match owner.key(&member.name) {
                Some(key) => self.value(key, member),
                None => self.problems.push(unknown(self.source, member, owner)),
            }
        }
    }

    fn value(&mut self, key: &'static Key, member: &Member) {
        let found = values::faults(self.source, key, member);
        let is_whole = found.is_empty();
        self.problems.extend(found);
        match key.kind {
            Kind::Section(keys) if is_whole => self.object(&member.node, &Owner::Section(key, keys)),
            Kind::Named(scope) if is_whole => self.named(scope, &member.node),
            Kind::Texts | Kind::Environment | Kind::Resources => {
                self.doubled(member.node.members().unwrap_or_default());
            }
            _ => {}
        }
    }

    fn named(&mut self, scope: Scope, node: &Node) {
        let members = node.members().unwrap_or_default();
        self.doubled(members);
        for member in members {
            if scope == Scope::Stage
                && let Some((message, hint)) = values::name_fault("the name of a stage", &member.name)
            {
                self.problems.push(Problem::at(self.source, &member.name_span, message).hint(hint));
            }
            if member.node.members().is_some() {
                self.object(&member.node, &Owner::Scope(scope, &member.name));
            } else {
                let what = if scope == Scope::Stage { "stage" } else { "function" };
                let message =
                    format!("{what} `{}` is an object, got {}", member.name, member.node.describe());
                let problem = Problem::at(self.source, &member.node.span, message);
                self.problems.push(problem.hint("write `{}` where nothing is to be set"));
            }
        }
    }

    fn doubled(&mut self, members: &[Member]) {
        for (position, member) in members.iter().enumerate() {
            let earlier = members.iter().take(position).find(|earlier| earlier.name == member.name);
            if let Some(first) = earlier {
                let message = format!("`{}` stands twice in the same object", member.name);
                let problem = Problem::at(self.source, &member.name_span, message);
                let problem = problem.also(self.source.place(&first.name_span), "first here");
                self.problems.push(problem.hint("remove one of the two"));
            }
        }
    }
}

fn unknown(source: &Source, member: &Member, owner: &Owner<'_>) -> Problem {
    let name = &member.name;
    if let Owner::Scope(scope, _) = owner
        && let Some(elsewhere) = KEYS.iter().find(|key| key.name == *name)
    {
        let message = format!("`{name}` is no key of {}", scope_name(*scope));
        let places: Vec<&str> = elsewhere.scopes.iter().map(|scope| scope_place(*scope)).collect();
        return Problem::at(source, &member.name_span, message)
            .hint(format!("move it {}", places.join(" or ")));
    }
    let known = owner.key_names();
    let hint = match nearest(name, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.len() == 1 => format!("the only key there is {}", list(&known, "and")),
        None => format!("the keys there are {}", list(&known, "and")),
    };
    Problem::at(source, &member.name_span, format!("unknown key `{name}`{}", owner.within())).hint(hint)
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Top => "the file's top",
        Scope::Stage => "a stage",
        Scope::Function => "a function",
    }
}

fn scope_place(scope: Scope) -> &'static str {
    match scope {
        Scope::Top => "to the top of the file",
        Scope::Stage => "into a stage",
        Scope::Function => "into a function",
    }
}
