//! Sorting in little code. Each type that the standard library's sort is used for adds about 10 KB to a bootstrap, which
//! a cold start has to load.

/// Sorts a list that is short, or nearly sorted as what the linker collects is; equals keep their order.
pub fn sort_few<T>(list: &mut [T], is_after: impl Fn(&T, &T) -> bool) {
    for end in 1..list.len() {
        let mut at = end;
        while at > 0 && is_after(&list[at - 1], &list[at]) {
            list.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort_few;

    #[test]
    fn a_list_is_sorted_and_equals_keep_their_order() {
        let mut list = [(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e')];
        sort_few(&mut list, |(a, _), (b, _)| a > b);
        assert_eq!(list, [(1, 'b'), (1, 'e'), (2, 'd'), (3, 'a'), (3, 'c')]);
        sort_few::<u8>(&mut [], |_, _| true);
    }
}
