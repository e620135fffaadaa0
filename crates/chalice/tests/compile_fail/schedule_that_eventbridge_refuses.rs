use chalice::prelude::*;

#[schedule("hourly")]
async fn form(_event: ScheduleEvent) {}

#[schedule("rate(2 weeks)")]
async fn rate_form(_event: ScheduleEvent) {}

#[schedule("rate(0 minutes)")]
async fn rate_of_zero(_event: ScheduleEvent) {}

#[schedule("rate(1 hours)")]
async fn one_of_many(_event: ScheduleEvent) {}

#[schedule("rate(2 hour)")]
async fn many_of_one(_event: ScheduleEvent) {}

#[schedule("cron(0 12 * *)")]
async fn field_count(_event: ScheduleEvent) {}

#[schedule("cron(0 12 ? * MOO *)")]
async fn field(_event: ScheduleEvent) {}

#[schedule("cron(0 12 * * MON *)")]
async fn both_days(_event: ScheduleEvent) {}

fn main() {}
