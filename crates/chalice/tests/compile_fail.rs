//! What the compiler says of each mistake; the `.stderr` beside each case is what a user reads.

#[test]
fn mistakes_are_reported_where_they_were_made() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
