//! Parts that are parts of themselves.

/// Takes the parent away from the first of each cycle; tells which these are.
pub(crate) fn break_cycles(parents: &mut [Option<u32>]) -> Vec<u32> {
    // 0 not seen, otherwise the walk that saw it.
    let mut seen = vec![0_u32; parents.len()];
    let mut cuts = Vec::new();
    for start in 0..parents.len() {
        let walk = start as u32 + 1;
        let mut at = start;
        while seen[at] == 0 {
            seen[at] = walk;
            let Some(next) = parents[at] else { break };
            at = next as usize;
        }
        if seen[at] == walk && parents[at].is_some() {
            let mut first = at;
            let mut around = parents[at];
            while let Some(next) = around.map(|n| n as usize).filter(|&n| n != at) {
                first = first.min(next);
                around = parents[next];
            }
            // The walk may have ended at one without a parent, which is no cycle.
            if around.is_some() {
                parents[first] = None;
                cuts.push(first as u32);
            }
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::break_cycles;

    #[test]
    fn the_first_of_each_cycle_is_cut_loose() {
        let mut parents = [Some(1), Some(2), Some(1), None, Some(3), Some(5), Some(0)];
        assert_eq!(break_cycles(&mut parents), [1, 5]);
        assert_eq!(parents, [Some(1), None, Some(1), None, Some(3), None, Some(0)]);
    }
}
