use chalice::prelude::*;

#[on_cw_event]
async fn nothing(_event: CloudWatchEvent) {}

#[on_cw_event(pattern = "{}")]
async fn text(_event: CloudWatchEvent) {}

#[on_cw_event(pattern = {source: ["aws.ec2"]})]
async fn name_without_quotes(_event: CloudWatchEvent) {}

#[on_cw_event(pattern = {"source": [EC2]})]
async fn word(_event: CloudWatchEvent) {}

#[on_cw_event(pattern = {"source": ["aws.ec2"], "source": ["aws.s3"]})]
async fn twice(_event: CloudWatchEvent) {}

fn main() {}
