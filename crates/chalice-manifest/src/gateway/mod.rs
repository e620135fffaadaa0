//! What API Gateway does itself, for whoever stands in for it or writes its document: which route a URL has, what
//! answers a method, what is bytes, and whether an authorizer's policy permits a request.

mod media_type;
mod operations;
mod policy;
mod router;

pub use media_type::is_binary;
pub use operations::{Answered, Operation};
pub use policy::{Permission, arn_matches, method_arn, permission};
pub use router::{Matched, Router, query_pairs};
