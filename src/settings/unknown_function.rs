//! The failure of a name below `lambda_functions` that no handler has. Handlers are known when the bootstrap is
//! built, so it is the model that finds it.

use super::ConfigPlace;
use super::config::{ConfigError, Problem};
use crate::error::Failure;
use crate::words::{list, nearest};

/// `named` is the place of `name` in config.json; `known` are the names of the application's functions.
pub fn unknown_function(named: &ConfigPlace, name: &str, known: &[&str]) -> impl Failure + use<> {
    let hint = match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "remove it: the application has no handlers".to_owned(),
        None => format!("the handlers are {}", list(known, "and")),
    };
    let problem =
        Problem { place: Some(named.clone()), ..Problem::nowhere(format!("no handler is called `{name}`")) };
    ConfigError::Faulty { file: named.file.clone(), problems: vec![problem.hint(hint)] }
}
