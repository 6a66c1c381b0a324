//! Groups of items whose numbers agree but for noise.

/// Splits items into groups: along each number in turn, sorted, a group ends where the next value is
/// further off than the tolerance for it. Nearly equal values never fall apart, as they would at the
/// borders of a rounding; values that follow each other closely stay together.
///
/// The groups are sorted by their numbers, the items within a group by index. O(n log n).
pub(crate) fn clusters<const N: usize>(
    values: &[[f64; N]],
    items: Vec<u32>,
    tolerance: impl Fn(usize, f64) -> f64,
) -> Vec<Vec<u32>> {
    let mut groups = (0..N).fold(vec![items], |groups, k| {
        let value = |i: &u32| values[*i as usize][k];
        let split = |mut group: Vec<u32>| {
            group.sort_by(|a, b| value(a).total_cmp(&value(b)));
            let near = |a: &u32, b: &u32| value(b) - value(a) <= tolerance(k, value(b).abs());
            group.chunk_by(near).map(<[u32]>::to_vec).collect::<Vec<_>>()
        };
        groups.into_iter().flat_map(split).collect()
    });
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups
}

#[cfg(test)]
mod tests {
    use super::clusters;

    #[test]
    fn close_values_stay_together_whatever_their_order() {
        let values = [[1.0, 5.0], [2.0, 5.0], [1.000_01, 5.0], [1.0, 7.0]];
        let groups = clusters(&values, vec![3, 1, 0, 2], |_, _| 1e-3);
        assert_eq!(groups, [vec![0, 2], vec![3], vec![1]]);
    }
}
