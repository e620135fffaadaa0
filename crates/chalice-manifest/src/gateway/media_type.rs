//! Which bodies API Gateway takes for bytes. Its comparison is not Chalice's, which decides in the function.

/// Whether API Gateway takes a body for bytes: `header` is the request's `Content-Type` where the function is handed
/// the body, and its `Accept` where the caller is; of several types only the first counts.
pub fn is_binary<S: AsRef<str>>(header: &str, binary_types: &[S]) -> bool {
    let first = header.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let family = first.split('/').next().unwrap_or_default();
    !first.is_empty()
        && binary_types.iter().any(|binary| {
            let binary = binary.as_ref().to_ascii_lowercase();
            binary == "*/*" || binary == first || binary.strip_suffix("/*").is_some_and(|own| own == family)
        })
}

#[cfg(test)]
mod tests {
    use super::is_binary;

    #[test]
    fn the_first_type_decides_and_a_wildcard_is_one_only_in_the_list() {
        let types = ["image/png", "video/*"];
        for binary in ["image/png", "IMAGE/PNG", "image/png;q=0.5, text/html", "video/ogg"] {
            assert!(is_binary(binary, &types), "{binary}");
        }
        for text in ["", "text/html, image/png", "*/*", "image/*", "image/jpeg"] {
            assert!(!is_binary(text, &types), "{text}");
        }
        assert!(is_binary("text/html", &["*/*"]));
    }
}
