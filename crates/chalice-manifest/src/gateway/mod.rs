//! What API Gateway does itself, for whoever stands in for it: which route a URL has, and whether an authorizer's
//! policy permits it.

mod policy;
mod router;

pub use policy::{Permission, arn_matches, method_arn, permission};
pub use router::{Matched, Router, query_pairs};
