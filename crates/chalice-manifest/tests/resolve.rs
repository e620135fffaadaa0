//! What `resolve` makes of records, and what it refuses.

use chalice_manifest::{
    App, Blueprint, BlueprintCrate, Cors, Handler, LambdaFunction, Place, Record, Resolved, Route, RouteCors,
    Target, resolve,
};

fn place(module: &str, file: &str, line: u32) -> Place {
    let krate = module.split("::").next().unwrap_or(module);
    Place {
        package: krate.replace('_', "-"),
        version: "1.0.0".to_owned(),
        target: Target::Lib,
        module: module.to_owned(),
        file: format!("{krate}/{file}"),
        line,
    }
}

fn handler(place: Place, name: &str) -> Handler {
    Handler { place, name: name.to_owned(), summary: None, description: None }
}

fn app() -> App {
    let place = place("app", "lib.rs", 1);
    App { place, name: "app".to_owned(), cors: None, blueprints: vec![], binary_types: None }
}

fn app_with(blueprints: &[(&str, Option<&str>)]) -> Record {
    let entry = |&(krate, prefix): &(&str, Option<&str>)| BlueprintCrate {
        krate: krate.to_owned(),
        url_prefix: prefix.map(str::to_owned),
    };
    Record::App(App { blueprints: blueprints.iter().map(entry).collect(), ..app() })
}

fn blueprint(module: &str, url_prefix: Option<&str>, name_prefix: Option<&str>) -> Record {
    Record::Blueprint(Blueprint {
        place: place(module, "lib.rs", 2),
        url_prefix: url_prefix.map(str::to_owned),
        name_prefix: name_prefix.map(str::to_owned),
    })
}

fn route_of(module: &str, line: u32, path: &str) -> Route {
    Route {
        handler: handler(place(module, "lib.rs", line), "view"),
        path: path.to_owned(),
        methods: vec!["GET".to_owned()],
        cors: RouteCors::Inherit,
        authorizer: None,
        api_key_required: false,
        content_types: vec!["application/json".to_owned()],
        stream: false,
    }
}

fn route(module: &str, line: u32, path: &str) -> Record {
    Record::Route(route_of(module, line, path))
}

fn function(module: &str, line: u32, name: &str) -> Record {
    Record::LambdaFunction(LambdaFunction { handler: handler(place(module, "lib.rs", line), name) })
}

fn resolved(records: &[Record]) -> Resolved {
    resolve(records).unwrap_or_else(|problems| unreachable!("{problems:#?}"))
}

fn paths(records: &[Record]) -> Vec<String> {
    resolved(records).routes.into_iter().map(|route| route.path).collect()
}

fn problems(records: &[Record]) -> Vec<String> {
    resolve(records).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn prefixes_join_from_outside_in() {
    let records = [
        app_with(&[("billing", Some("/pay"))]),
        blueprint("billing::invoices::deep", Some("deep"), Some("deep_")),
        blueprint("billing", Some("/billing/"), Some("billing_")),
        blueprint("billing::invoices", None, Some("invoices_")),
        route("billing::invoices::deep::er", 9, "/{id}"),
        function("billing::invoices::deep", 12, "send"),
    ];
    assert_eq!(paths(&records), ["/pay/billing/deep/{id}"]);
    assert_eq!(resolved(&records).functions[0].handler.name, "billing_invoices_deep_send");
}

#[test]
fn a_prefix_stops_at_a_whole_module_name_and_at_its_own_crate() {
    let records = [
        app_with(&[("billing", None)]),
        blueprint("app::users", Some("/users"), None),
        route("app::users", 5, "/{id}"),
        route("app::users_admin", 6, "/admin"),
        route("billing::users", 7, "/list"),
    ];
    assert_eq!(paths(&records), ["/users/{id}", "/admin", "/list"]);
}

#[test]
fn handlers_stand_in_the_order_of_the_app_then_of_its_blueprints_then_of_their_lines() {
    let records = [
        route("zeta", 3, "/zeta"),
        route("alpha", 3, "/alpha"),
        route("app", 30, "/second"),
        route("app", 20, "/first"),
        app_with(&[("zeta", None), ("alpha", None)]),
    ];
    assert_eq!(paths(&records), ["/first", "/second", "/zeta", "/alpha"]);
    let mut reversed = records.clone();
    reversed.reverse();
    assert_eq!(paths(&reversed), paths(&records));
}

#[test]
fn a_resolved_route_names_its_record() {
    let records = [route("app", 9, "/b"), app_with(&[]), route("app", 3, "/a")];
    let indices: Vec<usize> = resolved(&records).routes.iter().map(|route| route.record).collect();
    assert_eq!(indices, [2, 0]);
}

#[test]
fn cors_is_the_routes_own_then_the_apps_then_any() {
    let own = Cors { allow_origins: vec!["https://own".to_owned()], ..Cors::any() };
    let of_app = Cors { allow_origins: vec!["https://app".to_owned()], ..Cors::any() };
    let effective = |app_cors: Option<&Cors>, written: RouteCors| {
        let app = Record::App(App { cors: app_cors.cloned(), ..app() });
        let route = Record::Route(Route { cors: written, ..route_of("app", 3, "/a") });
        resolved(&[app, route]).routes.remove(0).cors
    };
    assert_eq!(effective(None, RouteCors::Inherit), None);
    assert_eq!(effective(None, RouteCors::On), Some(Cors::any()));
    assert_eq!(effective(None, RouteCors::Own(own.clone())), Some(own.clone()));
    assert_eq!(effective(Some(&of_app), RouteCors::Inherit), Some(of_app.clone()));
    assert_eq!(effective(Some(&of_app), RouteCors::On), Some(of_app.clone()));
    assert_eq!(effective(Some(&of_app), RouteCors::Off), None);
    assert_eq!(effective(Some(&of_app), RouteCors::Own(own.clone())), Some(own));
}

#[test]
fn a_preflight_lists_the_methods_with_cors() {
    let with = |line, methods: &[&str], cors| {
        let methods = methods.iter().map(|&method| method.to_owned()).collect();
        Record::Route(Route { methods, cors, ..route_of("app", line, "/a") })
    };
    let resolved = resolved(&[
        app_with(&[]),
        with(3, &["PUT", "GET"], RouteCors::On),
        with(4, &["DELETE"], RouteCors::Off),
        route("app", 5, "/without"),
    ]);
    let preflights = resolved.preflights();
    assert_eq!(preflights.len(), 1);
    assert_eq!((preflights[0].path, &preflights[0].methods[..]), ("/a", &["GET", "PUT", "OPTIONS"][..]));
}

#[test]
fn an_application_has_exactly_one_app() {
    assert_eq!(
        problems(&[route("app", 3, "/a")]),
        ["there is no `chalice::app!`: write `chalice::app! {}` once in the crate's root"]
    );
    let second = Record::App(App { place: place("app::other", "other.rs", 4), ..app() });
    assert_eq!(
        problems(&[second, app_with(&[])]),
        ["`chalice::app!` stands twice; an application has one (app/lib.rs:1 and app/other.rs:4)"]
    );
}

#[test]
fn two_handlers_of_one_method_and_path_are_refused_after_prefixes() {
    let records = [
        app_with(&[("billing", Some("/pay"))]),
        route("billing", 3, "/list"),
        route("app", 7, "/pay/list"),
        Record::Route(Route { methods: vec!["POST".to_owned()], ..route_of("app", 8, "/pay/list") }),
    ];
    assert_eq!(
        problems(&records),
        ["two handlers answer `GET /pay/list` (app/lib.rs:7 and billing/lib.rs:3)"]
    );
}

#[test]
fn function_names_are_checked_with_their_prefixes() {
    let records = [
        app_with(&[]),
        blueprint("app::a", None, Some("x_")),
        function("app::a", 5, "run"),
        function("app", 6, "x_run"),
        function("app", 7, "api_handler"),
        function("app", 8, "a b"),
    ];
    assert_eq!(
        problems(&records),
        [
            "two Lambda functions are called `x_run`; give one of them `name = \"…\"` (app/lib.rs:5 and app/lib.rs:6)",
            "the name `api_handler` belongs to the function of the REST API; choose another (app/lib.rs:7)",
            "`a b` cannot name a Lambda function: only letters, digits, `-` and `_` can stand in it (app/lib.rs:8)",
        ]
    );
}

#[test]
fn paths_that_api_gateway_does_not_take_are_refused() {
    let refused = |path: &str| problems(&[app_with(&[]), route("app", 3, path)]);
    let cases = [
        ("", "a route's path cannot be empty; the root is `/`"),
        ("a", "a route's path must start with `/`"),
        ("/a/", "a route's path must not end with `/`"),
        ("/a//b", "a route's path must not hold `//`"),
        (
            "/a{b}",
            "`a{b}` is neither a literal nor one parameter: a parameter is a whole segment, `{name}` or `{name+}`",
        ),
        ("/{a-b}", "path parameter `{a-b}` must be named like a Rust variable"),
        ("/{a}/{a}", "path parameter `{a}` stands twice"),
        ("/{a+}/b", "`{a+}` takes the rest of the path, so it must be the last segment"),
    ];
    for (path, fault) in cases {
        let expected = format!("the route `{path}` cannot be served: {fault} (app/lib.rs:3)");
        assert_eq!(refused(path), [expected]);
    }
    for character in ' '..='~' {
        let path = format!("/a{character}b");
        let fault = format!(
            "the route `{path}` cannot be served: `{}` cannot stand in a route's path: API Gateway takes letters, digits \
             and `-`, `_`, `.`, `,`, `:`, `$`; what varies is a parameter, `{{name}}`, or `{{name+}}` for the rest of the path \
             (app/lib.rs:3)",
            character.escape_default()
        );
        let taken = character.is_ascii_alphanumeric() || "-_.,:$/".contains(character);
        match character {
            '{' | '}' => {} // the beginning of a parameter
            _ => assert_eq!(refused(&path), if taken { vec![] } else { vec![fault] }),
        }
    }
    assert_eq!(refused("/"), [""; 0]);
    assert_eq!(refused("/a/{b}/{c_d+}"), [""; 0]);
}

#[test]
fn sibling_parameters_of_different_names_are_refused() {
    let records =
        [app_with(&[]), route("app", 3, "/a/{x}"), route("app", 4, "/a/{y}/b"), route("app", 5, "/b/{z}")];
    assert_eq!(
        problems(&records),
        [
            "`/a/{x}` and `/a/{y}/b` name the same path segment differently; API Gateway takes one name for each place \
          (app/lib.rs:3 and app/lib.rs:4)"
        ]
    );
}

#[test]
fn cors_excludes_an_options_handler_and_a_second_configuration_on_the_same_path() {
    let with = |line, methods: &[&str], cors| {
        let methods = methods.iter().map(|&method| method.to_owned()).collect();
        Record::Route(Route { methods, cors, ..route_of("app", line, "/a") })
    };
    assert_eq!(
        problems(&[app_with(&[]), with(3, &["GET"], RouteCors::On), with(4, &["OPTIONS"], RouteCors::Off)]),
        [
            "`/a` has CORS and a handler for OPTIONS: CORS answers OPTIONS itself, so remove the handler or write \
          `cors = false` (app/lib.rs:3 and app/lib.rs:4)"
        ]
    );
    let other = RouteCors::Own(Cors { max_age: Some(9), ..Cors::any() });
    assert_eq!(
        problems(&[app_with(&[]), with(3, &["GET"], RouteCors::On), with(4, &["PUT"], other)]),
        [
            "the routes of `/a` have different CORS configurations; give them the same one (app/lib.rs:3 and app/lib.rs:4)"
        ]
    );
}

#[test]
fn binary_and_text_content_types_do_not_mix() {
    let content_types = vec!["application/json".to_owned(), "image/png".to_owned()];
    let route = Record::Route(Route { content_types, ..route_of("app", 3, "/a") });
    assert_eq!(
        problems(&[app_with(&[]), route.clone()]),
        [
            "the route `/a` accepts `image/png`, which is binary, and `application/json`, which is not; API Gateway \
          takes one kind for each route (app/lib.rs:3)"
        ]
    );
    let without_binary = Record::App(App { binary_types: Some(vec![]), ..app() });
    assert_eq!(problems(&[without_binary, route]), [""; 0]);
}

#[test]
fn a_route_that_takes_forms_with_files_makes_them_bytes() {
    let forms = |content_types: &[&str]| {
        let content_types = content_types.iter().map(|&text| text.to_owned()).collect();
        Record::Route(Route { content_types, ..route_of("app", 3, "/a") })
    };
    let types = |app: App, route: Record| {
        let resolved = resolve(&[Record::App(app), route]).unwrap_or_else(|faults| panic!("{faults:?}"));
        resolved.app.binary_types
    };
    let own = |types: &[&str]| Some(types.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
    let with = |types: &[&str]| App { binary_types: own(types), ..app() };
    let files = forms(&["multipart/form-data"]);
    assert_eq!(types(with(&["image/png"]), files.clone()), own(&["image/png", "multipart/form-data"]));
    assert_eq!(types(app(), files.clone()).map(|types| types.len()), Some(17)); // Chalice's sixteen, and it
    assert_eq!(types(with(&["Multipart/Form-Data"]), files.clone()), own(&["Multipart/Form-Data"]));
    assert_eq!(types(with(&["*/*"]), files), own(&["*/*"]));
    // Whoever takes texts too gets a text.
    let texts = forms(&["multipart/form-data", "application/json"]);
    assert_eq!(types(app(), texts), None);
}

#[test]
fn blueprints_are_checked() {
    let mut second = blueprint("app::a", None, None);
    if let Record::Blueprint(blueprint) = &mut second {
        blueprint.place.line = 40;
    }
    let records = [app_with(&[("bill", Some("/x"))]), blueprint("app::a", None, None), second];
    assert_eq!(
        problems(&records),
        [
            "`chalice::blueprint!` stands twice in module `app::a` (app/lib.rs:2 and app/lib.rs:40)",
            "`app!` gives a prefix to the crate `bill`, but no handler comes from a crate of that name; write the \
             crate's own name, not one that Cargo.toml gives it (app/lib.rs:1)",
        ]
    );
}
