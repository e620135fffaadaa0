use chalice::prelude::*;

const RATE: &str = "rate(1 hours)";
const CRON: &str = "cron(0 12 ? * MOO *)";

#[schedule(RATE)]
async fn rate(_event: ScheduleEvent) {}

#[schedule(CRON)]
async fn cron(_event: ScheduleEvent) {}

fn main() {}
