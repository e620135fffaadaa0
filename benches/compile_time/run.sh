#!/usr/bin/env bash
# How much longer 200 routes take to compile than 1 does: `bash benches/compile_time/run.sh`.
# Prints the time of the processor that cargo and rustc take for an application of each size (`cargo check` and `cargo
# build`, the best of five), and the difference. The dependencies are compiled beforehand.
# 2026-11-22, AMD EPYC, Rust 1.95: 0.38 s more in `cargo check`, 0.80 s in `cargo build`.
set -euo pipefail
TIMEFORMAT='%U %S'

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}/compile_time"
export CARGO_INCREMENTAL=0

# An application with as many routes: of each five, one plain, one with a path parameter, two with JSON and state, and
# one that a query and a request come into.
application() {
    mkdir -p "$work/routes_$1/src"
    cat > "$work/routes_$1/Cargo.toml" <<EOF
[package]
name = "routes_$1"
version = "0.1.0"
edition = "2024"

[dependencies]
chalice = { path = "$root/crates/chalice" }
serde = { version = "1", features = ["derive"] }

[lints.rust]
dead_code = "allow"

[profile.dev]
debug = "line-tables-only"

[workspace]
EOF
    cat > "$work/routes_$1/src/main.rs" <<'EOF'
use chalice::prelude::*;

chalice::app! {}

struct Db;

#[init]
fn db() -> Db {
    Db
}

#[derive(serde::Deserialize, serde::Serialize)]
struct Item {
    id: u32,
    name: String,
}

#[derive(serde::Deserialize)]
struct Page {
    offset: u32,
}
EOF
    route=0
    while [ "$route" -lt "$1" ]; do
        case $((route % 5)) in
            0) cat <<EOF
#[get("/r$route")]
async fn r$route() -> &'static str {
    "r"
}
EOF
                ;;
            1) cat <<EOF
/// Finds one.
#[get("/r$route/{id}", cors = true)]
async fn r$route(id: u32, db: State<Db>) -> Result<Json<Item>> {
    let Db = *db;
    Ok(Json(Item { id, name: String::new() }))
}
EOF
                ;;
            2|3) cat <<EOF
#[post("/r$route")]
async fn r$route(Json(item): Json<Item>, db: State<Db>) -> Result<(u16, Json<Item>)> {
    let Db = *db;
    Ok((201, Json(item)))
}
EOF
                ;;
            4) cat <<EOF
#[route("/r$route", methods = ["GET", "DELETE"])]
async fn r$route(Query(page): Query<Page>, request: Request) -> Result<String> {
    Ok(format!("{} {}", request.path(), page.offset))
}
EOF
                ;;
        esac
        route=$((route + 1))
    done >> "$work/routes_$1/src/main.rs"
    cp "$root/Cargo.lock" "$work/routes_$1/"
}

# The best of five, in milliseconds.
milliseconds() {
    best=
    for _ in 1 2 3 4 5; do
        touch "$work/routes_$2/src/main.rs"
        took=$({ time cargo "$1" --quiet --offline --manifest-path "$work/routes_$2/Cargo.toml"; } 2>&1 |
            awk '{ print int(($1 + $2) * 1000) }')
        if [ -z "$best" ] || [ "$took" -lt "$best" ]; then best=$took; fi
    done
    echo "$best"
}

application 1
application 200
for command in check build; do
    cargo "$command" --quiet --manifest-path "$work/routes_1/Cargo.toml"
    one=$(milliseconds "$command" 1)
    many=$(milliseconds "$command" 200)
    echo "cargo $command: 1 route $one ms, 200 routes $many ms, difference $((many - one)) ms"
done
