//! The colours of parts.

use super::{DEEPEST, Solids};
use ifc_lite_core::IfcType;
use ifc_lite_processing::style;

/// The colours of an element's parts, by the kernel's rules: the item's style, then the materials of the
/// element in turn, then the first style of any of its items, then the colour of its class.
pub(super) struct Colours<'s, 'a> {
    pub(super) solids: &'s Solids<'a>,
    pub(super) element: u32,
    pub(super) keyword: &'s str,
    pub(super) shape: u32,
    pub(super) next: usize,
    pub(super) own: Option<[f32; 4]>,
}

impl Colours<'_, '_> {
    pub(super) fn of(&mut self, item: u32) -> [f32; 4] {
        let looks = &self.solids.looks;
        let direct = looks.styles.get(&item).map(|style| style.color);
        let materials = looks.materials.get(&self.element).map(Vec::as_slice);
        if direct.is_none() && self.own.is_none() {
            self.own = Some(self.of_element());
        }
        style::resolve_submesh_color(direct, materials, &mut self.next, self.own.unwrap_or_default())
    }

    fn of_element(&self) -> [f32; 4] {
        let looks = &self.solids.looks;
        let styled = || {
            let shape = self.solids.reading.attributes(self.shape)?;
            shape.references(2).into_iter().find_map(|id| {
                let items = self.solids.reading.attributes(id)?.references(3);
                items.into_iter().find_map(|item| self.styled(item, 0))
            })
        };
        let material = || style::element_material_fallback_color(looks.materials.get(&self.element)?);
        let class = || style::default_color_for_type(IfcType::from_str(self.keyword)).to_array();
        styled().or_else(material).unwrap_or_else(class)
    }

    fn styled(&self, item: u32, depth: usize) -> Option<[f32; 4]> {
        let solids = self.solids;
        if let Some(style) = solids.looks.styles.get(&item) {
            return Some(style.color);
        }
        if depth >= DEEPEST || solids.reading.step.keyword(item) != "IFCMAPPEDITEM" {
            return None;
        }
        let map = solids.reading.attributes(solids.reading.attributes(item)?.reference(0)?)?;
        let items = solids.reading.attributes(map.reference(1)?)?.references(3);
        items.into_iter().find_map(|item| self.styled(item, depth + 1))
    }
}
