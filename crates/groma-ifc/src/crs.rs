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
    coded(name).or_else(|| meant(&words(name)))
}

/// The digits behind `EPSG`.
fn coded(name: &str) -> Option<u32> {
    let upper = name.to_ascii_uppercase();
    let behind = &upper[upper.find("EPSG")? + 4..];
    let digits: String = behind
        .trim_start_matches([':', ' ', '_', '/', '-', '#'])
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok().filter(|code| (1024..=999_999).contains(code))
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
    if has("gauss kruger") || has("gk") {
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
    let zone = number_behind("zone");
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
