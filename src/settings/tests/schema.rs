//! The JSON schema is made from the table, so a few places of it say enough.

use crate::settings::schema;
use serde_json::{Value, json};

#[test]
fn the_schema_has_a_key_where_it_may_stand_and_nowhere_else() {
    let schema = schema();
    let timeout = json!({
        "type": "integer",
        "minimum": 1,
        "maximum": 900,
        "description": "How many seconds an invocation may take",
        "$comment": "default: 60",
    });
    let stage = "/properties/stages/additionalProperties";
    let function = "/properties/lambda_functions/additionalProperties";
    for place in [String::new(), stage.to_owned(), format!("{stage}{function}"), function.to_owned()] {
        assert_eq!(schema.pointer(&format!("{place}/properties/lambda_timeout")), Some(&timeout), "{place}");
        assert_eq!(schema.pointer(&format!("{place}/additionalProperties")), Some(&json!(false)), "{place}");
    }
    assert_eq!(schema.pointer(&format!("{stage}/properties/app_name")), None);
    assert_eq!(schema.pointer("/properties/profile"), None::<&Value>);
}
