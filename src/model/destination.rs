//! Where an application goes.

/// The account, the region and the endpoint that calls go to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Destination {
    pub partition: String,
    pub account: String,
    pub region: String,
    /// None: AWS's own.
    pub endpoint: Option<String>,
    /// Which run of the sandbox; None: a real account.
    pub instance: Option<String>,
}

impl Destination {
    /// Where a stage of a REST API answers; an emulator has its own form.
    pub fn rest_api_url(&self, id: &str, stage: &str) -> String {
        match &self.endpoint {
            Some(endpoint) => format!("{endpoint}/restapis/{id}/{stage}/_user_request_/"),
            None => format!("https://{id}.execute-api.{}.{}/{stage}/", self.region, self.dns_suffix()),
        }
    }

    fn dns_suffix(&self) -> &'static str {
        if self.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
    }
}
