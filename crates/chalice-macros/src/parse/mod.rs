//! What the user wrote, as it stands.

pub(crate) mod function;
pub(crate) mod json;
pub(crate) mod options;
pub(crate) mod value;
