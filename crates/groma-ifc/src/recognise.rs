//! What a file is that is not STEP, so that the message can say how to get at the model in it.

/// File formats by the bytes that they begin with.
const BEGINNINGS: [(&[u8], &str); 22] = [
    (b"%PDF", "it is a PDF document"),
    (b"\x89HDF", "it is an HDF5 file; export as STEP (.ifc)"),
    (b"\x89PNG", "it is a picture"),
    (b"\xFF\xD8\xFF", "it is a picture"),
    (b"AC10", "it is an AutoCAD drawing (.dwg); export as IFC"),
    (b"AutoCAD Binary DXF", "it is an AutoCAD drawing (.dxf); export as IFC"),
    (b"7z\xBC\xAF\x27\x1C", "it is packed with 7-Zip; unpack it first"),
    (b"Rar!", "it is packed with RAR; unpack it first"),
    (b"BZh", "it is packed with bzip2; unpack it first"),
    (b"\xFD7zXZ", "it is packed with xz; unpack it first"),
    (b"\x28\xB5\x2F\xFD", "it is packed with Zstandard; unpack it first"),
    (b"SQLite format 3", "it is an SQLite database; export as STEP (.ifc)"),
    (b"glTF", "it is a glTF model, which has no IFC in it; export as IFC"),
    (b"Kaydara FBX", "it is an FBX model, which has no IFC in it; export as IFC"),
    (b"BLENDER", "it is a Blender file; export as IFC"),
    (b"3D Geometry File Format", "it is a Rhino model (.3dm); export as IFC"),
    (b"\xFF\xFE\xFF\x0ES\0k\0e\0t\0c\0h\0U\0p", "it is a SketchUp model (.skp); export as IFC"),
    (b"ERMHDR", "it is a Primavera P6 programme (.xer), not a model"),
    (b"MPX,", "it is an MS Project programme (.mpx), not a model"),
    (b"solid ", "it is an STL model, which has no IFC in it; export as IFC"),
    (b"{\\rtf", "it is a text document"),
    (b"#!", "it is a script"),
];

/// What a text is when it is not STEP; `None` when it is.
pub(crate) fn not_step(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = &bytes[..bytes.len().min(4096)];
    let upper: Vec<u8> = head.to_ascii_uppercase();
    let has = |word: &[u8]| upper.windows(word.len()).any(|w| w == word);
    if has(b"ISO-10303-21") || (has(b"HEADER;") && has(b"FILE_SCHEMA")) {
        return None;
    }
    let trimmed = head.trim_ascii_start();
    let known = BEGINNINGS.iter().find(|(start, _)| head.starts_with(start) || trimmed.starts_with(start));
    let found = if trimmed.is_empty() {
        "it holds nothing but white space".into()
    } else if let Some((_, what)) = known {
        (*what).into()
    } else if head.starts_with(b"\xD0\xCF\x11\xE0") {
        compound(bytes).into()
    } else if trimmed.starts_with(b"<") {
        markup(&has).into()
    } else if trimmed.starts_with(b"{") || trimmed.starts_with(b"[") {
        if has(b"IFC") { "it is ifcJSON; export as STEP (.ifc)".into() } else { "it is JSON".into() }
    } else if trimmed.starts_with(b"0") && has(b"SECTION") {
        "it is an AutoCAD drawing (.dxf); export as IFC".into()
    } else if head.contains(&0) || std::str::from_utf8(&head[..head.len().saturating_sub(4)]).is_err() {
        "its bytes are neither text nor a zip archive".into()
    } else {
        let line: String =
            String::from_utf8_lossy(trimmed).chars().take_while(|c| !c.is_control()).take(40).collect();
        format!("it is text that begins with {line:?} and not with \"ISO-10303-21;\"")
    };
    Some(found)
}

/// Several programs keep their files in Microsoft's compound format; the names of their streams tell them apart.
fn compound(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(1 << 20)];
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        head.windows(wide.len()).any(|w| w == wide)
    };
    if has("RevitPreview") || has("BasicFileInfo") {
        "it is a Revit model (.rvt); export as IFC"
    } else if has("Props14") || has("Props12") || has("Props9") {
        "it is an MS Project programme (.mpp), not a model"
    } else {
        "it is a binary document (Revit, MS Project, Word or Excel); export as IFC"
    }
}

fn markup(has: &dyn Fn(&[u8]) -> bool) -> &'static str {
    if has(b"IFCXML") || has(b"BUILDINGSMART") || has(b"IAI-TECH") || has(b"<IFC") {
        "it is ifcXML; export as STEP (.ifc)"
    } else if has(b"SCHEMAS.MICROSOFT.COM/PROJECT") {
        "it is an MS Project programme (.xml), not a model"
    } else if has(b"APIBUSINESSOBJECTS") {
        "it is a Primavera P6 programme (.xml), not a model"
    } else if has(b"<HTML") || has(b"<!DOCTYPE HTML") {
        "it is a web page; the download may have failed"
    } else {
        "it is XML or HTML"
    }
}

#[cfg(test)]
mod tests {
    use super::not_step;

    fn check(bytes: &[u8], expect: &str) {
        assert_eq!(not_step(bytes).unwrap_or_default(), expect);
    }

    #[test]
    fn what_a_person_would_drop_in_is_recognised() {
        check(b"ISO-10303-21;", "");
        check(b"\xEF\xBB\xBF  /* made by hand */ iso-10303-21;", "");
        check(b"AC1032\0\0", "it is an AutoCAD drawing (.dwg); export as IFC");
        check(b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "it is an AutoCAD drawing (.dxf); export as IFC");
        check(b"{\"type\": \"ifcJSON\"}", "it is ifcJSON; export as STEP (.ifc)");
        check(b"{\"a\": 1}", "it is JSON");
        check(b"<?xml version=\"1.0\"?><ifc:ifcXML xmlns:ifc=\"x\">", "it is ifcXML; export as STEP (.ifc)");
        check(
            b"<?xml version=\"1.0\"?><Project xmlns=\"http://schemas.microsoft.com/project\">",
            "it is an MS Project programme (.xml), not a model",
        );
        check(b"<!DOCTYPE html><html>", "it is a web page; the download may have failed");
        check(b"ERMHDR\t19.12\t", "it is a Primavera P6 programme (.xer), not a model");
        check(b"Rar!\x1A\x07", "it is packed with RAR; unpack it first");
        let mut compound = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        check(&compound, "it is a binary document (Revit, MS Project, Word or Excel); export as IFC");
        compound.extend("BasicFileInfo".encode_utf16().flat_map(u16::to_le_bytes));
        check(&compound, "it is a Revit model (.rvt); export as IFC");
        check(b" \n\t", "it holds nothing but white space");
    }
}
