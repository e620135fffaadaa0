use chalice::prelude::*;

const EVERY: u32 = 3;

#[schedule]
async fn nothing(_event: ScheduleEvent) {}

#[schedule(name = "hourly")]
async fn name_alone(_event: ScheduleEvent) {}

#[schedule(3)]
async fn number(_event: ScheduleEvent) {}

#[schedule("rate(1 hour)", bus = "shop")]
async fn option(_event: ScheduleEvent) {}

#[schedule(EVERY)]
async fn constant(_event: ScheduleEvent) {}

fn main() {}
