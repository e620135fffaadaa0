//! Which content types are bytes: Chalice's list and its way of comparing.

/// What API Gateway hands over and takes as bytes unless `app!` says otherwise: Chalice's `default_binary_types`.
pub const DEFAULT_BINARY_TYPES: [&str; 16] = [
    "application/octet-stream",
    "application/x-tar",
    "application/zip",
    "audio/basic",
    "audio/ogg",
    "audio/mp4",
    "audio/mpeg",
    "audio/wav",
    "audio/webm",
    "image/png",
    "image/jpg",
    "image/jpeg",
    "image/gif",
    "video/ogg",
    "video/mpeg",
    "video/webm",
];

/// Whether a header such as `Accept` or `Content-Type` names one of `valid`. As in Chalice: without regard to
/// case, `*/*` on either side matches all, and any other wildcard only matches itself.
pub fn content_type_matches<S: AsRef<str>>(header: &str, valid: &[S]) -> bool {
    if header.contains("*/*") || valid.iter().any(|valid| valid.as_ref() == "*/*") {
        return true;
    }
    let mut named = header.split([',', ';']).map(str::trim);
    named.any(|named| valid.iter().any(|valid| named.eq_ignore_ascii_case(valid.as_ref())))
}
