//! What API Gateway and Lambda would refuse, found before anything is sent.

use std::collections::BTreeMap;

use super::path::segments;
use super::prefix::is_crate;
use super::problem::Problem;
use super::{API_HANDLER, ResolvedFunction, ResolvedRoute};
use crate::content_type::content_type_matches;
use crate::record::{App, Handler, Place, Record};

pub(super) fn apps(apps: &[&App]) -> Vec<Problem> {
    if apps.is_empty() {
        return vec![Problem::NoApp];
    }
    apps.windows(2)
        .map(|pair| Problem::SeveralApps { first: pair[0].place.clone(), second: pair[1].place.clone() })
        .collect()
}

pub(super) fn blueprints(records: &[Record], app: Option<&App>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: BTreeMap<(&str, &str, &str), &Place> = BTreeMap::new();
    for record in sorted(records) {
        let Record::Blueprint(blueprint) = record else { continue };
        let place = &blueprint.place;
        let module = (place.package.as_str(), place.version.as_str(), place.module.as_str());
        match seen.get(&module) {
            Some(&first) => problems.push(Problem::DuplicateBlueprint {
                module: place.module.clone(),
                first: first.clone(),
                second: place.clone(),
            }),
            None => _ = seen.insert(module, place),
        }
    }
    problems.extend(app.into_iter().flat_map(|app| unused_prefixes(records, app)));
    problems
}

fn unused_prefixes<'a>(records: &'a [Record], app: &'a App) -> impl Iterator<Item = Problem> + 'a {
    let linked = |krate: &str| records.iter().any(|record| is_crate(record.place(), krate));
    app.blueprints
        .iter()
        .filter(move |blueprint| blueprint.url_prefix.is_some() && !linked(&blueprint.krate))
        .map(|blueprint| Problem::UnusedPrefix { krate: blueprint.krate.clone(), place: app.place.clone() })
}

fn sorted(records: &[Record]) -> Vec<&Record> {
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by_key(|record| record.place());
    sorted
}

pub(super) fn routes(routes: &[ResolvedRoute], binary_types: &[String]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = routes.iter().flat_map(invalid_path).collect();
    problems.extend(duplicate_routes(routes));
    problems.extend(sibling_parameters(routes));
    let mut by_path: BTreeMap<&str, Vec<&ResolvedRoute>> = BTreeMap::new();
    for route in routes {
        by_path.entry(&route.path).or_default().push(route);
    }
    for (path, routes) in by_path {
        problems.extend(cors_with_options(path, &routes));
        problems.extend(differing_cors(path, &routes));
    }
    problems.extend(routes.iter().filter_map(|route| mixed_content_types(route, binary_types)));
    problems
}

fn invalid_path(route: &ResolvedRoute) -> Vec<Problem> {
    let faults = segments(&route.path).err().unwrap_or_default();
    let problem =
        |fault| Problem::InvalidPath { path: route.path.clone(), fault, place: route.handler.place.clone() };
    faults.into_iter().map(problem).collect()
}

fn duplicate_routes(routes: &[ResolvedRoute]) -> Vec<Problem> {
    let mut seen: BTreeMap<(&str, &str), &Place> = BTreeMap::new();
    let mut problems = Vec::new();
    for route in routes {
        for method in &route.methods {
            let place = &route.handler.place;
            match seen.get(&(route.path.as_str(), method.as_str())) {
                Some(&first) => problems.push(Problem::DuplicateRoute {
                    method: method.clone(),
                    path: route.path.clone(),
                    first: first.clone(),
                    second: place.clone(),
                }),
                None => _ = seen.insert((&route.path, method), place),
            }
        }
    }
    problems
}

/// A resource of API Gateway has at most one child that is a parameter, whatever stands below it.
fn sibling_parameters(routes: &[ResolvedRoute]) -> Vec<Problem> {
    let mut seen: BTreeMap<&str, (&str, &ResolvedRoute)> = BTreeMap::new();
    let mut problems = Vec::new();
    for route in routes {
        for (start, _) in route.path.match_indices("/{") {
            let (parent, below) = route.path.split_at(start);
            let parameter = below.get(1..).and_then(|below| below.split('/').next()).unwrap_or_default();
            let &mut (first_parameter, first) = seen.entry(parent).or_insert((parameter, route));
            if first_parameter != parameter {
                problems.push(Problem::SiblingParameters {
                    first_path: first.path.clone(),
                    first: first.handler.place.clone(),
                    second_path: route.path.clone(),
                    second: route.handler.place.clone(),
                });
            }
        }
    }
    problems
}

fn cors_with_options(path: &str, routes: &[&ResolvedRoute]) -> Option<Problem> {
    let with_cors = routes.iter().find(|route| route.cors.is_some())?;
    let with_options = routes.iter().find(|route| route.methods.iter().any(|method| method == "OPTIONS"))?;
    Some(Problem::CorsWithOptions {
        path: path.to_owned(),
        cors: with_cors.handler.place.clone(),
        options: with_options.handler.place.clone(),
    })
}

fn differing_cors(path: &str, routes: &[&ResolvedRoute]) -> Option<Problem> {
    let mut with_cors = routes.iter().filter_map(|route| Some((route, route.cors.as_ref()?)));
    let (first, cors) = with_cors.next()?;
    let (other, _) = with_cors.find(|(_, other)| !other.says_the_same(cors))?;
    Some(Problem::DifferingCors {
        path: path.to_owned(),
        first: first.handler.place.clone(),
        second: other.handler.place.clone(),
    })
}

fn mixed_content_types(route: &ResolvedRoute, binary_types: &[String]) -> Option<Problem> {
    let is_binary = |content_type: &&String| content_type_matches(content_type, binary_types);
    let binary = route.content_types.iter().find(is_binary)?;
    let text = route.content_types.iter().find(|content_type| !is_binary(content_type))?;
    Some(Problem::MixedContentTypes {
        path: route.path.clone(),
        binary: binary.clone(),
        text: text.clone(),
        place: route.handler.place.clone(),
    })
}

pub(super) fn functions(functions: &[ResolvedFunction]) -> Vec<Problem> {
    let mut seen: BTreeMap<&str, &Place> = BTreeMap::new();
    let mut problems = Vec::new();
    for function in functions {
        let (name, place) = (&function.handler.name, &function.handler.place);
        if name == API_HANDLER {
            problems.push(Problem::ReservedName { name: name.clone(), place: place.clone() });
        }
        if !is_function_name(name) {
            problems.push(Problem::InvalidName { name: name.clone(), place: place.clone() });
        }
        match seen.get(name.as_str()) {
            Some(&first) => problems.push(Problem::DuplicateName {
                name: name.clone(),
                first: first.clone(),
                second: place.clone(),
            }),
            None => _ = seen.insert(name, place),
        }
        problems.extend(event_source(function));
    }
    problems
}

fn event_source(function: &ResolvedFunction) -> Vec<Problem> {
    let Some(source) = &function.source else { return Vec::new() };
    let Handler { name, place, .. } = &function.handler;
    let problem = |fault| Problem::InvalidEventSource {
        name: name.clone(),
        attribute: source.attribute(),
        fault,
        place: place.clone(),
    };
    source.faults().into_iter().map(problem).collect()
}

fn is_function_name(name: &str) -> bool {
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == '-' || character == '_';
    !name.is_empty() && name.chars().all(allowed)
}
