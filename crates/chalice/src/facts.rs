//! What a frame says, read as far as a Lambda function needs it. The CLI and `app!`'s test read and check the whole;
//! a cold start only looks for what it serves.

use std::borrow::Cow;
use std::sync::OnceLock;

use chalice_manifest::{App, Blueprint, Cors, HEADER_LEN, Place, Prefixes, RouteCors};

use crate::json;
use crate::registry::{Entry, Handler};

/// One attribute, and the JSON of its record's fields.
pub(crate) struct Facts {
    pub(crate) entry: &'static Entry,
    record: &'static str,
    kind: &'static str,
    name: &'static str,
    path: &'static str,
    methods: &'static str,
    cors: &'static str,
    content_types: &'static str,
    stream: &'static str,
    blueprints: &'static str,
    binary_types: &'static str,
    url_prefix: &'static str,
    name_prefix: &'static str,
    place: &'static str,
}

/// A route, as API Gateway knows it.
pub(crate) struct Route {
    pub(crate) facts: Facts,
    pub(crate) path: Cow<'static, str>,
    /// With its prefixes.
    pub(crate) name: Cow<'static, str>,
    pub(crate) cors: Option<Cors>,
    /// Whether the body is sent while it is made.
    pub(crate) stream: bool,
    methods: OnceLock<Vec<Cow<'static, str>>>,
    content_types: OnceLock<Vec<Cow<'static, str>>>,
}

/// A handler that is a Lambda function of its own.
pub(crate) struct Function {
    pub(crate) facts: Facts,
    /// With its prefixes.
    pub(crate) name: Cow<'static, str>,
}

impl Facts {
    /// None: the frame is not one that this version wrote.
    pub(crate) fn of(entry: &'static Entry) -> Option<Self> {
        let record = std::str::from_utf8(entry.frame.get(HEADER_LEN..)?).ok()?;
        let mut facts = Self {
            entry,
            record,
            kind: "",
            name: "",
            path: "",
            methods: "",
            cors: "null",
            content_types: "[\"application/json\"]",
            stream: "",
            blueprints: "",
            binary_types: "",
            url_prefix: "",
            name_prefix: "",
            place: "",
        };
        for member in json::members(record)? {
            let (name, value) = member.ok()?;
            match &*name {
                "kind" => facts.kind = value,
                "name" => facts.name = value,
                "path" => facts.path = value,
                "methods" => facts.methods = value,
                "cors" => facts.cors = value,
                "content_types" => facts.content_types = value,
                "stream" => facts.stream = value,
                "blueprints" => facts.blueprints = value,
                "binary_types" => facts.binary_types = value,
                "url_prefix" => facts.url_prefix = value,
                "name_prefix" => facts.name_prefix = value,
                "place" => facts.place = value,
                _ => {}
            }
        }
        Some(facts)
    }

    pub(crate) fn app(&self) -> Option<App> {
        if self.kind != "\"app\"" {
            return None;
        }
        Some(App {
            place: self.place()?,
            name: json::read(self.name)?,
            cors: json::read(self.cors)?,
            blueprints: json::read(self.blueprints)?,
            binary_types: json::read(self.binary_types)?,
        })
    }

    pub(crate) fn blueprint(&self) -> Option<Blueprint> {
        if self.kind != "\"blueprint\"" {
            return None;
        }
        Some(Blueprint {
            place: self.place()?,
            url_prefix: json::read(self.url_prefix)?,
            name_prefix: json::read(self.name_prefix)?,
        })
    }

    pub(crate) fn place(&self) -> Option<Place> {
        json::read(self.place)
    }

    /// As in `get_user` (src/lib.rs:12).
    pub(crate) fn shown(&self) -> String {
        let name = json::text(self.name).unwrap_or_default();
        match self.place() {
            Some(place) => format!("`{name}` ({place})"),
            None => format!("`{name}`"),
        }
    }

    /// Whether an authorizer stands before it: asked for by authorizers alone, which are rarely called.
    fn is_guarded(&self) -> bool {
        let mut members = json::members(self.record).into_iter().flatten().flatten();
        members.any(|(name, value)| name == "authorizer" && value != "null")
    }

    fn prefixed_name(&self, prefixes: Option<&Prefixes<'_>>) -> Option<Cow<'static, str>> {
        let written = json::text(self.name)?;
        match prefixes {
            None => Some(written),
            Some(prefixes) => Some(Cow::Owned(prefixes.name(&self.place()?, &written))),
        }
    }
}

impl Route {
    /// `prefixes` is None where the application has none. None: the frame is not a route's.
    pub(crate) fn of(facts: Facts, prefixes: Option<&Prefixes<'_>>, app: &App) -> Option<Self> {
        let written = json::text(facts.path)?;
        let path = match prefixes {
            None => written,
            Some(prefixes) => Cow::Owned(prefixes.path(&facts.place()?, &written)),
        };
        let cors: RouteCors = json::read(facts.cors)?;
        Some(Self {
            path,
            name: facts.prefixed_name(prefixes)?,
            cors: cors.effective(Some(app)),
            stream: facts.stream == "true",
            facts,
            methods: OnceLock::new(),
            content_types: OnceLock::new(),
        })
    }

    pub(crate) fn handler(&self) -> &'static Handler {
        &self.facts.entry.handler
    }

    pub(crate) fn is_guarded(&self) -> bool {
        self.facts.is_guarded()
    }

    /// In upper case.
    pub(crate) fn methods(&self) -> &[Cow<'static, str>] {
        self.methods.get_or_init(|| texts(self.facts.methods))
    }

    pub(crate) fn content_types(&self) -> &[Cow<'static, str>] {
        self.content_types.get_or_init(|| texts(self.facts.content_types))
    }
}

impl Function {
    pub(crate) fn of(facts: Facts, prefixes: Option<&Prefixes<'_>>) -> Option<Self> {
        Some(Self { name: facts.prefixed_name(prefixes)?, facts })
    }

    pub(crate) fn handler(&self) -> &'static Handler {
        &self.facts.entry.handler
    }
}

/// An array of strings.
fn texts(json: &'static str) -> Vec<Cow<'static, str>> {
    let elements = json::elements(json).into_iter().flatten().flatten();
    elements.filter_map(|(_, element)| json::text(element)).collect()
}
