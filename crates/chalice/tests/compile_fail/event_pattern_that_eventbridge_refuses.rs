use chalice::prelude::*;

#[on_cw_event(pattern = {})]
async fn empty(_event: CloudWatchEvent) {}

#[on_cw_event(pattern = {"source": "aws.ec2"})]
async fn no_list(_event: CloudWatchEvent) {}

#[on_cw_event(pattern = {"detail": {"state": [["running"]]}})]
async fn list_in_list(_event: CloudWatchEvent) {}

#[on_cw_event(pattern = {"detail": {"state": [{"begins": "run"}]}})]
async fn unknown_match(_event: CloudWatchEvent) {}

#[on_cw_event(pattern = {"$or": ["a"]})]
async fn no_alternative(_event: CloudWatchEvent) {}

#[on_cw_event(pattern = {"source": ["aws.ec2"]}, bus = "arn:aws:events:us-east-1:1:event-bus/shop")]
async fn bus(_event: CloudWatchEvent) {}

fn main() {}
