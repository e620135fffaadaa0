//! What values come to, as far as they are known now.

use crate::deployed::Deployed;
use crate::model::{Application, Attribute, Destination, Location, Render, ResourceId, Spec, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Known outputs of resources, and where they are.
#[derive(Clone, Debug)]
pub struct Outputs {
    place: Destination,
    known: BTreeMap<(ResourceId, Attribute), String>,
}

impl Outputs {
    /// What follows from names alone.
    pub fn of_names(application: &Application, place: &Destination) -> Self {
        let mut outputs = Self { place: place.clone(), known: BTreeMap::new() };
        for resource in &application.resources {
            if let Spec::Function(function) = &resource.spec {
                let group = format!(
                    "arn:{}:logs:{}:{}:log-group:/aws/lambda/{}",
                    place.partition, place.region, place.account, function.name
                );
                outputs.set(&resource.id, Attribute::LogGroupArn, group);
            }
        }
        outputs
    }

    /// What follows from names where no account is asked, so that the same program and configuration give the same
    /// everywhere.
    pub fn anywhere(application: &Application) -> Self {
        let place = Destination {
            partition: "aws".to_owned(),
            account: "*".to_owned(),
            region: "*".to_owned(),
            endpoint: None,
            instance: None,
        };
        Self::of_names(application, &place)
    }

    pub fn set(&mut self, id: &ResourceId, attribute: Attribute, value: String) {
        self.known.insert((id.clone(), attribute), value);
    }

    /// Adds what is recorded.
    pub fn with_recorded(mut self, deployed: &Deployed) -> Self {
        for recorded in deployed.resources() {
            self.add(&recorded.id, &recorded.attributes);
        }
        self
    }

    pub fn add(&mut self, id: &ResourceId, attributes: &BTreeMap<String, String>) {
        for attribute in [Attribute::Arn, Attribute::InvokeArn, Attribute::Id] {
            if let Some(value) = attributes.get(attribute.key()) {
                self.set(id, attribute, value.clone());
            }
        }
    }

    pub fn known(&self, id: &ResourceId, attribute: Attribute) -> Option<&str> {
        self.known.get(&(id.clone(), attribute)).map(String::as_str)
    }

    /// The resource is not there, whatever the record says: its outputs are yet to come.
    pub fn forget(&mut self, id: &ResourceId) {
        self.known.retain(|(of, attribute), _| of != id || *attribute == Attribute::LogGroupArn);
    }

    /// The properties that were sent, as one document.
    pub fn properties(&self, spec: &Spec) -> Json {
        spec.properties()
            .iter()
            .map(|property| (property.name.to_owned(), self.tree(&property.value).unwrap_or_default()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    pub fn text(&self, value: &Value) -> Option<String> {
        Some(match value {
            Value::Known(text) => text.clone(),
            Value::Output(id, attribute) => self.known.get(&(id.clone(), *attribute))?.clone(),
            Value::Location(Location::Partition) => self.place.partition.clone(),
            Value::Location(Location::Region) => self.place.region.clone(),
            Value::Location(Location::Account) => self.place.account.clone(),
            Value::Joined(parts) => parts.iter().map(|part| self.text(part)).collect::<Option<String>>()?,
        })
    }
}

impl Render for Outputs {
    fn value(&self, value: &Value) -> Option<Json> {
        self.text(value).map(Json::String)
    }
}
