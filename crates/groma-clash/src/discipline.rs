//! Whose trade an element is: guessed from class, system, type, names and the model's label.

use groma_model::{Element, ElementId, Model};
use std::fmt;

/// A trade. All but the first two and the last are services.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Discipline {
    /// What divides and finishes space.
    Architecture,
    /// What bears.
    Structure,
    /// Air.
    Ventilation,
    /// Heating and cooling.
    Heating,
    /// Drinking and process water.
    Water,
    /// Waste, soil and rain water.
    Sewer,
    /// Fuel gas.
    Gas,
    /// Fire mains, sprinklers.
    Fire,
    /// Electricity and light.
    Power,
    /// Data, telephone, control.
    Telecom,
    /// Services of which no more is known.
    Services,
    /// What none of this tells.
    Other,
}

impl Discipline {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Architecture,
        Self::Structure,
        Self::Ventilation,
        Self::Heating,
        Self::Water,
        Self::Sewer,
        Self::Gas,
        Self::Fire,
        Self::Power,
        Self::Telecom,
        Self::Services,
        Self::Other,
    ];

    /// The word for it in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Architecture => "architecture",
            Self::Structure => "structure",
            Self::Ventilation => "ventilation",
            Self::Heating => "heating",
            Self::Water => "water",
            Self::Sewer => "sewer",
            Self::Gas => "gas",
            Self::Fire => "fire",
            Self::Power => "power",
            Self::Telecom => "telecom",
            Self::Services => "services",
            Self::Other => "other",
        }
    }

    /// The discipline of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.as_str() == name)
    }

    /// True for what runs in pipes, ducts and cables.
    pub fn is_service(self) -> bool {
        !matches!(self, Self::Architecture | Self::Structure | Self::Other)
    }

    /// True for itself, and for any service where `whole` is `services`.
    pub fn is_in(self, whole: Self) -> bool {
        self == whole || (whole == Self::Services && self.is_service())
    }
}

impl fmt::Display for Discipline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What told the discipline of an element.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Told {
    /// The user.
    User,
    /// The class.
    Class(String),
    /// The name or kind of a system that it belongs to.
    System(String),
    /// The name of its type, or its own.
    Name(String),
    /// The model's label.
    Model,
    /// Nothing.
    Nothing,
}

impl Told {
    /// In words.
    pub fn to_words(&self) -> String {
        match self {
            Self::User => "groma.toml says so".to_owned(),
            Self::Class(class) => format!("the class {class}"),
            Self::System(system) => format!("the system {system}"),
            Self::Name(word) => format!("the word {word} in a name"),
            Self::Model => "the name of the model".to_owned(),
            Self::Nothing => "nothing tells".to_owned(),
        }
    }
}

use Discipline as D;

/// Classes of which each element is of one trade, whatever else speaks.
const CLASSES: &[(&str, Discipline)] = &[
    ("IfcBeam", D::Structure),
    ("IfcColumn", D::Structure),
    ("IfcFooting", D::Structure),
    ("IfcPile", D::Structure),
    ("IfcDeepFoundation", D::Structure),
    ("IfcReinforcingElement", D::Structure),
    ("IfcElementComponent", D::Structure),
    ("IfcTendon", D::Structure),
    ("IfcBearing", D::Structure),
    ("IfcDuctSegment", D::Ventilation),
    ("IfcDuctFitting", D::Ventilation),
    ("IfcDuctSilencer", D::Ventilation),
    ("IfcAirTerminal", D::Ventilation),
    ("IfcAirTerminalBox", D::Ventilation),
    ("IfcDamper", D::Ventilation),
    ("IfcFan", D::Ventilation),
    ("IfcUnitaryEquipment", D::Ventilation),
    ("IfcSpaceHeater", D::Heating),
    ("IfcBoiler", D::Heating),
    ("IfcChiller", D::Heating),
    ("IfcSanitaryTerminal", D::Water),
    ("IfcWasteTerminal", D::Sewer),
    ("IfcFireSuppressionTerminal", D::Fire),
    ("IfcCableCarrierSegment", D::Power),
    ("IfcCableCarrierFitting", D::Power),
    ("IfcCableSegment", D::Power),
    ("IfcCableFitting", D::Power),
    ("IfcLightFixture", D::Power),
    ("IfcLamp", D::Power),
    ("IfcOutlet", D::Power),
    ("IfcSwitchingDevice", D::Power),
    ("IfcElectricDistributionBoard", D::Power),
    ("IfcElectricAppliance", D::Power),
    ("IfcElectricalElement", D::Power),
    ("IfcJunctionBox", D::Power),
    ("IfcCommunicationsAppliance", D::Telecom),
    ("IfcDistributionControlElement", D::Telecom),
    ("IfcDoor", D::Architecture),
    ("IfcWindow", D::Architecture),
    ("IfcCurtainWall", D::Architecture),
    ("IfcCovering", D::Architecture),
    ("IfcRailing", D::Architecture),
    ("IfcFurnishingElement", D::Architecture),
    ("IfcSystemFurnitureElement", D::Architecture),
    ("IfcTransportElement", D::Architecture),
];

/// Classes that tell a trade where the model's name tells none.
const LIKELY: &[(&str, Discipline)] = &[
    ("IfcDistributionElement", D::Services),
    ("IfcWall", D::Architecture),
    ("IfcStair", D::Architecture),
    ("IfcStairFlight", D::Architecture),
    ("IfcRamp", D::Architecture),
    ("IfcRampFlight", D::Architecture),
    ("IfcRoof", D::Architecture),
    ("IfcSlab", D::Structure),
    ("IfcMember", D::Structure),
    ("IfcPlate", D::Structure),
];

/// Words in the names of systems, types and elements of services, and `PredefinedType`s of systems. The first that
/// is found tells. See [`finds`] for what a star means; compounds are German, Dutch, or of the schema.
const WORDS: &[(&str, Discipline)] = &[
    ("*sprinkler*", D::Fire),
    ("*fireprotection*", D::Fire),
    ("fire protection", D::Fire),
    ("fire main", D::Fire),
    ("*hydrant*", D::Fire),
    ("brandbe*", D::Fire),
    ("brandbl*", D::Fire),
    ("brandha*", D::Fire),
    ("brandk*", D::Fire),
    ("brandl*", D::Fire),
    ("brandm*", D::Fire),
    ("brandsch*", D::Fire),
    ("brandsl*", D::Fire),
    ("brandw*", D::Fire),
    ("*lösch*", D::Fire),
    ("gas", D::Gas),
    ("gase", D::Gas),
    ("gasl*", D::Gas),
    ("gasm*", D::Gas),
    ("gasr*", D::Gas),
    ("gasz*", D::Gas),
    ("erdgas*", D::Gas),
    ("aardgas*", D::Gas),
    ("naturalgas*", D::Gas),
    ("fuel", D::Gas),
    ("fueloil*", D::Gas),
    ("sewer*", D::Sewer),
    ("*sewage*", D::Sewer),
    ("drain*", D::Sewer),
    ("waste", D::Sewer),
    ("wastew*", D::Sewer),
    ("wastep*", D::Sewer),
    ("soil", D::Sewer),
    ("soilp*", D::Sewer),
    ("*stormwater*", D::Sewer),
    ("rain", D::Sewer),
    ("*rainwater*", D::Sewer),
    ("*abwasser*", D::Sewer),
    ("riool*", D::Sewer),
    ("*riolering*", D::Sewer),
    ("*heating*", D::Heating),
    ("*chilled*", D::Heating),
    ("*heizung*", D::Heating),
    ("*verwarming*", D::Heating),
    ("*cooling*", D::Heating),
    ("*domestic*", D::Water),
    ("watersupply*", D::Water),
    ("*water", D::Water),
    ("waterl*", D::Water),
    ("waterm*", D::Water),
    ("waterpipe*", D::Water),
    ("*wasser*", D::Water),
    ("duct", D::Ventilation),
    ("ductwork*", D::Ventilation),
    ("*ventilation*", D::Ventilation),
    ("*airconditioning*", D::Ventilation),
    ("air conditioning", D::Ventilation),
    ("exhaust*", D::Ventilation),
    ("extract", D::Ventilation),
    ("supply air", D::Ventilation),
    ("return air", D::Ventilation),
    ("*lüftung*", D::Ventilation),
    ("*luchtkanaal*", D::Ventilation),
    ("*luchtkanalen*", D::Ventilation),
    ("*telecom*", D::Telecom),
    ("communication*", D::Telecom),
    ("data", D::Telecom),
    ("datak*", D::Telecom),
    ("datal*", D::Telecom),
    ("electrical*", D::Power),
    ("*lighting*", D::Power),
    ("power", D::Power),
    ("powerc*", D::Power),
    ("powers*", D::Power),
    ("cable*", D::Power),
    ("*elektr*", D::Power),
];

/// Words in the labels of models, as in [`WORDS`].
const LABELS: &[(&str, Discipline)] = &[
    ("*struct*", D::Structure),
    ("*tragwerk*", D::Structure),
    ("*statik*", D::Structure),
    ("*staal*", D::Structure),
    ("*steel*", D::Structure),
    ("*beton*", D::Structure),
    ("*concrete*", D::Structure),
    ("*prefab*", D::Structure),
    ("*vloer*", D::Structure),
    ("arch*", D::Architecture),
    ("*bouwkund*", D::Architecture),
    ("*kozijn*", D::Architecture),
    ("interior*", D::Architecture),
    ("*mechanical*", D::Services),
    ("services*", D::Services),
    ("*installat*", D::Services),
    ("*hvac*", D::Ventilation),
    ("electric*", D::Power),
    ("*elektr*", D::Power),
    ("*sprinkler*", D::Fire),
    ("*plumbing*", D::Water),
];

/// Whole words in the labels of models.
const LABEL_WORDS: &[(&str, Discipline)] = &[
    ("a", D::Architecture),
    ("arc", D::Architecture),
    ("ark", D::Architecture),
    ("s", D::Structure),
    ("str", D::Structure),
    ("con", D::Structure),
    ("m", D::Services),
    ("mep", D::Services),
    ("tga", D::Services),
    ("e", D::Power),
    ("elec", D::Power),
    ("p", D::Water),
    ("fp", D::Fire),
];

/// The words of a text, in small letters: what is no letter parts them, and so does a capital behind a small letter.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in text.chars() {
        let parts = !c.is_alphabetic() || (was_small && c.is_uppercase());
        if parts && words.last().is_some_and(|w| !w.is_empty()) {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut().filter(|_| c.is_alphabetic()) {
            last.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    words.retain(|w| !w.is_empty());
    words
}

/// True when words hold a pattern: `gas` is the word or its plural, `drain*` what begins so, `*water` what ends so,
/// `*wasser*` what has it anywhere, and `supply air` two words behind each other.
fn finds(pattern: &str, words: &[String]) -> bool {
    if pattern.contains(' ') {
        let wanted: Vec<&str> = pattern.split(' ').collect();
        return words.windows(wanted.len()).any(|run| run.iter().zip(&wanted).all(|(w, p)| w == p));
    }
    let core = pattern.trim_matches('*');
    words.iter().any(|w| match (pattern.starts_with('*'), pattern.ends_with('*')) {
        (true, true) => w.contains(core),
        (true, false) => w.ends_with(core),
        (false, true) => w.starts_with(core),
        (false, false) => w == core || w.strip_suffix('s') == Some(core),
    })
}

fn word(text: &str, table: &[(&'static str, Discipline)]) -> Option<(&'static str, Discipline)> {
    let words = words(text);
    table
        .iter()
        .find(|(pattern, _)| finds(pattern, &words))
        .map(|(pattern, d)| (pattern.trim_matches('*'), *d))
}

fn by_class(element: &Element, table: &[(&'static str, Discipline)]) -> Option<(&'static str, Discipline)> {
    table.iter().find(|(class, _)| element.class.is_a(class)).copied()
}

/// The discipline that a model's label tells.
pub fn of_label(label: &str) -> Option<Discipline> {
    let whole = |part: &str| LABEL_WORDS.iter().find(|(w, _)| *w == part).map(|(_, d)| *d);
    let lower = label.to_lowercase();
    let of_words = lower.split(|c: char| !c.is_alphanumeric()).find_map(whole);
    word(label, LABELS).map(|(_, d)| d).or(of_words)
}

/// The disciplines of a model's elements, and what told them, by element.
///
/// Services are told apart by their system first, then by class, then by names. A class that is always of one
/// trade (a beam, a door) comes before the model's label, a wall or a slab behind it. `says` is what the user
/// says of the whole model: it holds for all elements, but services keep what is known of them more exactly.
pub fn disciplines(model: &Model, says: Option<Discipline>) -> Vec<(Discipline, Told)> {
    let mut systems: Vec<Option<(Discipline, &str)>> = vec![None; model.elements.len()];
    for system in &model.systems {
        let names = [&system.predefined_type, &system.name, &system.long_name, &system.object_type];
        let found = names.into_iter().flatten().find_map(|n| Some((word(n, WORDS)?.1, &**n)));
        if let Some(found) = found.filter(|_| !system.class.is_a("IfcZone")) {
            for member in &system.members {
                systems[member.index()].get_or_insert(found);
            }
        }
    }
    let of_model = of_label(&model.label);
    let guess = |(element, i): (&Element, u32)| {
        let system = systems[i as usize];
        let (found, told) = one(model, ElementId(i), element, system, of_model);
        match says {
            Some(said) if !found.is_in(said) => (said, Told::User),
            _ => (found, told),
        }
    };
    model.elements.iter().zip(0..).map(guess).collect()
}

fn one(
    model: &Model,
    id: ElementId,
    element: &Element,
    system: Option<(Discipline, &str)>,
    of_model: Option<Discipline>,
) -> (Discipline, Told) {
    let is_service = element.class.is_a("IfcDistributionElement");
    if is_service && let Some((discipline, name)) = system {
        return (discipline, Told::System(name.to_owned()));
    }
    if let Some((class, discipline)) = by_class(element, CLASSES) {
        return (discipline, Told::Class(class.to_owned()));
    }
    if is_service {
        let of_type = model.type_of(id).and_then(|t| t.name.as_deref());
        let names = [of_type, element.name.as_deref(), element.object_type.as_deref()];
        if let Some((w, discipline)) = names.into_iter().flatten().find_map(|n| word(n, WORDS)) {
            return (discipline, Told::Name(w.to_owned()));
        }
        return match of_model.filter(|d| d.is_service()) {
            Some(discipline) => (discipline, Told::Model),
            None => (D::Services, Told::Class("IfcDistributionElement".to_owned())),
        };
    }
    if let Some(discipline) = of_model {
        return (discipline, Told::Model);
    }
    match by_class(element, LIKELY) {
        Some((class, discipline)) => (discipline, Told::Class(class.to_owned())),
        None => (D::Other, Told::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groma_model::{Class, KeyMaker};

    fn check(label: &str, class: Class, name: &str, says: Option<Discipline>, expect: Discipline) {
        let mut model = Model::empty(label);
        let (key, _) = KeyMaker::new(label.into()).next("X");
        model.elements.push(Element { name: Some(name.into()), ..Element::new(key, 1, class) });
        assert_eq!(disciplines(&model, says)[0].0, expect, "{label} {name}");
    }

    #[test]
    fn class_name_and_label_tell_the_discipline() {
        let pipe = || Class::new("IfcPipeSegment", ["IfcFlowSegment", "IfcDistributionElement"]);
        let wall = || Class::new("IfcWall", ["IfcElement"]);
        let beam = || Class::new("IfcBeam", ["IfcElement"]);
        check("services", pipe(), "Sprinkler pipe 50", None, D::Fire);
        check("services", pipe(), "Drain 110", None, D::Sewer);
        check("m", pipe(), "P-1", None, D::Services);
        check("architecture", wall(), "W", None, D::Architecture);
        check("ROOT-staal", wall(), "W", None, D::Structure);
        check("duplex_A", wall(), "W", None, D::Architecture);
        check("architecture", beam(), "B", None, D::Structure);
        check("x", wall(), "W", None, D::Architecture);
        check("x", Class::new("IfcProxy", []), "?", None, D::Other);
        check("march", Class::new("IfcSlab", ["IfcElement"]), "S", None, D::Structure);
        check("x", pipe(), "Drain", Some(D::Services), D::Sewer);
        check("x", pipe(), "Drain", Some(D::Water), D::Water);
    }
    #[test]
    fn words_tell_and_not_what_lies_within_others() {
        let told = |name: &str| word(name, WORDS).map(|(_, d)| d);
        for name in
            ["Train hall supply", "Gasketed pipe", "Brand X", "Product 12", "Conductor", "Waterproof box"]
        {
            assert_eq!(told(name), None, "{name}");
        }
        for (name, expect) in [
            ("Gas pipe", D::Gas),
            ("DN50Gas", D::Gas),
            ("Gasleitung DN 50", D::Gas),
            ("gasleiding", D::Gas),
            ("Brandslanghaspel", D::Fire),
            ("Löschwasserleitung", D::Fire),
            ("FIREPROTECTION", D::Fire),
            ("Fire Protection Wet", D::Fire),
            ("Rain pipe", D::Sewer),
            ("RAINWATER", D::Sewer),
            ("DRAINAGE", D::Sewer),
            ("WASTEWATER", D::Sewer),
            ("Abwasserrohr", D::Sewer),
            ("DOMESTICCOLDWATER", D::Water),
            ("ColdWater 3", D::Water),
            ("Waterleiding", D::Water),
            ("Trinkwasserleitung", D::Water),
            ("Extract ducts", D::Ventilation),
            ("M_Supply Air", D::Ventilation),
            ("Lüftungskanal", D::Ventilation),
            ("CABLETRAY", D::Power),
            ("Starkstrom-Elektroverteiler", D::Power),
            ("Datakabel", D::Telecom),
        ] {
            assert_eq!(told(name), Some(expect), "{name}");
        }
    }
}
