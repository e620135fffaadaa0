//! A function's log group, where its retention is configured; Lambda itself makes the others.

use super::Property;
use serde_json::json;

#[derive(Clone, Debug, PartialEq)]
pub struct LogGroup {
    pub name: String,
    /// The handler whose log group this is.
    pub handler: String,
    pub retention_in_days: u32,
}

impl LogGroup {
    pub fn properties(&self) -> Vec<Property> {
        vec![Property::exact("retention_in_days", json!(self.retention_in_days))]
    }
}
