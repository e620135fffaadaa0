//! A test file that forgot to link its application.
#![allow(clippy::expect_used)] // a failed expectation fails the test

use chalice::test::Client;

#[tokio::test]
async fn a_test_that_links_no_application_is_told_the_line_that_does() {
    let sent = tokio::spawn(async { _ = Client::new().get("/a").send().await });
    let panic = sent.await.expect_err("it panics").into_panic();
    let expected = "nothing of an application is linked into this test: write `use chalice as _;` at its top, where \
                    `chalice` is the library that holds `chalice::app! {}`";
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some(expected));
}
