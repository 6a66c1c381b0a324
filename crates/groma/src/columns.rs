//! The columns of a query, and the values in them.

use glam::DVec3;
use groma_exchange::query_report::Cell;
use groma_geometry::{Mesh, Shapes};
use groma_model::{Element, ElementId, Phase, ShapeStatus, Value};
use groma_query::{Index, Item, Path, SelectorErrorKind, near};
use std::collections::BTreeSet;
use std::fmt;
use thiserror::Error;

/// A column of a query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    Model,
    GlobalId,
    Layer,
    Phase,
    /// What the keys of a selector's `query:` lead to: attributes, properties, relations.
    Keys(Path),
    Shape(ShapeColumn),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ShapeColumn {
    Status,
    Reason,
    Box,
    Volume,
    Area,
    Triangles,
    Closed,
    Colour,
    Transparency,
}

/// The columns that are no attributes and no properties.
const WORDS: [&str; 45] = [
    "model",
    "class",
    "type",
    "storey",
    "space",
    "building",
    "site",
    "container",
    "parent",
    "material",
    "materials",
    "classification",
    "layer",
    "group",
    "system",
    "zone",
    "phase",
    "predefined_type",
    "id",
    "types",
    "occurrences",
    "ports",
    "connected",
    "predecessors",
    "successors",
    "styles",
    "profiles",
    "x",
    "y",
    "z",
    "easting",
    "northing",
    "elevation",
    "rotation_x",
    "rotation_y",
    "rotation_z",
    "status",
    "reason",
    "box",
    "volume",
    "area",
    "triangles",
    "closed",
    "colour",
    "transparency",
];
/// Attributes that any element may have, so that asking for them is no mistake.
const ATTRIBUTES: [&str; 7] =
    ["GlobalId", "Name", "Description", "ObjectType", "Tag", "PredefinedType", "LongName"];

/// A column that does not exist.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ColumnError {
    /// Neither one of the words, nor an attribute, nor a property.
    #[error("there is no column `{column}`{}\n  hint: columns are {}, attributes such as Name, and properties such as Pset_WallCommon.FireRating", Meant(.near), WORDS.join(", "))]
    Unknown {
        /// What was written.
        column: String,
        /// Names that are near to it.
        near: Vec<String>,
    },
    /// Keys that cannot be read.
    #[error("`{column}` is no column: {kind}")]
    Keys {
        /// What was written.
        column: String,
        /// What is wrong with it.
        kind: SelectorErrorKind,
    },
    /// An attribute or property that nothing in the models has.
    #[error("nothing in the models has {what} `{column}`{}", Meant(.near))]
    Absent {
        /// `an attribute`, `a property set` or `a property`.
        what: &'static str,
        /// What was written.
        column: String,
        /// Names that are near to it.
        near: Vec<String>,
    },
    /// A column to sort or group by that is not among the columns.
    #[error("`{column}` is not among the columns: {}", .columns.join(", "))]
    NotShown {
        /// What was written.
        column: String,
        /// The columns.
        columns: Vec<String>,
    },
}

struct Meant<'a>(&'a [String]);

impl fmt::Display for Meant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => Ok(()),
            near => write!(f, "; did you mean {}?", near.join(" or ")),
        }
    }
}

fn owned(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

impl Column {
    /// The columns where none are asked for.
    pub const DEFAULT: &str = "model,GlobalId,class,Name,type,storey";

    /// Reads one column: a word such as `storey` or `volume`, an attribute, a property with its set, or keys
    /// as behind the `query:` of a selector.
    ///
    /// # Errors
    ///
    /// A column that does not exist.
    pub fn parse(text: &str) -> Result<Self, ColumnError> {
        let text = text.trim();
        let any_case = |known: &[&'static str]| known.iter().find(|w| w.eq_ignore_ascii_case(text)).copied();
        let name = any_case(&ATTRIBUTES).or_else(|| any_case(&WORDS)).unwrap_or(text);
        let kind = match name {
            "model" => Kind::Model,
            "GlobalId" => Kind::GlobalId,
            "layer" => Kind::Layer,
            "phase" => Kind::Phase,
            "status" => Kind::Shape(ShapeColumn::Status),
            "reason" => Kind::Shape(ShapeColumn::Reason),
            "box" => Kind::Shape(ShapeColumn::Box),
            "volume" => Kind::Shape(ShapeColumn::Volume),
            "area" => Kind::Shape(ShapeColumn::Area),
            "triangles" => Kind::Shape(ShapeColumn::Triangles),
            "closed" => Kind::Shape(ShapeColumn::Closed),
            "colour" => Kind::Shape(ShapeColumn::Colour),
            "transparency" => Kind::Shape(ShapeColumn::Transparency),
            _ => {
                let path =
                    Path::parse(name).map_err(|kind| ColumnError::Keys { column: text.to_owned(), kind })?;
                let word = path.first().filter(|_| path.keys() == 1);
                if word.is_some_and(|w| !WORDS.contains(&w) && !w.starts_with(char::is_uppercase)) {
                    // One letter is near to every word.
                    let words = WORDS.into_iter().filter(|word| word.len() > 1);
                    let near = owned(near(name, words.chain(ATTRIBUTES)));
                    return Err(ColumnError::Unknown { column: text.to_owned(), near });
                }
                Kind::Keys(path)
            }
        };
        Ok(Self { name: name.to_owned(), kind })
    }

    /// Reads several, with commas between them; a comma in quotes or slashes belongs to a name. One that
    /// is named twice is there once.
    ///
    /// # Errors
    ///
    /// The first column that does not exist.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, ColumnError> {
        let mut columns: Vec<Self> = Vec::new();
        let mut inside = None;
        let parts = text.split(|c| {
            match inside {
                None if matches!(c, '"' | '/') => inside = Some(c),
                Some(open) if c == open => inside = None,
                _ => {}
            }
            inside.is_none() && c == ','
        });
        for part in parts.filter(|part| !part.trim().is_empty()) {
            let column = Self::parse(part)?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        if columns.is_empty() {
            return Err(ColumnError::Unknown { column: text.to_owned(), near: Vec::new() });
        }
        Ok(columns)
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// True for a column that is measured on meshes.
    pub fn needs_shapes(&self) -> bool {
        matches!(self.kind, Kind::Shape(_))
    }

    /// Checks that an attribute or property is there in at least one of the models.
    ///
    /// # Errors
    ///
    /// One that nothing has, with those that are near.
    pub fn check(&self, models: &[Index<'_>]) -> Result<(), ColumnError> {
        let Kind::Keys(path) = &self.kind else { return Ok(()) };
        let Some(first) = path.first() else { return Ok(()) };
        if WORDS.contains(&first) || ATTRIBUTES.contains(&first) {
            return Ok(());
        }
        let items = || models.iter().flat_map(|index| index.items().iter().map(move |item| (index, *item)));
        if items().any(|(index, item)| path.value(index, item).is_some()) {
            return Ok(());
        }
        let absent = |what, near| Err(ColumnError::Absent { what, column: self.name.clone(), near });
        if path.keys() == 1 {
            let own = |e: &Element| e.attributes.iter().map(|(n, _)| n.to_string()).collect::<Vec<_>>();
            let elements = models.iter().flat_map(|index| &index.model().elements);
            let mut known: BTreeSet<String> = elements.flat_map(own).collect();
            known.extend(ATTRIBUTES.map(str::to_owned));
            return absent("an attribute", owned(near(&self.name, known.iter().map(String::as_str))));
        }
        let sets = || models.iter().flat_map(|index| &index.model().property_sets);
        if sets().any(|set| *set.name == *first) {
            let properties = sets().filter(|set| *set.name == *first).flat_map(|set| &*set.properties);
            let known: BTreeSet<String> = properties.map(|p| format!("{first}.{}", p.name)).collect();
            return absent("a property", owned(near(&self.name, known.iter().map(String::as_str))));
        }
        let known: BTreeSet<&str> = sets().map(|set| &*set.name).collect();
        absent("a property set", owned(near(first, known)))
    }

    /// The value for an item, and the unit of its number. Shapes are those of the model, if it has them.
    pub(crate) fn cell(
        &self,
        index: &Index<'_>,
        item: Item,
        shapes: Option<&Shapes>,
        measured: Option<&Measured>,
    ) -> (Cell, Option<&'static str>) {
        let model = index.model();
        let element = match item {
            Item::Element(id) => Some(id),
            _ => None,
        };
        let text = |t: &str| Cell::Text(t.to_owned());
        let cell = match &self.kind {
            Kind::Model => text(&model.label),
            Kind::GlobalId => text(item.global_id(model)),
            Kind::Layer => element.and_then(|id| model.element(id).layer.as_deref()).map_or(Cell::Null, text),
            Kind::Phase => element.and_then(|id| model.phase(id)).map_or(Cell::Null, |phase| {
                text(match &phase {
                    Phase::New => "new",
                    Phase::Existing => "existing",
                    Phase::Demolish => "demolish",
                    Phase::Temporary => "temporary",
                    Phase::Other(word) => word,
                })
            }),
            Kind::Keys(path) => {
                let value = path.value(index, item);
                let unit = value.as_ref().and_then(unit);
                return (value.map_or(Cell::Null, cell), unit);
            }
            Kind::Shape(ShapeColumn::Status) => {
                let status = element.zip(shapes).and_then(|(id, shapes)| shapes.status.get(id.index()));
                status.map_or(Cell::Null, |status| {
                    text(match status {
                        ShapeStatus::Meshed => "meshed",
                        ShapeStatus::NoShape(_) => "no_shape",
                        ShapeStatus::Failed(_) => "failed",
                    })
                })
            }
            Kind::Shape(ShapeColumn::Reason) => {
                let status = element.zip(shapes).and_then(|(id, shapes)| shapes.status.get(id.index()));
                status.map_or(Cell::Null, |status| match status {
                    ShapeStatus::Meshed => Cell::Null,
                    ShapeStatus::NoShape(why) => text(why.as_str()),
                    ShapeStatus::Failed(code) => text(code.id()),
                })
            }
            Kind::Shape(column) => {
                return measured.map_or((Cell::Null, column.unit()), |m| (m.cell(*column), column.unit()));
            }
        };
        (cell, None)
    }

    /// The unit that the numbers of the column have in any case.
    pub(crate) fn unit(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Shape(column) => column.unit(),
            _ => None,
        }
    }
}

impl ShapeColumn {
    fn unit(self) -> Option<&'static str> {
        match self {
            Self::Box => Some("m"),
            Self::Volume => Some("m³"),
            Self::Area => Some("m²"),
            Self::Status
            | Self::Reason
            | Self::Triangles
            | Self::Closed
            | Self::Colour
            | Self::Transparency => None,
        }
    }
}

fn cell(value: Value) -> Cell {
    match value {
        Value::Text(text) => Cell::Text(text.to_string()),
        Value::Real { value, .. } => Cell::Number(tidy(value)),
        Value::Integer(n) => Cell::Integer(n),
        Value::Logical(Some(b)) => Cell::Logical(b),
        Value::Logical(None) => Cell::Text("UNKNOWN".to_owned()),
        Value::List(items) => match <[Value; 1]>::try_from(items) {
            Ok([one]) => cell(one),
            Err(items) => Cell::List(items.into_iter().map(cell).collect()),
        },
        Value::Bounded { lower, upper, set_point } => Cell::List(
            [lower, upper, set_point].into_iter().map(|v| v.map_or(Cell::Null, |v| cell(*v))).collect(),
        ),
        Value::Table(table) => Cell::List(table.defined.into_iter().map(cell).collect()),
        Value::Reference(to) => Cell::Text(to.name.unwrap_or(to.class).to_string()),
    }
}

/// Twelve digits: what was converted to metres is not exact beyond them.
fn tidy(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { format!("{x:.11e}").parse().unwrap_or(x) }
}

/// The SI unit of a measure that is converted.
fn unit(value: &Value) -> Option<&'static str> {
    let Value::Real { measure: Some(measure), .. } = value else { return None };
    match &**measure {
        "IfcLengthMeasure" | "IfcPositiveLengthMeasure" | "IfcNonNegativeLengthMeasure" => Some("m"),
        "IfcAreaMeasure" => Some("m²"),
        "IfcVolumeMeasure" => Some("m³"),
        "IfcPlaneAngleMeasure" | "IfcPositivePlaneAngleMeasure" => Some("rad"),
        _ => None,
    }
}

/// The shape of one element, all its meshes together.
pub(crate) struct Measured {
    min: DVec3,
    max: DVec3,
    volume: f64,
    area: f64,
    triangles: usize,
    closed: bool,
    /// Of the largest part.
    colour: [f32; 4],
}

impl Measured {
    /// Measures an element; `None` where it has no mesh.
    pub(crate) fn of(shapes: &Shapes, element: ElementId) -> Option<Self> {
        // About a point of its own, so that no digits are lost far from the origin.
        let mut origin = None;
        let mut whole = Mesh::default();
        let mut colour = (0, [0.0; 4]);
        for instance in shapes.of(element) {
            let mesh = &shapes.meshes[instance.mesh as usize];
            if mesh.triangles.len() > colour.0 {
                colour = (mesh.triangles.len(), instance.colour);
            }
            let first = whole.positions.len() as u32;
            let mirrored = instance.placement.matrix3.determinant() < 0.0;
            whole.positions.extend(mesh.positions.iter().map(|p| {
                let point = instance.placement.transform_point3(*p);
                point - *origin.get_or_insert(point)
            }));
            whole.triangles.extend(mesh.triangles.iter().map(|t| {
                let [a, b, c] = t.map(|i| i + first);
                if mirrored { [a, c, b] } else { [a, b, c] }
            }));
        }
        let origin = origin.filter(|_| !whole.triangles.is_empty())?;
        let (mut min, mut max) = (DVec3::INFINITY, DVec3::NEG_INFINITY);
        for t in &whole.triangles {
            for point in t.map(|i| whole.positions[i as usize]) {
                (min, max) = (min.min(point), max.max(point));
            }
        }
        Some(Self {
            min: origin + min,
            max: origin + max,
            volume: whole.volume().abs(),
            area: whole.area(),
            triangles: whole.triangles.len(),
            closed: whole.is_closed(),
            colour: colour.1,
        })
    }

    fn cell(&self, column: ShapeColumn) -> Cell {
        let rounded = |x: f64, by: f64| (x * by).round() / by + 0.0;
        match column {
            ShapeColumn::Box => {
                Cell::Box([self.min, self.max].map(|p| p.to_array().map(|x| rounded(x, 1e6))))
            }
            ShapeColumn::Volume if self.closed => Cell::Number(rounded(self.volume, 1e9)),
            // What is open has no volume.
            ShapeColumn::Volume | ShapeColumn::Status | ShapeColumn::Reason => Cell::Null,
            ShapeColumn::Area => Cell::Number(rounded(self.area, 1e9)),
            ShapeColumn::Triangles => Cell::Integer(self.triangles as i64),
            ShapeColumn::Closed => Cell::Logical(self.closed),
            ShapeColumn::Colour => Cell::Text(hex(self.colour)),
            ShapeColumn::Transparency => Cell::Number(rounded(1.0 - f64::from(self.colour[3]), 1e3)),
        }
    }
}

/// A linear colour as `#rrggbb`, as screens have it.
fn hex([r, g, b, _]: [f32; 4]) -> String {
    let encode = |c: f32| {
        let c = if c <= 0.003_130_8 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
        (c * 255.0).round() as u8
    };
    let [r, g, b] = [r, g, b].map(encode);
    format!("#{r:02x}{g:02x}{b:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let columns = Column::parse_list(text).unwrap();
        assert_eq!(columns.iter().map(Column::name).collect::<Vec<_>>(), expect, "{text}");
    }

    #[test]
    fn columns_are_words_attributes_and_properties() {
        check(Column::DEFAULT, &["model", "GlobalId", "class", "Name", "type", "storey"]);
        check("globalid, NAME,Status,status", &["GlobalId", "Name", "status"]);
        check("\"My, set\".\"a b\", /Q.{1,2}/.Width", &["\"My, set\".\"a b\"", "/Q.{1,2}/.Width"]);
    }

    #[test]
    fn colours_are_those_of_a_screen() {
        assert_eq!(hex([0.0, 1.0, 0.215_860_5, 0.5]), "#00ff80");
    }

    #[test]
    fn mistakes_are_met_with_what_is_near() {
        let error = |text| Column::parse_list(text).unwrap_err().to_string();
        insta::assert_snapshot!(error("Name,storye").lines().next().unwrap(), @"there is no column `storye`; did you mean storey?");
        insta::assert_snapshot!(error(" , ").lines().next().unwrap(), @"there is no column ` , `");
        insta::assert_snapshot!(error("Name.").lines().next().unwrap(), @"`Name.` is no column: expected keys with points between them, such as storey.Name, found the end");
    }

    #[test]
    fn an_element_is_measured_with_all_its_meshes() {
        use glam::{DAffine3, DMat3};
        use groma_geometry::Instance;
        let half = |cut: std::ops::Range<usize>| {
            let cube = Mesh::cuboid(DVec3::ZERO, DVec3::new(1.0, 2.0, 3.0));
            std::sync::Arc::new(Mesh { triangles: cube.triangles[cut].to_vec(), positions: cube.positions })
        };
        let far = DVec3::new(5.0e6, -3.0e5, 100.0);
        let mirror = DAffine3 { matrix3: DMat3::from_diagonal(DVec3::new(-1.0, 1.0, 1.0)), translation: far };
        let instance = |mesh| Instance { element: ElementId(0), mesh, placement: mirror, colour: [1.0; 4] };
        let mut shapes = Shapes {
            meshes: vec![half(0..5), half(5..12)],
            instances: vec![instance(0), instance(1)],
            status: vec![ShapeStatus::Meshed],
        };
        let m = Measured::of(&shapes, ElementId(0)).unwrap();
        assert!(m.closed, "two halves close each other");
        assert!((m.volume - 6.0).abs() < 1e-9 && (m.area - 22.0).abs() < 1e-9);
        assert_eq!((m.min, m.max), (far + DVec3::new(-1.0, 0.0, 0.0), far + DVec3::new(0.0, 2.0, 3.0)));
        shapes.instances.pop();
        let open = Measured::of(&shapes, ElementId(0)).unwrap();
        assert_eq!((open.triangles, open.cell(ShapeColumn::Volume)), (5, Cell::Null));
        assert!(Measured::of(&Shapes::default(), ElementId(0)).is_none());
    }
}
