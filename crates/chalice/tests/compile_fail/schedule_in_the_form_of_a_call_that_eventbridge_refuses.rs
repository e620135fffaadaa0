use chalice::prelude::*;

#[schedule(rate(0, minutes))]
async fn rate_of_zero(_event: ScheduleEvent) {}

#[schedule(rate(1, hours))]
async fn one_of_many(_event: ScheduleEvent) {}

#[schedule(rate(2, hour))]
async fn many_of_one(_event: ScheduleEvent) {}

#[schedule(rate(2, weeks))]
async fn unit(_event: ScheduleEvent) {}

#[schedule(rate("2 hours"))]
async fn rate_form(_event: ScheduleEvent) {}

#[schedule(cron(0, 12, "*", "*"))]
async fn field_count(_event: ScheduleEvent) {}

#[schedule(cron(60, 12, "?", "*", "MON", "*"))]
async fn field(_event: ScheduleEvent) {}

#[schedule(cron(0, 12, "*", "*", "MON", "*"))]
async fn both_days(_event: ScheduleEvent) {}

#[schedule(cron(0, 12, "?", "*", MON, ""))]
async fn no_texts(_event: ScheduleEvent) {}

fn main() {}
