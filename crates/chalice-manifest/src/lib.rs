//! The wire contract between a compiled application and whoever reads it: what the attributes of `chalice`
//! leave in the ELF section [`SECTION`], and how it is framed there.
//!
//! A section is a run of frames in link order, each with nothing but bytes (no pointer, so no relocation),
//! readable for any architecture on any host:
//!
//! | bytes | content |
//! |---|---|
//! | 8 | [`MAGIC`] |
//! | 2 | schema version, little endian |
//! | 6 | framework version: major, minor, patch, each 2 bytes, little endian |
//! | 4 | length of the JSON, little endian |
//! | length | one [`Record`] as JSON |
//!
//! The linker may pad between frames with zeros. Nothing here does input or output.

pub mod config;
mod content_type;
mod cors;
mod event_source;
mod few;
mod frame;
pub mod gateway;
mod record;
pub mod resolve;
mod schedule;
mod variables;

pub use content_type::{DEFAULT_BINARY_TYPES, content_type_matches};
pub use cors::ALWAYS_ALLOWED_HEADERS;
pub use event_source::{
    CloudwatchEvents, DynamodbStream, EventHandler, EventSource, EventSourceFault, KinesisStream, Pattern,
    PatternFault, Polling, Queue, Schedule, SqsQueue, StartingPosition, is_whole,
};
pub use few::sort_few;
pub use frame::{
    Frame, FrameError, FrameworkVersion, HEADER_LEN, MAGIC, SCHEMA_VERSION, SECTION, frames, header,
    with_length,
};
pub use record::{
    App, Authorizer, AuthorizerKind, Blueprint, BlueprintCrate, Cognito, Cors, Custom, Handler,
    LambdaFunction, Place, Record, Route, RouteAuthorizer, RouteCors, Target,
};
pub use resolve::{
    API_HANDLER, PathFault, Prefixes, Preflight, Problem, Resolved, ResolvedAuthorizer,
    ResolvedAuthorizerKind, ResolvedFunction, ResolvedRoute, ResolvedRouteAuthorizer, Segment, join_path,
    order, resolve, segments,
};
pub use schedule::{Cron, Rate, ScheduleFault, Unit, schedule_fault};
pub use variables::{UnsetVariable, fill};
