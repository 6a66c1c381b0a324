//! Names of coordinate reference systems, and the codes that EPSG gives them.

use groma_model::Crs;
use std::sync::Arc;

/// What a model says of its map: the code where it is known, else the name as the file has it.
pub(crate) fn label(system: &Crs) -> Option<Arc<str>> {
    match system.epsg {
        Some(code) => Some(format!("EPSG:{code}").into()),
        None => system.name.clone().or_else(|| system.description.clone()),
    }
}

/// The code of a system by its name, its description, or its datum with its projection and zone.
pub(crate) fn epsg_of(system: &Crs) -> Option<u32> {
    let part = |t: &Option<Arc<str>>| t.as_deref().unwrap_or_default().to_owned();
    let spelled_out = format!(
        "{} / {} zone {}",
        part(&system.geodetic_datum),
        part(&system.map_projection),
        part(&system.map_zone)
    );
    let names = [system.name.as_deref(), system.description.as_deref(), Some(spelled_out.as_str())];
    names.into_iter().flatten().find_map(epsg)
}

/// The code that a name of a system says or means.
///
/// Codes come as `EPSG:25832`, `EPSG::25832` or `urn:ogc:def:crs:EPSG::25832`. Names are those of the families
/// that building models use: UTM, the Gauss-Krüger zones of Germany and of China, the national grids; after
/// the EPSG registry.
pub(crate) fn epsg(name: &str) -> Option<u32> {
    let bare = name.trim();
    if (4..=5).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit()) {
        return bare.parse().ok().filter(|code| CODES.contains(code));
    }
    // Behind a plus between spaces stands what heights are measured from.
    let flat = name.split(" + ").next().unwrap_or(name);
    coded(name).or_else(|| meant(&words(&in_english(flat))))
}

/// The numbers that EPSG gives to reference systems.
const CODES: std::ops::RangeInclusive<u32> = 1024..=32_767;

/// What Chinese names of systems are made of, in the words that the registry has.
fn in_english(name: &str) -> String {
    const WORDS: [(&str, &str); 14] = [
        ("2000国家大地坐标系", " CGCS 2000 "),
        ("国家2000坐标系", " CGCS 2000 "),
        ("国家大地坐标系2000", " CGCS 2000 "),
        ("西安80坐标系", " Xian 80 "),
        ("1980西安坐标系", " Xian 1980 "),
        ("北京54坐标系", " Beijing 54 "),
        ("1954北京坐标系", " Beijing 1954 "),
        ("高斯-克吕格", " Gauss Kruger "),
        ("高斯克吕格", " Gauss Kruger "),
        ("三度带", " 3 degree "),
        ("3度带", " 3 degree "),
        ("6度带", " 6 degree "),
        ("六度带", " 6 degree "),
        ("中央子午线", " CM "),
    ];
    if name.is_ascii() {
        let lower = name.to_ascii_lowercase();
        return lower.replace("china geodetic coordinate system", "CGCS");
    }
    let mut text = name.to_owned();
    for (chinese, english) in WORDS {
        text = text.replace(chinese, english);
    }
    // The number of a zone stands before its word.
    text.replace('第', " zone ").replace(['带', '度', '投', '影', '东', '经'], " ")
}

/// The code behind `EPSG`.
fn coded(name: &str) -> Option<u32> {
    let upper = name.to_ascii_uppercase();
    let behind = &upper[upper.find("EPSG")? + 4..];
    // Before the code may stand the edition of the registry, as `0` or `9.8`.
    behind
        .split(|c: char| !c.is_ascii_digit() && !":_/-# .".contains(c))
        .next()?
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .find(|code| (1024..=999_999).contains(code))
}

/// Letters and digits in lower case, a space between words and between letters and digits.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for c in name.chars() {
        let c = match c {
            'ü' | 'Ü' => 'u',
            c => c.to_ascii_lowercase(),
        };
        let kind = if c.is_ascii_digit() { Some(true) } else { c.is_alphabetic().then_some(false) };
        match kind {
            Some(_) if kind == last => words.last_mut().into_iter().for_each(|w| w.push(c)),
            Some(_) => words.push(c.into()),
            None => {}
        }
        last = kind;
    }
    words
}

fn meant(words: &[String]) -> Option<u32> {
    let text = words.join(" ");
    let text = format!(" {text} ");
    let has = |word: &str| text.contains(&format!(" {word} "));
    if has("utm") || has("mga") {
        return utm(words, &text).filter(|_| is_plain(words));
    }
    if let Some(code) = northern(words, &text) {
        return Some(code);
    }
    let chinese = has("cgcs 2000") && (has("degree") || has("zone"));
    if has("gauss kruger") || has("gk") || chinese {
        return gauss_kruger(words, &text).filter(|_| is_plain(words));
    }
    // Systems with one code for a whole country, by what cannot be mistaken in their names.
    let national: [(&[&str], u32); 16] = [
        (&["osgb"], 27_700),
        (&["british national grid"], 27_700),
        (&["amersfoort", "rd new"], 28_992),
        (&["rd new"], 28_992),
        (&["lambert 93"], 2154),
        (&["swiss", "lv 95"], 2056),
        (&["ch 1903 lv 95"], 2056),
        (&["lv 95"], 2056),
        (&["ch 1903 lv 03"], 21_781),
        (&["lv 03"], 21_781),
        (&["belge lambert 72"], 31_300),
        (&["belgian lambert 72"], 31_370),
        (&["belgian lambert 2008"], 3812),
        (&["irenet 95", "irish transverse mercator"], 2157),
        (&["web mercator"], 3857),
        (&["pseudo mercator"], 3857),
    ];
    let variant = has("bern") || has("c") || has("lv 03 c");
    national.iter().find(|(needed, _)| !variant && needed.iter().all(|word| has(word))).map(|(_, code)| *code)
}

/// Sweden, Finland and Austria; after the EPSG registry.
fn northern(words: &[String], text: &str) -> Option<u32> {
    let has = |word: &str| text.contains(&format!(" {word} "));
    let number_behind = |word: &str| {
        let at = words.iter().position(|w| w == word)?;
        words.get(at + 1)?.parse::<u32>().ok()
    };
    if has("sweref 99") {
        const ZONES: [&str; 12] = [
            "12 00", "13 30", "15 00", "16 30", "18 00", "14 15", "15 45", "17 15", "18 45", "20 15",
            "21 45", "23 15",
        ];
        let zone = ZONES.iter().zip(3007..).find(|(zone, _)| has(&format!("99 {zone}")));
        return if has("tm") { Some(3006) } else { zone.map(|(_, code)| code) };
    }
    if has("rt 90") {
        let gons = [
            ("7 5 gon v", 3019),
            ("5 gon v", 3020),
            ("2 5 gon v", 3021),
            ("0 gon", 3022),
            ("2 5 gon o", 3023),
            ("5 gon o", 3024),
        ];
        let found = |of: &str| text.contains(&format!(" 90 {of} "));
        return gons.iter().find(|(gon, _)| found(gon)).map(|(_, code)| *code);
    }
    if has("fin") {
        let gk = number_behind("gk").and_then(|n| zone_in(n, 19..=31, 3854));
        return gk.or_else(|| has("tm 35").then_some(3067));
    }
    if has("mgi") && has("austria") {
        let parts = [
            ("gk west", 31_254),
            ("gk central", 31_255),
            ("gk east", 31_256),
            ("gk m 28", 31_257),
            ("gk m 31", 31_258),
            ("gk m 34", 31_259),
            ("lambert", 31_287),
        ];
        return parts.iter().find(|(part, _)| has(part)).map(|(_, code)| *code);
    }
    None
}

/// True when every word of a name is one of those that the families below are named with. Others make it
/// another system: `NAD83(CSRS)`, `UTM zone 32N (zE-N)`, whose eastings begin with the zone. The order of the
/// axes does not, since conversions name eastings and northings.
fn is_plain(words: &[String]) -> bool {
    const WORDS: [&str; 34] = [
        "etrs",
        "wgs",
        "ed",
        "nad",
        "gda",
        "sirgas",
        "cgcs",
        "xian",
        "beijing",
        "dhdn",
        "utm",
        "mga",
        "zone",
        "n",
        "north",
        "s",
        "south",
        "sud",
        "e",
        "degree",
        "degrees",
        "gauss",
        "kruger",
        "gk",
        "cm",
        "meridian",
        "central",
        "m",
        "a",
        "of",
        "the",
        "projected",
        "crs",
        "system",
    ];
    const DATUMS: [&str; 12] =
        ["89", "84", "50", "83", "27", "94", "2020", "2000", "80", "54", "1980", "1954"];
    let (mut years, mut others) = (0, 0);
    for (word, next) in words.iter().zip(words.iter().skip(1).map(Some).chain([None])) {
        let is_number = word.bytes().all(|b| b.is_ascii_digit());
        let of_zone_width = next.is_some_and(|next| next.starts_with("degree"));
        match () {
            () if !is_number && WORDS.contains(&word.as_str()) => {}
            () if !is_number => return false,
            () if of_zone_width => {}
            () if years == 0 && DATUMS.contains(&word.as_str()) => years += 1,
            () => others += 1,
        }
    }
    others <= 1
}

/// Zone of UTM and its hemisphere: `32N`, `32 north`, `zone 32`.
fn utm(words: &[String], text: &str) -> Option<u32> {
    let at = words.iter().position(|w| matches!(w.as_str(), "utm" | "mga"))?;
    // The zone is the number behind `utm`, if need be behind `zone`.
    let (zone_at, zone) =
        words.iter().enumerate().skip(at + 1).find_map(|(k, w)| Some((k, w.parse::<u32>().ok()?)))?;
    let south = matches!(words.get(zone_at + 1).map(String::as_str), Some("s" | "south" | "sud"));
    let has = |word: &str| text.contains(&format!(" {word} "));
    if !(1..=60).contains(&zone) {
        return None;
    }
    Some(match () {
        () if has("etrs 89") && (28..=38).contains(&zone) && !south => 25_800 + zone,
        () if has("wgs 84") && south => 32_700 + zone,
        () if has("wgs 84") => 32_600 + zone,
        () if has("ed 50") && (28..=38).contains(&zone) && !south => 23_000 + zone,
        () if has("nad 83") && zone <= 23 && !south => 26_900 + zone,
        () if has("nad 27") && zone <= 22 && !south => 26_700 + zone,
        () if has("gda 94") => zone_in(zone, 48..=58, 28_300)?,
        () if has("gda 2020") => zone_in(zone, 46..=59, 7800)?,
        () if has("sirgas 2000") && south => zone_in(zone, 17..=25, 31_960)?,
        () => return None,
    })
}

fn zone_in(zone: u32, zones: std::ops::RangeInclusive<u32>, base: u32) -> Option<u32> {
    zones.contains(&zone).then_some(base + zone)
}

/// Gauss-Krüger: Germany (3 degrees, zones 2 to 5), China (3 and 6 degrees, by zone or central meridian).
fn gauss_kruger(words: &[String], text: &str) -> Option<u32> {
    let has = |word: &str| text.contains(&format!(" {word} "));
    let number_behind = |word: &str| {
        let at = words.iter().position(|w| w == word)?;
        words.get(at + 1)?.parse::<u32>().ok()
    };
    let three = has("3 degree") || has("3 degrees");
    let zone = number_behind("zone").or_else(|| number_behind("gk"));
    let meridian = number_behind("cm").or_else(|| number_behind("meridian"));
    if has("dhdn") {
        return zone_in(zone.or_else(|| number_behind("gk"))?, 2..=5, 31_464);
    }
    // The first code by zone and by meridian, of 3 and of 6 degrees, after the EPSG registry.
    let [zone_3, meridian_3, zone_6, meridian_6] = if has("cgcs 2000") {
        [4513, 4534, 4491, 4502]
    } else if has("xian 1980") || has("xian 80") {
        [2349, 2370, 2327, 2338]
    } else if has("beijing 1954") || has("beijing 54") {
        [2401, 2422, 21_413, 21_453]
    } else {
        return None;
    };
    match (three, zone, meridian) {
        (true, Some(zone @ 25..=45), _) => Some(zone_3 + zone - 25),
        (true, None, Some(m @ 75..=135)) if m % 3 == 0 => Some(meridian_3 + (m - 75) / 3),
        (false, Some(zone @ 13..=23), _) => Some(zone_6 + zone - 13),
        (false, None, Some(m @ 75..=135)) if m % 6 == 3 => Some(meridian_6 + (m - 75) / 6),
        // A zone of more than 24 can only be one of three degrees.
        (false, Some(zone @ 25..=45), _) => Some(zone_3 + zone - 25),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::epsg;

    #[test]
    fn names_mean_codes() {
        for (name, code) in [
            ("EPSG:25832", Some(25_832)),
            ("epsg::4527", Some(4527)),
            ("urn:ogc:def:crs:EPSG::28992", Some(28_992)),
            ("EPSG 2056", Some(2056)),
            ("ETRS89 / UTM zone 32N", Some(25_832)),
            ("ETRS89 UTM 33", Some(25_833)),
            ("WGS 84 / UTM zone 60S", Some(32_760)),
            ("WGS84 UTM Zone 18 N", Some(32_618)),
            ("NAD83 / UTM zone 10N", Some(26_910)),
            ("CGCS2000 / 3-degree Gauss-Kruger zone 39", Some(4527)),
            ("CGCS2000 / 3-degree Gauss-Kruger CM 117E", Some(4548)),
            ("CGCS2000 / Gauss-Kruger zone 20", Some(4498)),
            ("CGCS2000 / Gauss-Kruger CM 117E", Some(4509)),
            ("CGCS2000_3_Degree_GK_Zone_39", Some(4527)),
            ("Xian 1980 / 3-degree Gauss-Kruger zone 38", Some(2362)),
            ("Beijing 1954 / 3-degree Gauss-Kruger CM 114E", Some(2435)),
            ("DHDN / 3-degree Gauss-Kruger zone 4", Some(31_468)),
            ("DHDN / 3-degree Gauss-Krüger zone 3", Some(31_467)),
            ("Amersfoort / RD New", Some(28_992)),
            ("OSGB36 / British National Grid", Some(27_700)),
            ("OSGB 1936 / British National Grid", Some(27_700)),
            ("RGF93 v1 / Lambert-93", Some(2154)),
            ("CH1903+ / LV95", Some(2056)),
            ("GDA94 / MGA zone 56", Some(28_356)),
            ("http://www.opengis.net/def/crs/EPSG/0/25832", Some(25_832)),
            ("urn:ogc:def:crs:EPSG:9.8:25832", Some(25_832)),
            ("EPSG:25832+7837", Some(25_832)),
            ("WGS 84 / UTM zone 32N (EPSG:32632)", Some(32_632)),
            ("4527", Some(4527)),
            ("2026", Some(2026)),
            ("12", None),
            ("CGCS2000 GK 39", Some(4527)),
            ("CGCS2000 3-degree zone 39", Some(4527)),
            ("CGCS2000 3 Degree GK CM 117E", Some(4548)),
            ("CGCS_2000_3_Degree_GK_Zone_40", Some(4528)),
            ("China Geodetic Coordinate System 2000 / 3-degree Gauss-Kruger zone 39", Some(4527)),
            ("2000国家大地坐标系 / 高斯-克吕格 3度带 第39带", Some(4527)),
            ("2000国家大地坐标系 高斯克吕格 三度带 中央子午线117", Some(4548)),
            ("2000国家大地坐标系", None),
            ("CGCS2000", None),
            ("GK 117", None),
            ("ETRS89/UTM 32N + DHHN2016", Some(25_832)),
            ("ETRS89 / UTM zone 32N + DHHN2016 height", Some(25_832)),
            ("SWEREF99 TM", Some(3006)),
            ("SWEREF99 18 00", Some(3011)),
            ("EUREF-FIN / GK25FIN", Some(3879)),
            ("ETRS89 / TM35FIN(E,N)", Some(3067)),
            ("RT90 2.5 gon V", Some(3021)),
            ("RT90 5 gon V", Some(3020)),
            ("MGI / Austria GK East", Some(31_256)),
            ("Site grid", None),
            ("UTM zone 32N", None),
            ("NAD83(CSRS) / UTM zone 10N", None),
            ("NAD83(2011) / UTM zone 3N", None),
            ("ETRS89 / UTM zone 32N (zE-N)", None),
            ("ETRS89 / UTM zone 32N (N-E)", Some(25_832)),
            ("CH1903 / LV03C-G", None),
            ("EPSG:", None),
            ("", None),
        ] {
            assert_eq!(epsg(name), code, "{name}");
        }
    }
}
