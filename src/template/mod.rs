//! Application → templates: the same resources as a deploy makes, for who deploys by CloudFormation.

mod logical_id;
mod sam;
mod sam_events;

pub use sam::sam;
