//! The grammar: what is read, how it is written, what is said of mistakes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use groma_query::Selector;
use insta::assert_snapshot;
use proptest::prelude::*;

/// Reads it, and writes it in canonical form.
fn check(text: &str, expect: &str) {
    let selector = Selector::parse(text).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(selector.to_string(), expect, "{text}");
    assert_eq!(Selector::parse(expect), Ok(selector), "{text}");
}

fn error(text: &str) -> String {
    Selector::parse(text).unwrap_err().to_string()
}

#[test]
fn the_examples_of_the_documentation() {
    for text in [
        "IfcElement",
        "IfcWall, IfcSlab, material=concrete",
        "325Q7Fhnf67OZC$$r43uzK, 2VlJ7nbF5AFfQQuRvSWexT",
        "IfcWall, ! 325Q7Fhnf67OZC$$r43uzK",
        "IfcElement, ! IfcWall",
        "IfcDoor, Name=/D[0-9]{2}/",
        "IfcWall, IfcColumn, IfcBeam, IfcFooting, /Pset_.*Common/.LoadBearing=TRUE",
        "IfcElement, /Pset_.*Common/.FireRating!=NULL",
        "IfcWall, type=WT01, location=\"Level 3\"",
        "IfcElement, classification=/Pr_.*/",
        "IfcDoor, IfcWindow + IfcWall, IfcSlab, material=concrete + 325Q7Fhnf67OZC$$r43uzK",
        "IfcElement, query:parent.Name=\"My Site\"",
        "query:types.count=0",
        "query:material.item.0.Name=Brick",
    ] {
        check(text, text);
    }
}

#[test]
fn one_selector_may_be_written_in_many_ways() {
    check("  IfcWall ,\n\tName = \"D01\" /* or so */ +", "IfcWall, Name=D01");
    check("IfcWall+IfcDoor", "IfcWall + IfcDoor");
    check("!IfcWall,! 0123456789012345678901", "! IfcWall, ! 0123456789012345678901");
    check("Name ! = x, Name! *= x", "Name!=x, Name!*=x");
    check("material=concrete+IfcDoor", "material=concrete+IfcDoor");
    check("Name=TRUE+IfcDoor", "Name=TRUE + IfcDoor");
    check("Qto.Width>=-3.5+IfcDoor", "Qto.Width>=-3.5 + IfcDoor");
    check("Name=\"TRUE\"", "Name=\"TRUE\"");
    check("Name=\"12\\\" pipe\"", "Name=\"12\\\" pipe\"");
    check("Name=12\"", "Name=12\"");
    check("\"My set\".\"a.b\" < 5", "\"My set\".\"a.b\"<5");
    check("/Q.*/./Net.*/ > 1.5", "/Q.*/./Net.*/>1.5");
    check("query:\"parent.Name\"=\"My Site\"", "query:parent.Name=\"My Site\"");
    check("query:\"/Pset .*/.Status\"=NEW", "query:\"/Pset .*/.Status\"=NEW");
    check("type.Name=1", "type.Name=1");
    check("ifcwall", "ifcwall");
}

#[test]
fn mistakes_are_shown_where_they_are() {
    assert_snapshot!(error("IfcDoor, Name="), @r"
    expected a value behind `=`, found the end
      IfcDoor, Name=
                    ^
    ");
    assert_snapshot!(error(""), @r"
    expected a class, a GlobalId, or a facet such as Name=… or Pset_WallCommon.FireRating=…, found the end
      
      ^
    ");
    assert_snapshot!(error("IfcWall, name=x"), @r"
    there is no facet `name`; facets are type, material, classification, location, group, parent
      IfcWall, name=x
               ^^^^
      hint: attributes begin with a capital, properties are written Set.Name
    ");
    assert_snapshot!(error("IfcWall; IfcDoor"), @"
    there is no facet `IfcWall;`; facets are type, material, classification, location, group, parent
      IfcWall; IfcDoor
      ^^^^^^^^
      hint: attributes begin with a capital, properties are written Set.Name
    ");
    assert_snapshot!(error("IfcWall,\n  Pset_X.Fire Rating=1"), @r"
    expected a comparison (=, !=, *=, !*=, >, >=, <, <=), found `Rating`
        Pset_X.Fire Rating=1
                    ^^^^^^
    ");
    assert_snapshot!(error("Name=\"abc"), @r#"
    this string has no closing "
      Name="abc
           ^^^^
      hint: write a quote inside it as \"
    "#);
    assert_snapshot!(error("Name=/usr"), @r"
    this regular expression has no closing /
      Name=/usr
           ^^^^
      hint: a text that begins with / stands in quotes
    ");
    assert_snapshot!(error("Name=/(?=a)b/"), @r"
    this is no regular expression: look-around, including look-ahead and look-behind, is not supported
      Name=/(?=a)b/
           ^^^^^^^^
      hint: look-around and back-references are not known here
    ");
    assert_snapshot!(error("Pset_A.B >= NULL"), @r"
    NULL is compared by = and !=, not by `>=`
      Pset_A.B >= NULL
               ^^
    ");
    assert_snapshot!(error("! Name=3"), @r"
    expected a class or a GlobalId behind `!`, found `Name`
      ! Name=3
        ^^^^
    ");
    assert_snapshot!(error("IfcWall + + IfcDoor"), @r"
    expected a class, a GlobalId, or a facet such as Name=… or Pset_WallCommon.FireRating=…, found `+`
      IfcWall + + IfcDoor
                ^
    ");
    assert_snapshot!(error("Name!>3"), @r"
    expected `=` or `*=` behind `!`, found `>`
      Name!>3
           ^
    ");
    assert_snapshot!(error("IfcWall /* open"), @r"
    this comment has no closing */
      IfcWall /* open
              ^^^^^^^
    ");
    assert_snapshot!(error("Größe.Länge = é ü"), @r"
    expected `,`, `+` or the end, found `ü`
      Größe.Länge = é ü
                      ^
    ");
}

/// Texts of the signs that mean something, more often than any text.
fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("IfcWall"),
        Just("Name"),
        Just("type"),
        Just("material"),
        Just("query:"),
        Just("NULL"),
        Just("TRUE"),
        Just("="),
        Just("!="),
        Just("*="),
        Just("!*="),
        Just(">"),
        Just("<="),
        Just("!"),
        Just(","),
        Just("+"),
        Just("."),
        Just("\""),
        Just("\\"),
        Just("/"),
        Just("/*"),
        Just("*/"),
        Just(" "),
        Just("3.5"),
        Just("-"),
        Just("a"),
        Just("é"),
        Just("Pset_X"),
        Just("x"),
        Just("0123456789012345678901"),
        Just("~2"),
        Just("[0-9]"),
        Just("count"),
        Just("\n"),
        Just("("),
        Just("\u{3000}"),
    ];
    prop_oneof![
        4 => prop::collection::vec(part, 0..16).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_can_be_written(text in texts()) {
        match Selector::parse(&text) {
            Ok(selector) => {
                let written = selector.to_string();
                prop_assert_eq!(Selector::parse(&written), Ok(selector), "{:?} {:?}", text, written);
            }
            Err(e) => prop_assert!(!e.to_string().is_empty() && e.line_and_column().1 > 0),
        }
    }

    #[test]
    fn any_value_in_quotes_is_read_as_it_is(value in "[^\"\\\\]*", set in "[^\"\\\\]*", name in "[^\"\\\\]*") {
        let text = format!("\"{set}\".\"{name}\" = \"{value}\", Name != \"{value}\"");
        let selector = Selector::parse(&text).unwrap();
        prop_assert_eq!(Selector::parse(&selector.to_string()), Ok(selector));
    }
}
