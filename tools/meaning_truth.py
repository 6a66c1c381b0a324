#!/usr/bin/env python3
"""What IfcOpenShell finds in models beside their shapes: truth for crates/groma-ifc/tests/meaning.rs.

usage: meaning_truth.py DATA OUT     (needs ifcopenshell 0.9)

Writes OUT/<model>.json for each model below: how often each property, attribute, material, class and group
occurs, all tasks, and some elements in full. Numbers are in SI by IfcOpenShell's own units.
"""

import json
import re
import sys
from pathlib import Path

import ifcopenshell
import ifcopenshell.util.classification as classification
import ifcopenshell.util.element as element_util
import ifcopenshell.util.geolocation as geolocation
import ifcopenshell.util.unit as unit_util

MODELS = [
    "ifc/acad2010_objects",
    "ifc/duplex_A",
    "ifc/duplex_E",
    "ifc/hhs_office_construction",
    "ifc/ifc4x3_BC003_ALX4",
    "ifc/ifc4x3_bentley_terrain",
    "ifc/infra_bridge",
    "ifc/janesville",
    "ifc/miniproject_IFC2x3",
    "ifc/office_A",
    "ifc/rfi_signalling",
    "ifc/samplehouse_IFC4",
    "ifc/schependomlaan/LINDEN_-_Kozijnen",
    "ifc/schependomlaan/XELLA-1e_verdieping",
    "schedule/ifc/ifc4_wall_cube_4d",
    "schedule/ifc/percent-complete.from_pmxml",
    "schedule/ifc/schependomlaan.from_msp",
    "schedule/ifc/synthetic_150tasks",
    "schedule/ifc/test_two_cube_wall_4d",
]
SAMPLE = 8
CONVERTED = {"LENGTHUNIT", "AREAUNIT", "VOLUMEUNIT", "PLANEANGLEUNIT"}
MEASURES = {
    "IfcLengthMeasure": "LENGTHUNIT",
    "IfcPositiveLengthMeasure": "LENGTHUNIT",
    "IfcNonNegativeLengthMeasure": "LENGTHUNIT",
    "IfcAreaMeasure": "AREAUNIT",
    "IfcVolumeMeasure": "VOLUMEUNIT",
    "IfcPlaneAngleMeasure": "PLANEANGLEUNIT",
    "IfcPositivePlaneAngleMeasure": "PLANEANGLEUNIT",
}
NAMED = {"GlobalId", "OwnerHistory", "Name", "Description", "ObjectType", "Tag", "PredefinedType"}
NAMED |= {"ObjectPlacement", "Representation", "RepresentationMaps"}


def opened(path):
    """The model; IfcOpenShell refuses the name IFC4X3, whose last addendum it knows."""
    text = path.read_bytes().decode("latin-1")
    head, tail = text[:4000], text[4000:]
    head = re.sub(r"'IFC4X3'", "'IFC4X3_ADD2'", head)
    return ifcopenshell.file.from_string(head + tail)


class Model:
    def __init__(self, path):
        self.f = opened(path)
        self.scale = {k: unit_util.calculate_unit_scale(self.f, k) for k in CONVERTED}

    def number(self, value, measure, unit=None):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        if unit is not None and getattr(unit, "UnitType", None) in CONVERTED:
            return value * unit_util.get_unit_scale(unit)
        return value * self.scale[MEASURES[measure]] if measure in MEASURES else value

    def wrapped(self, value, unit=None):
        if value is None or (value.is_a("IfcLogical") and value.wrappedValue == "UNKNOWN"):
            return None
        return self.number(value.wrappedValue, value.is_a(), unit)

    def properties(self, found, prefix=""):
        out = {}
        for p in found or []:
            name = prefix + (p.Name or "")
            unit = getattr(p, "Unit", None)
            kind = p.is_a()
            if kind == "IfcPropertySingleValue":
                out[name] = self.wrapped(p.NominalValue, unit)
            elif kind == "IfcPropertyEnumeratedValue":
                values = p.EnumerationValues
                out[name] = None if values is None else [self.wrapped(v) for v in values]
            elif kind == "IfcPropertyListValue":
                values = p.ListValues
                out[name] = None if values is None else [self.wrapped(v, unit) for v in values]
            elif kind == "IfcComplexProperty":
                out.update(self.properties(p.HasProperties, name + "."))
            elif kind == "IfcPhysicalComplexQuantity":
                out.update(self.properties(p.HasQuantities, name + "."))
            elif p.is_a("IfcPhysicalSimpleQuantity"):
                measure = {"Length": "IfcLengthMeasure", "Area": "IfcAreaMeasure", "Volume": "IfcVolumeMeasure"}
                out[name] = self.number(p[3], measure.get(kind[len("IfcQuantity"):]), unit)
        return out

    def simple(self, e, skip=0, named=frozenset()):
        """The attributes with simple values."""
        declaration = e.declaration
        out = {}
        for i, attribute in enumerate(declaration.all_attributes()):
            if i < skip or attribute.name() in named or e[i] is None:
                continue
            value, kind = e[i], str(attribute.type_of_attribute())
            items = list(value) if isinstance(value, (list, tuple)) else [value]
            if not items or any(isinstance(v, ifcopenshell.entity_instance) for v in items):
                continue
            measure = next((m for m in MEASURES if re.search(rf"\b{m}\b", kind)), None)
            items = [self.number(v, measure) for v in items]
            out[attribute.name()] = items if isinstance(value, (list, tuple)) else items[0]
        return out

    def definition(self, d):
        if d.is_a("IfcElementQuantity"):
            return self.properties(d.Quantities)
        if d.is_a("IfcPropertySet"):
            return self.properties(d.HasProperties)
        return self.simple(d, skip=4)

    def own_sets(self, e):
        if e.is_a("IfcTypeObject"):
            return list(e.HasPropertySets or [])
        found = []
        for r in getattr(e, "IsDefinedBy", []):
            if r.is_a("IfcRelDefinesByProperties"):
                d = r.RelatingPropertyDefinition
                found += list(d.wrappedValue) if d.is_a("IfcPropertySetDefinitionSet") else [d]
        return found

    def psets(self, e):
        """Sets as get_psets merges them: the type's below the occurrence's."""
        of_type = element_util.get_type(e) if not e.is_a("IfcTypeObject") else None
        out = {}
        for d in (self.own_sets(of_type) if of_type else []) + self.own_sets(e):
            out.setdefault(d.Name or "(unnamed)", {}).update(self.definition(d))
        known = {k: v for k, v in element_util.get_psets(e).items() if k}
        assert set(known) <= set(out), (e, set(known), set(out))
        return out

    def materials(self, e):
        found = element_util.get_material(e, should_skip_usage=True)
        if found is None:
            return None
        out = {"kind": found.is_a(), "name": getattr(found, "Name", None) or getattr(found, "LayerSetName", None)}
        if found.is_a("IfcMaterialLayerSet"):
            thickness = self.scale["LENGTHUNIT"]
            out["layers"] = [[l.Material and l.Material.Name, l.LayerThickness * thickness] for l in found.MaterialLayers]
        return out


def rounded(x):
    if isinstance(x, float):
        return float(f"{x:.9g}")
    if isinstance(x, dict):
        return {k: rounded(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [rounded(v) for v in x]
    return x


def identification(reference):
    return getattr(reference, "Identification", None) or getattr(reference, "ItemReference", None)


def task(t):
    info = t.get_info()
    out = {k: info.get(k) for k in ("Name", "Description", "Status", "WorkMethod", "IsMilestone", "Priority")}
    out["id"] = info.get("Identification") or info.get("TaskId")
    if time := getattr(t, "TaskTime", None):
        out["time"] = {k: v for k, v in time.get_info().items() if v is not None and k not in ("id", "type")}
    out["children"] = [c.GlobalId for r in t.IsNestedBy for c in r.RelatedObjects] if hasattr(t, "IsNestedBy") else []
    out["successors"] = sorted(
        [r.RelatedProcess.GlobalId, r.SequenceType, r.TimeLag.LagValue.wrappedValue if r.TimeLag else None]
        for r in t.IsPredecessorTo
    )
    out["inputs"] = sorted(o.GlobalId for r in t.OperatesOn for o in r.RelatedObjects if o.is_a("IfcProduct"))
    out["outputs"] = sorted(
        r.RelatingProduct.GlobalId for r in t.HasAssignments if r.is_a("IfcRelAssignsToProduct")
    )
    out["controls"] = sorted(
        r.RelatingControl.Name or "" for r in t.HasAssignments
        if r.is_a("IfcRelAssignsToControl") and r.RelatingControl.is_a("IfcWorkControl")
    )
    out["calendar"] = next(
        (r.RelatingControl.Name for r in t.HasAssignments
         if r.is_a("IfcRelAssignsToControl") and r.RelatingControl.is_a("IfcWorkCalendar")), None)
    out["psets"] = {k: {p: v for p, v in s.items() if p != "id"} for k, s in element_util.get_psets(t).items()}
    return {k: v for k, v in out.items() if v not in (None, [], {})}


def truth(path):
    m = Model(path)
    f = m.f
    products = f.by_type("IfcProduct")
    out = {"schema": f.schema, "products": len(products), "types": len(f.by_type("IfcTypeObject"))}
    out["units"] = {k.lower().removesuffix("unit"): v for k, v in m.scale.items()}
    sets, attributes, materials, classes = {}, {}, {}, {}
    for e in products:
        for name, properties in m.psets(e).items():
            count = sets.setdefault(name, [0, 0, 0.0])
            count[0] += 1
            count[1] += sum(v is not None for v in properties.values())
            count[2] += sum(v for v in properties.values() if isinstance(v, (int, float)) and not isinstance(v, bool))
        for name, value in m.simple(e, named=NAMED).items():
            count = attributes.setdefault(name, [0, 0.0])
            count[0] += 1
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                count[1] += value
        if found := element_util.get_materials(e):
            for name in {x.Name for x in found if x and x.Name}:
                materials[name] = materials.get(name, 0) + 1
        for reference in classification.get_references(e):
            key = f"{identification(reference) or None} {reference.Name or None}"
            classes[key] = classes.get(key, 0) + 1
    out["sets"], out["attributes"], out["materials"], out["classes"] = sets, attributes, materials, classes
    out["groups"] = {
        g.GlobalId: [g.is_a(), g.Name, sum(o.is_a("IfcProduct") for r in g.IsGroupedBy for o in r.RelatedObjects)
                     if not isinstance(g.IsGroupedBy, ifcopenshell.entity_instance) else 0]
        for g in f.by_type("IfcGroup")
    }
    relations = {
        "space_boundaries": "IfcRelSpaceBoundary",
        "paths": "IfcRelConnectsPathElements",
        "port_connections": "IfcRelConnectsPorts",
    }
    out["relations"] = {k: len(f.by_type(v)) for k, v in relations.items()}
    # Some programs write one connection several times.
    paths = {tuple(r)[5:7] + tuple(r)[9:11] for r in f.by_type("IfcRelConnectsPathElements")}
    out["relations"]["paths"] = len(paths)
    out["layers"] = sorted(l.Name for l in f.by_type("IfcPresentationLayerAssignment"))
    out["predefined"] = {}
    for e in products:
        p = element_util.get_predefined_type(e)
        out["predefined"][p or ""] = out["predefined"].get(p or "", 0) + 1
    sites = f.by_type("IfcSite")
    if sites and sites[0].RefLatitude and sites[0].RefLongitude:
        out["site"] = [geolocation.dms2dd(*sites[0].RefLatitude), geolocation.dms2dd(*sites[0].RefLongitude)]
    out["true_north"] = geolocation.get_true_north(f)
    # Numbers of the map for these points in metres, where IfcOpenShell sees a conversion.
    if geolocation.get_helmert_transformation_parameters(f):
        length = m.scale["LENGTHUNIT"]
        points = [(0.0, 0.0, 0.0), (10.0, 20.0, 3.0)]
        out["map"] = [[*p, *map(float, geolocation.auto_xyz2enh(f, *(c / length for c in p)))] for p in points]
    picked = products[:: max(1, len(products) // SAMPLE)][:SAMPLE]
    out["elements"] = {
        e.GlobalId: {
            "class": e.is_a(),
            "type": (t := element_util.get_type(e)) and t.GlobalId,
            "psets": m.psets(e),
            "attributes": m.simple(e, named=NAMED),
            "material": m.materials(e),
        }
        for e in picked
    }
    out["tasks"] = {t.GlobalId: task(t) for t in f.by_type("IfcTask")}
    out["calendars"] = {
        c.GlobalId: [c.Name, len(c.WorkingTimes or []), len(c.ExceptionTimes or [])]
        for c in (f.by_type("IfcWorkCalendar") if f.schema != "IFC2X3" else [])
    }
    return rounded(out)


def main():
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    for model in MODELS:
        found = truth(data / f"{model}.ifc")
        target = out / f"{model.replace('/', '+')}.json"
        target.write_text(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        print(target, target.stat().st_size, file=sys.stderr)


if __name__ == "__main__":
    main()
