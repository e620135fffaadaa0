//! What rchalice recorded of a stage: identifiers, and hashes of what was sent; never an environment value.

use crate::error::Failure;
use crate::model::{Attribute, Destination, Kind, Names, ResourceId};
use crate::project::{self, FileError};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use thiserror::Error;

const SCHEMA: &str = "rchalice-1";
/// What Chalice itself writes.
const CHALICE_SCHEMA: &str = "2.0";

/// The record of one stage, and the file that it is kept in.
#[derive(Clone, Debug)]
pub struct Deployed {
    file: PathBuf,
    content: Content,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Content {
    schema_version: String,
    app: String,
    stage: String,
    account: String,
    region: String,
    /// None: AWS's own endpoint.
    endpoint: Option<String>,
    /// Which run of the sandbox; None: a real account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// Makes the hashes of short values useless to who guesses.
    salt: String,
    /// In the order in which they were made.
    resources: Vec<Recorded>,
}

/// One resource that exists.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Recorded {
    #[serde(flatten)]
    pub id: ResourceId,
    /// By [`Attribute::key`].
    pub attributes: BTreeMap<String, String>,
    /// The keys of the tags that were sent: others are not ours to remove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The resource that it goes with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<ResourceId>,
    /// Of what was sent last; None while it is being sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
}

impl Recorded {
    pub fn new(id: ResourceId, within: Option<ResourceId>) -> Self {
        Self { id, attributes: BTreeMap::new(), tags: Vec::new(), within, sent: None }
    }

    pub fn attribute(&self, attribute: Attribute) -> Option<&str> {
        self.attributes.get(attribute.key()).map(String::as_str)
    }

    pub fn set(&mut self, attribute: Attribute, value: impl Into<String>) {
        self.attributes.insert(attribute.key().to_owned(), value.into());
    }

    /// Sets the attribute, or removes it.
    pub fn replace(&mut self, attribute: Attribute, value: Option<String>) {
        match value {
            Some(value) => self.set(attribute, value),
            None => _ = self.attributes.remove(attribute.key()),
        }
    }
}

impl Deployed {
    /// The record in `file`, or None if nothing was deployed. Chalice's own record is read too.
    pub fn load(file: &Path) -> Result<Option<Self>, DeployedError> {
        let Some(text) = project::read_if_there(file)? else { return Ok(None) };
        let damaged = |source| DeployedError::Damaged { file: file.to_owned(), source };
        let json: Json = serde_json::from_str(&text).map_err(damaged)?;
        match json.get("schema_version").and_then(Json::as_str) {
            Some(SCHEMA) => {
                let content = serde_json::from_value(json).map_err(damaged)?;
                Ok(Some(Self { file: file.to_owned(), content }))
            }
            Some(CHALICE_SCHEMA) => Err(DeployedError::Chalice { file: file.to_owned() }),
            version => Err(DeployedError::UnknownSchema {
                file: file.to_owned(),
                version: version.unwrap_or("none").to_owned(),
            }),
        }
    }

    /// The record in `file`, which must be of this application, stage, account and region; else an empty one.
    pub fn open(file: &Path, names: &Names, destination: &Destination) -> Result<Self, DeployedError> {
        let Some(deployed) = Self::load(file)? else { return Ok(Self::empty(file, names, destination)) };
        deployed.check(names, destination)?;
        Ok(deployed)
    }

    fn empty(file: &Path, names: &Names, destination: &Destination) -> Self {
        let random = || format!("{:016x}", RandomState::new().hash_one(file));
        let content = Content {
            schema_version: SCHEMA.to_owned(),
            app: names.app.clone(),
            stage: names.stage.clone(),
            account: destination.account.clone(),
            region: destination.region.clone(),
            endpoint: destination.endpoint.clone(),
            instance: destination.instance.clone(),
            salt: random() + &random(),
            resources: Vec::new(),
        };
        Self { file: file.to_owned(), content }
    }

    /// Refuses to mix two applications, accounts, regions or endpoints.
    pub fn check(&self, names: &Names, destination: &Destination) -> Result<(), DeployedError> {
        let content = &self.content;
        if content.instance != destination.instance {
            return Err(DeployedError::SandboxGone);
        }
        let endpoint = |endpoint: &Option<String>| endpoint.clone().unwrap_or_else(|| "AWS".to_owned());
        self.check_application(&names.app)?;
        let facts = [
            ("account", content.account.clone(), destination.account.clone()),
            ("region", content.region.clone(), destination.region.clone()),
            ("endpoint", endpoint(&content.endpoint), endpoint(&destination.endpoint)),
        ];
        facts.into_iter().try_for_each(|(fact, recorded, now)| self.check_fact(fact, recorded, now))
    }

    pub fn check_application(&self, app: &str) -> Result<(), DeployedError> {
        self.check_fact("application", self.content.app.clone(), app.to_owned())
    }

    fn check_fact(&self, fact: &'static str, recorded: String, now: String) -> Result<(), DeployedError> {
        if recorded == now {
            return Ok(());
        }
        Err(DeployedError::Elsewhere { file: self.file.clone(), fact, recorded, now })
    }

    pub fn names(&self) -> Names {
        Names { app: self.content.app.clone(), stage: self.content.stage.clone() }
    }

    pub fn instance(&self) -> Option<&str> {
        self.content.instance.as_deref()
    }

    pub fn resources(&self) -> &[Recorded] {
        &self.content.resources
    }

    pub fn get(&self, id: &ResourceId) -> Option<&Recorded> {
        self.content.resources.iter().find(|recorded| recorded.id == *id)
    }

    pub fn attribute(&self, id: &ResourceId, attribute: Attribute) -> Option<&str> {
        self.get(id)?.attribute(attribute)
    }

    /// The Lambda functions, by handler name.
    pub fn functions(&self) -> impl Iterator<Item = (&str, &Recorded)> {
        let functions = self.resources().iter().filter(|recorded| recorded.id.kind == Kind::LambdaFunction);
        functions.map(|recorded| (recorded.id.name.as_str(), recorded))
    }

    /// Changes the record of one resource, made anew if need be, and saves.
    pub fn record(&mut self, new: Recorded, change: impl FnOnce(&mut Recorded)) -> Result<(), FileError> {
        let resources = &mut self.content.resources;
        let at = resources.iter().position(|recorded| recorded.id == new.id).unwrap_or_else(|| {
            resources.push(new);
            resources.len() - 1
        });
        change(&mut resources[at]);
        self.save()
    }

    /// Drops a resource and all that was within it, and saves; the last one takes the file with it.
    pub fn forget(&mut self, id: &ResourceId) -> Result<(), FileError> {
        let gone = |recorded: &Recorded| recorded.id == *id || recorded.within.as_ref() == Some(id);
        self.content.resources.retain(|recorded| !gone(recorded));
        if self.content.resources.is_empty() { project::delete(&self.file) } else { self.save() }
    }

    /// Drops everything, where what was deployed to no longer exists.
    pub fn discard(self) -> Result<(), FileError> {
        project::delete(&self.file)
    }

    /// Identifies what was sent without giving it away.
    pub fn hash(&self, sent: &Json) -> String {
        let digest = Sha256::digest(format!("{}{sent}", self.content.salt));
        digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    }

    fn save(&self) -> Result<(), FileError> {
        let json = serde_json::json!(self.content);
        project::write_whole(&self.file, format!("{json:#}\n").as_bytes())
    }
}

#[derive(Debug, Error)]
pub enum DeployedError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("`{}` is damaged", file.display())]
    Damaged { file: PathBuf, source: serde_json::Error },
    #[error("`{}` was written by Python Chalice", file.display())]
    Chalice { file: PathBuf },
    #[error("`{}` has the unknown schema version {version}", file.display())]
    UnknownSchema { file: PathBuf, version: String },
    #[error("the sandbox that this was deployed to was stopped or emptied")]
    SandboxGone,
    #[error("`{}` records the {fact} {recorded}, this is {now}", file.display())]
    Elsewhere { file: PathBuf, fact: &'static str, recorded: String, now: String },
}

impl Failure for DeployedError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File(error) => return error.hint(),
            Self::Damaged { file, .. } => format!(
                "restore `{}` from version control; without it rchalice finds again what carries its tags",
                file.display()
            ),
            Self::Chalice { .. } => {
                "taking over a Python Chalice stage is not possible yet: choose another stage \
                with `--stage`"
                    .to_owned()
            }
            Self::UnknownSchema { .. } => "a newer rchalice wrote it: update rchalice".to_owned(),
            Self::SandboxGone => "run `rchalice deploy --sandbox` again".to_owned(),
            Self::Elsewhere { fact: "application", .. } => {
                "\"app_name\" was changed: change it back and run `rchalice delete` first".to_owned()
            }
            Self::Elsewhere { .. } => {
                "nothing was changed; choose the right profile and region, or another stage".to_owned()
            }
        })
    }
}
