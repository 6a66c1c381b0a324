//! What a selector can select: the rooted objects of a model.

use groma_model::process::ProcessObject;
use groma_model::{Class, ElementId, Model, Value};
use std::sync::Arc;

/// One member of a model that has a GlobalId. Ordered as the lists of the model are, each in file order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Item {
    /// An `IfcProduct`.
    Element(ElementId),
    /// An `IfcTypeObject`, an index into [`Model::types`].
    Type(u32),
    /// An `IfcGroup`, an index into [`Model::systems`].
    Group(u32),
    /// An `IfcProcess`, an index into the tasks of [`Model::processes`].
    Task(u32),
    /// An `IfcWorkPlan` or `IfcWorkSchedule`, an index into the work controls of [`Model::processes`].
    WorkControl(u32),
    /// An `IfcWorkCalendar`, an index into the calendars of [`Model::processes`].
    Calendar(u32),
    /// An `IfcResource`, an index into the resources of [`Model::processes`].
    Resource(u32),
    /// The `IfcProject`.
    Project,
}

impl Item {
    /// The GlobalId; that of an element has an ordinal behind it (`~2`) where it is a repetition.
    ///
    /// # Panics
    ///
    /// Like all functions of an item: with a model that it is not from.
    pub fn global_id(self, model: &Model) -> &str {
        match self {
            Self::Element(id) => &model.element(id).key.global_id,
            Self::Type(i) => &model.types[i as usize].global_id,
            Self::Group(i) => &model.systems[i as usize].global_id,
            Self::Project => model.spatial.project_id.as_deref().unwrap_or_default(),
            _ => self.process(model).map_or("", |o| &o.global_id),
        }
    }

    /// The class; `None` for the project, which is an `IfcProject`.
    pub fn class(self, model: &Model) -> Option<&Class> {
        match self {
            Self::Element(id) => Some(&model.element(id).class),
            Self::Type(i) => Some(&model.types[i as usize].class),
            Self::Group(i) => Some(&model.systems[i as usize].class),
            Self::Project => None,
            _ => self.process(model).map(|o| &o.class),
        }
    }

    /// The name of the class in the standard's spelling.
    pub fn class_name(self, model: &Model) -> &str {
        self.class(model).map_or("IfcProject", Class::name)
    }

    /// True for the class itself and each of its ancestors.
    pub fn is_a(self, model: &Model, class: &str) -> bool {
        match self.class(model) {
            Some(own) => own.is_a(class),
            None => ["IfcProject", "IfcContext", "IfcObject", "IfcObjectDefinition", "IfcRoot"]
                .iter()
                .any(|c| c.eq_ignore_ascii_case(class)),
        }
    }

    /// `Name`.
    pub fn name(self, model: &Model) -> Option<&Arc<str>> {
        match self {
            Self::Element(id) => model.element(id).name.as_ref(),
            Self::Type(i) => model.types[i as usize].name.as_ref(),
            Self::Group(i) => model.systems[i as usize].name.as_ref(),
            Self::Project => model.spatial.project.as_ref(),
            _ => self.process(model)?.name.as_ref(),
        }
    }

    /// The instance name (`#123`) in its file, where the model keeps it.
    pub fn express_id(self, model: &Model) -> Option<u32> {
        match self {
            Self::Element(id) => Some(model.element(id).express_id),
            Self::Type(i) => Some(model.types[i as usize].express_id),
            Self::Group(_) | Self::Project => None,
            _ => self.process(model).map(|o| o.express_id),
        }
    }

    /// The type object: of an occurrence its type, of a type itself.
    pub fn type_object(self, model: &Model) -> Option<u32> {
        match self {
            Self::Element(id) => model.element(id).type_object,
            Self::Type(i) => Some(i),
            Self::Group(_) | Self::Project => None,
            _ => self.process(model)?.type_object,
        }
    }

    /// Its own property sets, indices into [`Model::property_sets`]; those of its type are not among them.
    pub fn own_property_sets(self, model: &Model) -> &[u32] {
        match self {
            Self::Element(id) => &model.element(id).property_sets,
            Self::Type(i) => &model.types[i as usize].property_sets,
            Self::Group(i) => &model.systems[i as usize].property_sets,
            Self::Project => &model.project_property_sets,
            _ => self.process(model).map_or(&[], |o| &o.property_sets),
        }
    }

    /// Property sets of its type, which stand behind its own.
    pub fn type_property_sets(self, model: &Model) -> &[u32] {
        match self {
            Self::Type(_) => &[],
            _ => self.type_object(model).map_or(&[], |t| &model.types[t as usize].property_sets),
        }
    }

    /// Materials, indices into [`Model::materials`].
    pub fn materials(self, model: &Model) -> &[u32] {
        match self {
            Self::Element(id) => &model.element(id).materials,
            Self::Type(i) => &model.types[i as usize].materials,
            _ => &[],
        }
    }

    /// Classification references, indices into [`Model::classifications`].
    pub fn classifications(self, model: &Model) -> &[u32] {
        match self {
            Self::Element(id) => &model.element(id).classifications,
            Self::Type(i) => &model.types[i as usize].classifications,
            Self::Group(i) => &model.systems[i as usize].classifications,
            Self::Project => &[],
            _ => self.process(model).map_or(&[], |o| &o.classifications),
        }
    }

    /// An attribute by its EXPRESS name. `PredefinedType` is that of the type where it says something, and
    /// the user's word where it is `USERDEFINED`. Only values are attributes here, not references to
    /// other instances.
    pub fn attribute(self, model: &Model, name: &str) -> Option<Value> {
        if name == "PredefinedType" {
            return self.predefined_type(model).map(Value::Text);
        }
        let text = |t: &Option<Arc<str>>| t.clone().map(Value::Text);
        let listed = |list: &[(Arc<str>, Value)]| {
            list.iter().find(|(n, _)| &**n == name).map(|(_, value)| value.clone())
        };
        match self {
            Self::Element(id) if name == "GlobalId" => {
                Some(Value::Text(base_id(&model.element(id).key.global_id).into()))
            }
            Self::Element(id) => model.element(id).attribute(name),
            Self::Type(i) => model.types[i as usize].attribute(name),
            Self::Group(i) => {
                let group = &model.systems[i as usize];
                match name {
                    "GlobalId" => Some(Value::Text(group.global_id.clone())),
                    "Name" => text(&group.name),
                    "LongName" => text(&group.long_name),
                    "Description" => text(&group.description),
                    "ObjectType" => text(&group.object_type),
                    _ => listed(&group.attributes),
                }
            }
            Self::Project => match name {
                "GlobalId" => text(&model.spatial.project_id),
                "Name" => text(&model.spatial.project),
                _ => None,
            },
            _ => {
                let object = self.process(model)?;
                match name {
                    "GlobalId" => Some(Value::Text(object.global_id.clone())),
                    "Name" => text(&object.name),
                    "Description" => text(&object.description),
                    "ObjectType" => text(&object.object_type),
                    // The names of IFC2x3 are those of one class each.
                    "Identification" | "TaskId" | "Identifier" | "ProcedureID" | "ResourceIdentifier" => {
                        text(&object.identification)
                    }
                    "LongDescription" => text(&object.long_description),
                    _ => self.of_task(model, name).or_else(|| listed(&object.attributes)),
                }
            }
        }
    }

    fn of_task(self, model: &Model, name: &str) -> Option<Value> {
        let text = |t: &Option<Arc<str>>| t.clone().map(Value::Text);
        match self {
            Self::Task(i) => {
                let task = &model.processes.tasks[i as usize];
                match name {
                    "Status" => text(&task.status),
                    "WorkMethod" => text(&task.work_method),
                    "IsMilestone" => task.is_milestone.map(|b| Value::Logical(Some(b))),
                    "Priority" => task.priority.map(Value::Integer),
                    _ => None,
                }
            }
            Self::WorkControl(i) => {
                let control = &model.processes.work_controls[i as usize];
                match name {
                    "CreationDate" => text(&control.creation_date),
                    "Purpose" => text(&control.purpose),
                    "Duration" => text(&control.duration),
                    "TotalFloat" => text(&control.total_float),
                    "StartTime" => text(&control.start_time),
                    "FinishTime" => text(&control.finish_time),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn predefined_type(self, model: &Model) -> Option<Arc<str>> {
        let says = |word: &Arc<str>| &**word != "USERDEFINED";
        let of_type = self.type_object(model).and_then(|t| {
            let object = &model.types[t as usize];
            let user = || {
                ["ElementType", "ProcessType", "ResourceType"]
                    .iter()
                    .find_map(|name| object.attribute(name)?.as_text().cloned())
            };
            object.predefined_type.clone().filter(says).or_else(user)
        });
        if let Some(word) = of_type.filter(|word| &**word != "NOTDEFINED") {
            return Some(word);
        }
        let (own, object_type) = match self {
            Self::Element(id) => {
                let element = model.element(id);
                (&element.predefined_type, &element.object_type)
            }
            Self::Type(i) => (&model.types[i as usize].predefined_type, &None),
            Self::Group(i) => {
                let group = &model.systems[i as usize];
                (&group.predefined_type, &group.object_type)
            }
            Self::Project => (&None, &None),
            _ => {
                let object = self.process(model)?;
                (&object.predefined_type, &object.object_type)
            }
        };
        own.clone().filter(says).or_else(|| object_type.clone())
    }

    pub(crate) fn process(self, model: &Model) -> Option<&ProcessObject> {
        let work = &model.processes;
        match self {
            Self::Task(i) => Some(&work.tasks[i as usize].object),
            Self::WorkControl(i) => Some(&work.work_controls[i as usize].object),
            Self::Calendar(i) => Some(&work.calendars[i as usize].object),
            Self::Resource(i) => Some(&work.resources[i as usize].object),
            _ => None,
        }
    }
}

/// A GlobalId without the ordinal of a repetition.
pub(crate) fn base_id(id: &str) -> &str {
    match id.split_once('~') {
        Some((base, _)) if base.len() == 22 => base,
        _ => id,
    }
}
