//! The comparison of edges that are with edges that may be.

use std::collections::BTreeSet;

/// One crate imports another.
pub(crate) type Edge<'a> = (&'a str, &'a str);

/// What is wrong with a set of edges: those that are not allowed, those that are allowed and unused.
pub(crate) fn violations(edges: &[Edge<'_>], allowed: &[Edge<'_>]) -> Vec<String> {
    let edges: BTreeSet<_> = edges.iter().collect();
    let allowed: BTreeSet<_> = allowed.iter().collect();
    let forbidden = edges.difference(&allowed).map(|(a, b)| format!("{a} may not import {b}"));
    let unused = allowed.difference(&edges).map(|(a, b)| format!("{a} no longer imports {b}: strike it"));
    forbidden.chain(unused).collect()
}

#[test]
fn a_forbidden_edge_and_an_unused_allowance_are_told() {
    let allowed = [("clash", "geometry"), ("clash", "model")];
    assert_eq!(violations(&allowed, &allowed), Vec::<String>::new());
    assert_eq!(
        violations(&[("clash", "geometry"), ("clash", "model"), ("geometry", "ifc")], &allowed),
        ["geometry may not import ifc"]
    );
    assert_eq!(violations(&[("clash", "model")], &allowed), ["clash no longer imports geometry: strike it"]);
}
