//! What no file may do: panic, hang, or go unsaid.

mod common;

use common::{all, step, told, with_threads};
use groma_ifc::Source;
use std::path::Path;
use std::time::{Duration, Instant};

const HOUSE: &str = "#10=IFCCARTESIANPOINT((0.,0.));
#11=IFCAXIS2PLACEMENT2D(#10,$);
#12=IFCRECTANGLEPROFILEDEF(.AREA.,$,#11,2.,1.);
#13=IFCEXTRUDEDAREASOLID(#12,#8,#6,3.);
#14=IFCSHAPEREPRESENTATION(#9,'Body','SweptSolid',(#13));
#15=IFCPRODUCTDEFINITIONSHAPE($,$,(#14));
#16=IFCLOCALPLACEMENT($,#8);
#17=IFCWALL('1aaaaaaaaaaaaaaaaaaaaa',$,'wall; ''it''',$,$,#16,#15,$,$);
#18=IFCBUILDINGSTOREY('2aaaaaaaaaaaaaaaaaaaaa',$,'S',$,$,#16,$,$,.ELEMENT.,0.);
#19=IFCRELCONTAINEDINSPATIALSTRUCTURE('3aaaaaaaaaaaaaaaaaaaaa',$,$,$,(#17),#18);
#20=IFCPROPERTYSINGLEVALUE('p',$,IFCLENGTHMEASURE(1.),$);
#21=IFCPROPERTYSET('4aaaaaaaaaaaaaaaaaaaaa',$,'P',$,(#20));
#22=IFCRELDEFINESBYPROPERTIES('5aaaaaaaaaaaaaaaaaaaaa',$,$,$,(#17),#21);
#23=IFCOPENINGELEMENT('6aaaaaaaaaaaaaaaaaaaaa',$,'o',$,$,#16,#15,$,$);
#24=IFCRELVOIDSELEMENT('7aaaaaaaaaaaaaaaaaaaaa',$,$,$,#17,#23);
#25=IFCREPRESENTATIONMAP(#8,#14);
#26=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#5,1.,$);
#27=IFCMAPPEDITEM(#25,#26);
#28=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',(#27));
#29=IFCPRODUCTDEFINITIONSHAPE($,$,(#28));
#30=IFCCHAIR('8aaaaaaaaaaaaaaaaaaaaa',$,'c',$,$,#16,#29,$);
#31=IFCRELAGGREGATES('9aaaaaaaaaaaaaaaaaaaaa',$,$,$,#1,(#18));";

/// Reads bytes to the end; gives what was said. Bytes that are no IFC file are told so.
fn survive(bytes: Vec<u8>) -> String {
    match Source::from_bytes(bytes, Path::new("bad.ifc")) {
        Ok(source) => told(&with_threads(2, || all(&source, "m")).2),
        Err(refused) => refused.to_string(),
    }
}

fn within(seconds: u64, what: &str, run: impl FnOnce()) {
    let start = Instant::now();
    run();
    assert!(start.elapsed() < Duration::from_secs(seconds), "{what} took {:?}", start.elapsed());
}

/// Bytes that look random and are the same each time (xorshift).
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect()
}

#[test]
fn a_truncated_file_is_read_as_far_as_it_goes() {
    let whole = step("IFC4", HOUSE);
    assert!(!survive(whole.clone()).contains("G0101"));
    let data = whole.windows(5).position(|w| w == b"DATA;").unwrap();
    for cut in (data + 5..whole.len() - 20).step_by(17) {
        let said = survive(whole[..cut].to_vec());
        assert!(said.contains("G0101"), "cut at {cut}: {said}");
    }
}

#[test]
fn garbage_in_every_record_is_survived() {
    let whole = String::from_utf8(step("IFC4", HOUSE)).unwrap();
    let tokens = [
        "$",
        "*",
        "#99999",
        "#17",
        "()",
        "(#17,#17)",
        "'",
        "1.E400",
        "-1",
        "((((",
        "IFCX(IFCX(1))",
        ".T.",
        "\u{0}",
        "/*",
    ];
    let lines: Vec<&str> = whole.lines().collect();
    for (at, line) in lines.iter().enumerate().filter(|(_, l)| l.starts_with('#')) {
        let Some(open) = line.find('(') else { continue };
        let count = line.matches(',').count() + 1;
        for (n, token) in tokens.iter().enumerate() {
            // one attribute replaced, another for each token
            let mut attributes: Vec<&str> = line[open + 1..line.len() - 2].split(',').collect();
            attributes[n % count] = token;
            let broken = format!("{}({});", &line[..open], attributes.join(","));
            let mut text = lines.clone();
            text[at] = &broken;
            survive(text.join("\n").into_bytes());
        }
    }
}

#[test]
fn references_to_everything_are_survived() {
    let whole = String::from_utf8(step("IFC4", HOUSE)).unwrap();
    for from in 1..=31 {
        for to in [from, 1, 14, 17, 27, 16, 4_000_000_000_u32] {
            let text: String = whole
                .lines()
                .map(|line| {
                    let is_own = line.starts_with(&format!("#{from}="));
                    let head = line.find('(').unwrap_or(0);
                    if !is_own {
                        return format!("{line}\n");
                    }
                    let mut body = line[head..].to_owned();
                    for other in (1..=31).rev() {
                        body = body.replace(&format!("#{other}"), &format!("#~{to}"));
                    }
                    format!("{}{}\n", &line[..head], body.replace("#~", "#"))
                })
                .collect();
            survive(text.into_bytes());
        }
    }
}

#[test]
fn cycles_end() {
    within(30, "cycles", || {
        survive(step(
            "IFC4",
            "#10=IFCLOCALPLACEMENT(#11,#8);
#11=IFCLOCALPLACEMENT(#10,#8);
#12=IFCREPRESENTATIONMAP(#8,#14);
#13=IFCMAPPEDITEM(#12,$);
#14=IFCSHAPEREPRESENTATION(#9,'Body','MappedRepresentation',(#13,#13,#13));
#15=IFCPRODUCTDEFINITIONSHAPE($,$,(#14));
#16=IFCWALL('a',$,$,$,$,#10,#15,$,$);
#17=IFCBOOLEANRESULT(.DIFFERENCE.,#17,#17);
#18=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#17));
#19=IFCPRODUCTDEFINITIONSHAPE($,$,(#18));
#20=IFCWALL('b',$,$,$,$,#10,#19,$,$);
#21=IFCRELVOIDSELEMENT('c',$,$,$,#16,#16);
#22=IFCRELAGGREGATES('d',$,$,$,#16,(#16,#20));
#23=IFCRELAGGREGATES('e',$,$,$,#20,(#16));
#24=IFCCLASSIFICATIONREFERENCE($,'x','x',#24,$,$);
#25=IFCRELASSOCIATESCLASSIFICATION('f',$,$,$,(#16),#24);
#26=IFCDERIVEDUNIT((#27,#27),.VOLUMETRICFLOWRATEUNIT.,$);
#27=IFCDERIVEDUNITELEMENT(#26,1);",
        ));
    });
}

#[test]
fn nests_of_properties_do_not_explode() {
    let mut data = String::from("#100=IFCWALL('a',$,$,$,$,$,$,$,$);\n");
    // each holds the next twenty times over
    for level in 0..15 {
        let next = format!("#{},", 111 + level).repeat(20);
        data += &format!("#{}=IFCCOMPLEXPROPERTY('c',$,'',({}));\n", 110 + level, next.trim_end_matches(','));
    }
    data += "#125=IFCPROPERTYSINGLEVALUE('x',$,$,$);\n#130=IFCPROPERTYSET('p',$,'P',$,(#110));\n";
    within(30, "nested properties", || {
        survive(step("IFC4", &data));
    });
}

#[test]
fn noise_is_told_or_survived() {
    within(60, "noise", || {
        let refused = survive(noise(10 << 20));
        assert!(refused.contains("neither text nor a zip archive"), "{refused}");
        let mut bytes = b"ISO-10303-21;HEADER;ENDSEC;DATA;".to_vec();
        bytes.extend(noise(2 << 20));
        assert!(survive(bytes).contains("G0101"));
        // noise of the characters that mean something
        let letters = b"#=();',$*./0123456789IFCWAL\n\\";
        let mut bytes = b"ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;".to_vec();
        bytes.extend(noise(1 << 20).iter().map(|b| letters[*b as usize % letters.len()]));
        assert!(survive(bytes).contains("G0101"));
    });
}

#[test]
fn a_million_open_brackets_do_not_take_forever() {
    for record in ["#1=IFCWALL((((((\n", "#1=IFCWALL('\n", "#1=IFCWALL(/*\n", "#1=\n"] {
        within(30, record, || {
            let mut bytes = b"ISO-10303-21;HEADER;ENDSEC;DATA;\n".to_vec();
            bytes.extend(record.as_bytes().repeat(100_000));
            assert!(survive(bytes).contains("G0101"));
        });
    }
}

#[test]
fn deep_nests_end() {
    let deep = |record: &dyn Fn(u32) -> String, last: &str| {
        let mut data: String = (1000..6000).map(record).collect();
        data += last;
        within(60, last, || {
            survive(step("IFC4", &data));
        });
    };
    deep(
        &|n| format!("#{n}=IFCLOCALPLACEMENT(#{},#8);\n", n + 1),
        "#6000=IFCLOCALPLACEMENT($,#8);\n#6001=IFCWALL('a',$,$,$,$,#1000,#6002,$,$);\n#6002=IFCPRODUCTDEFINITIONSHAPE($,$,(#6003));\n#6003=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#6004));\n#6004=IFCBLOCK(#8,1.,1.,1.);",
    );
    deep(
        &|n| format!("#{n}=IFCBOOLEANRESULT(.UNION.,#{},#6004);\n", n + 1),
        "#6000=IFCBLOCK(#8,1.,1.,1.);\n#6001=IFCWALL('a',$,$,$,$,$,#6002,$,$);\n#6002=IFCPRODUCTDEFINITIONSHAPE($,$,(#6003));\n#6003=IFCSHAPEREPRESENTATION(#9,'Body','CSG',(#1000));\n#6004=IFCBLOCK(#8,1.,1.,1.);",
    );
    deep(
        &|n| {
            format!(
                "#{n}=IFCWALL('w{n}',$,$,$,$,$,$,$,$);\n#{}=IFCRELAGGREGATES('r{n}',$,$,$,#{n},(#{}));\n",
                n + 10_000,
                n + 1
            )
        },
        "#6000=IFCWALL('last',$,$,$,$,$,$,$,$);",
    );
}
