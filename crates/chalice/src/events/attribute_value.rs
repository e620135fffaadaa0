//! DynamoDB's attribute values: `{"S": "tea"}`, `{"N": "2"}`.

#[cfg(any(test, feature = "test"))]
use serde_json::json;
use serde_json::{Map, Value};

use crate::json::read;

/// An item without its types.
pub(super) fn plain(attributes: &Map<String, Value>) -> Value {
    attributes.iter().map(|(name, value)| (name.clone(), plain_value(value))).collect()
}

fn plain_value(attribute: &Value) -> Value {
    let Some((kind, value)) = attribute.as_object().and_then(|attribute| attribute.iter().next()) else {
        return Value::Null;
    };
    let each = |plain: fn(&Value) -> Value| value.as_array().into_iter().flatten().map(plain).collect();
    match kind.as_str() {
        "NULL" => Value::Null,
        "N" => number(value),
        "NS" => each(number),
        "L" => each(plain_value),
        "M" => value.as_object().map(plain).unwrap_or_default(),
        // Texts, booleans and base64 are as they are, and so are sets of them.
        _ => value.clone(),
    }
}

/// Numbers are written as text, with up to 38 digits.
fn number(value: &Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    read(text).filter(Value::is_number).unwrap_or_else(|| value.clone())
}

/// An item with its types, from an object of plain values.
#[cfg(feature = "test")]
pub(crate) fn attribute_values(item: &Value) -> Value {
    let attributes = item.as_object().into_iter().flatten();
    attributes.map(|(name, value)| (name.clone(), attribute_value(value))).collect()
}

#[cfg(feature = "test")]
fn attribute_value(value: &Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(truth) => json!({"BOOL": truth}),
        Value::Number(number) => json!({"N": number.to_string()}),
        Value::String(text) => json!({"S": text}),
        Value::Array(items) => json!({"L": items.iter().map(attribute_value).collect::<Vec<_>>()}),
        Value::Object(_) => json!({"M": attribute_values(value)}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_plain_value() {
        let item = json!({
            "s": {"S": "tea"}, "n": {"N": "2"}, "float": {"N": "-1.5"}, "long": {"N": "12345678901234567890123"},
            "null": {"NULL": true}, "bool": {"BOOL": false}, "b": {"B": "aGk="}, "ss": {"SS": ["a", "b"]},
            "ns": {"NS": ["1", "2"]}, "l": {"L": [{"S": "a"}, {"N": "1"}]}, "m": {"M": {"in": {"BOOL": true}}},
        });
        let expected = json!({
            "s": "tea", "n": 2, "float": -1.5, "long": 12_345_678_901_234_567_890_123.0_f64,
            "null": null, "bool": false, "b": "aGk=", "ss": ["a", "b"],
            "ns": [1, 2], "l": ["a", 1], "m": {"in": true},
        });
        assert_eq!(item.as_object().map(plain), Some(expected));
    }

    #[cfg(feature = "test")]
    #[test]
    fn plain_values_come_back_from_attribute_values() {
        let item = json!({"s": "tea", "n": 2, "l": [null, true, {"x": 1.5}]});
        assert_eq!(attribute_values(&item).as_object().map(plain), Some(item));
    }
}
