//! Resources that look right and are the ARN of nothing, so that a statement on them allows nothing.

/// Why a resource of config.json is none, and how it is written; None: nothing is known against it.
pub fn correction(service: &str, resource: &str) -> Option<(&'static str, String)> {
    match service {
        "secretsmanager" => {
            let (_, name) = resource.rsplit_once("secret:")?;
            let why = "in its ARN a secret's name is followed by a hyphen and six random characters";
            (!may_have_random_end(name)).then(|| (why, format!("{resource}-??????")))
        }
        "ssm" if resource.contains("parameter//") => {
            let why = "in its ARN a parameter's name has one slash before it, its own or the ARN's";
            Some((why, resource.replacen("parameter//", "parameter/", 1)))
        }
        "s3" => {
            let bucket = resource.rsplit(':').next()?.split('/').next()?;
            let why = "directory buckets stand under `s3express`, without their objects";
            bucket.ends_with("--x-s3").then(|| (why, format!("bucket/{bucket}")))
        }
        "kms" if resource.contains("key/alias/") => {
            Some(("an alias is no key's id", resource.replacen("key/alias/", "alias/", 1)))
        }
        _ => None,
    }
}

fn may_have_random_end(name: &str) -> bool {
    let end = name.rsplit_once('-').map(|(_, end)| end);
    let is_random = |end: &str| end.len() == 6 && end.chars().all(|c| c.is_ascii_alphanumeric());
    name.contains(['*', '?']) || end.is_some_and(is_random)
}
