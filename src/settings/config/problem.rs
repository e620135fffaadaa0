//! What is wrong with config.json, with the place shown. All problems of a file are one failure.

use super::super::ConfigPlace;
use super::Source;
use crate::error::Failure;
use crate::project::FileError;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;
use std::path::PathBuf;
use thiserror::Error;

/// Why there are no settings.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("there is no `{}` in `{}`", file.display(), project.display())]
    Missing { file: PathBuf, project: PathBuf },
    #[error(transparent)]
    Unreadable(FileError),
    #[error("{}", headline(file, problems))]
    Faulty { file: PathBuf, problems: Vec<Problem> },
}

impl ConfigError {
    pub fn one(source: &Source, problem: Problem) -> Self {
        Self::Faulty { file: source.file.clone(), problems: vec![problem] }
    }

    /// In the file's order, each once: functions that share a faulty setting report it once.
    pub fn all(source: &Source, problems: Vec<Problem>) -> Self {
        let mut sorted: Vec<Problem> = Vec::new();
        for problem in problems {
            if !sorted.contains(&problem) {
                sorted.push(problem);
            }
        }
        sorted.sort_by_key(|problem| problem.place.as_ref().map(|place| place.span.start));
        Self::Faulty { file: source.file.clone(), problems: sorted }
    }
}

fn headline(file: &std::path::Path, problems: &[Problem]) -> String {
    match problems {
        [only] => only.message.clone(),
        _ => format!("{} problems in `{}`", problems.len(), file.display()),
    }
}

impl Failure for ConfigError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { .. } => Some(
                "run it in a project's folder, name that with `--project-dir`, or make a project with \
                 `rchalice new-project`"
                    .to_owned(),
            ),
            Self::Unreadable(error) => error.hint(),
            Self::Faulty { problems, .. } => match &**problems {
                [only] => only.hint.clone(),
                _ => None,
            },
        }
    }

    fn details(&self) -> Option<String> {
        let Self::Faulty { problems, .. } = self else { return None };
        match &**problems {
            [only] => only.shown(),
            several => Some(several.iter().map(Problem::in_full).collect::<Vec<_>>().join("\n\n")),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    pub message: String,
    pub hint: Option<String>,
    /// None where what was typed is wrong, not the file.
    pub place: Option<ConfigPlace>,
    /// Another place that bears on it, and how.
    pub also: Option<Box<(ConfigPlace, String)>>,
}

impl Problem {
    pub fn at(source: &Source, span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, place: Some(source.place(span)), also: None }
    }

    pub fn nowhere(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, place: None, also: None }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    #[must_use]
    pub fn also(self, place: ConfigPlace, label: impl Into<String>) -> Self {
        Self { also: Some(Box::new((place, label.into()))), ..self }
    }

    /// As one of several: what a lone problem has around it stands within.
    fn in_full(&self) -> String {
        let mut text = self.message.clone();
        if let Some(shown) = self.shown() {
            text.push('\n');
            text.push_str(&shown);
        }
        if let Some(hint) = &self.hint {
            text.push_str("\nhint: ");
            text.push_str(hint);
        }
        text
    }

    /// The faulty lines, with the caret below.
    fn shown(&self) -> Option<String> {
        let place = self.place.as_ref()?;
        let mut snippet = source_of(place).annotation(AnnotationKind::Primary.span(place.span.clone()));
        let mut elsewhere = None;
        if let Some((also, label)) = self.also.as_deref() {
            let annotation = AnnotationKind::Context.span(also.span.clone()).label(label.as_str());
            if also.file == place.file {
                snippet = snippet.annotation(annotation);
            } else {
                elsewhere = Some(source_of(also).annotation(annotation));
            }
        }
        let group = Group::with_level(Level::ERROR).element(snippet).elements(elsewhere);
        Some(Renderer::plain().render(&[group]))
    }
}

fn source_of(place: &ConfigPlace) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    Snippet::source(&*place.text).path(place.file.display().to_string())
}
