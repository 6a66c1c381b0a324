"""Runs selectors over real models by ifcopenshell.util.selector and writes tests/truth/selectors.json.

    python tools/selector_truth.py [SHARED_DATA] [OUT]

Each case has the selector, and what IfcOpenShell selects: how many, and the GlobalIds. Where it is plainly wrong by
its own documentation, the case says why, and the answer is worked out here by the documentation instead.
"""

import json
import re
import sys
from pathlib import Path

import ifcopenshell
import ifcopenshell.util.classification as classification
import ifcopenshell.util.element as element
from ifcopenshell.util.selector import filter_elements

DUPLEX = "ifc/duplex_A.ifc"
HOUSE = "ifc/samplehouse_IFC4.ifc"
OFFICE = "ifc/hhs_office_construction.ifc"
BRIDGE = "ifc/infra_bridge.ifc"
STEEL = "ifc/schependomlaan/ROOT-staal.ifc"
BLOCKS = "ifc/schependomlaan/XELLA-2e_verdieping.ifc"
WORK = "schedule/ifc/schependomlaan.from_msp.ifc"
CUBE = "schedule/ifc/ifc4_wall_cube_4d.ifc"
SERVICES = "assets/sample/services.ifc"

# (model, selector)
SELECTORS = [
    # Classes and instances.
    (DUPLEX, "IfcWall"),
    (DUPLEX, "IfcElement, ! IfcFurnishingElement, ! IfcOpeningElement"),
    (DUPLEX, "IfcBuildingElement, IfcSpatialStructureElement"),
    (DUPLEX, "IfcTypeObject"),
    (DUPLEX, "! IfcWall"),
    (DUPLEX, "2O2Fr$t4X7Zf8NOew3FNr2, 2O2Fr$t4X7Zf8NOew3FLOH"),
    (DUPLEX, "IfcSlab, ! 1hOSvn6df7F8_7GcBWlR72"),
    (DUPLEX, "IfcDoorStyle + IfcWindowStyle"),
    (HOUSE, "IfcWallType"),
    (HOUSE, "IfcMember"),
    (BRIDGE, "IfcBuiltElement"),
    (WORK, "IfcTask"),
    (WORK, "IfcWorkControl + IfcWorkCalendar"),
    (CUBE, "IfcProcess"),
    (CUBE, "IfcProduct + IfcProject"),
    (SERVICES, "IfcGroup"),
    # Attributes.
    (DUPLEX, "IfcDoor, Name=/M_Single-Flush:0762 x 2032mm.*/"),
    (DUPLEX, "IfcElement, Name*=Wall"),
    (DUPLEX, "IfcElement, Name!*=Wall"),
    (DUPLEX, 'IfcWindow, Name!="M_Fixed:4835mm x 2420mm:4835mm x 2420mm:145788"'),
    (DUPLEX, "IfcSpace, LongName=/Bath.*/"),
    (HOUSE, "Description!=NULL"),
    (HOUSE, "Description=NULL, IfcSlab"),
    (DUPLEX, "IfcRoot, Tag=NULL, ! IfcRelationship, ! IfcPropertyDefinition"),
    (DUPLEX, "GlobalId=/2O2.*/"),
    (DUPLEX, "IfcBuildingStorey, Elevation>=3"),
    (DUPLEX, "IfcDoor, OverallHeight>2.0, OverallWidth<=.8"),
    (DUPLEX, "IfcDoor, OverallHeight<2.1"),
    (DUPLEX, "PredefinedType=FLOOR"),
    (HOUSE, "PredefinedType=SOLIDWALL + PredefinedType=CURTAIN_PANEL"),
    (HOUSE, "IfcElement, PredefinedType!=NOTDEFINED"),
    (OFFICE, "Name=/STB St\u00fctze - rund.*/"),
    (OFFICE, 'ObjectType="STB St\u00fctze - rund:STB d=30"'),
    (STEEL, "Tag!=NULL, IfcColumn"),
    (WORK, "IfcTask, IsMilestone=TRUE"),
    (WORK, "IfcTask, IsMilestone=FALSE, Name*=dak"),
    (CUBE, "IfcTask, PredefinedType=CONSTRUCTION"),
    # Properties and quantities.
    (DUPLEX, "IfcWall, Pset_WallCommon.LoadBearing=TRUE"),
    (DUPLEX, "IfcWall, Pset_WallCommon.LoadBearing!=TRUE"),
    (DUPLEX, "/Pset_.*Common/.IsExternal=TRUE"),
    (DUPLEX, "/Pset_.*Common/.FireRating!=NULL"),
    (DUPLEX, "IfcElement, /Pset_.*Common/.FireRating=NULL"),
    (DUPLEX, "IfcWall, PSet_Revit_Dimensions.Area>20"),
    (DUPLEX, "IfcWall, PSet_Revit_Dimensions.Area>=20, PSet_Revit_Dimensions.Length<7.6"),
    (DUPLEX, "PSet_Revit_Type_Dimensions.Width<=0.8"),
    (DUPLEX, "PSet_Revit_Type_Dimensions./W.*/<=0.8"),
    (DUPLEX, '"PSet_Revit_Constraints"."Room Bounding"=TRUE'),
    (DUPLEX, '"PSet_Revit_Phasing"."Phase Created"!="New Construction"'),
    (DUPLEX, "/PSet_Revit_Type_.*/./Assembly .*/!=NULL"),
    (DUPLEX, "PSet_Revit_Structural./Structural.*/=3"),
    (DUPLEX, "/PSet_Revit.*/.Manufacturer=Manufacturer"),
    (DUPLEX, "/PSet_Revit.*/.Manufacturer*=anu, IfcDoor"),
    (DUPLEX, "IfcTypeProduct, /PSet_Revit.*/./Mat.*/!=NULL"),
    (HOUSE, "Pset_MemberCommon.LoadBearing=TRUE"),
    (HOUSE, "Other.Category=Windows"),
    (HOUSE, '"Identity Data"."Assembly Code"=""'),
    (HOUSE, '"Analytical Properties"."Heat Transfer Coefficient (U)">0.5'),
    (HOUSE, "Constraints.Level*=Ground + Constraints.Offset=0"),
    (HOUSE, "Dimensions.Area>50"),
    (OFFICE, "Pset_ColumnCommon.Slope<=0, Pset_ColumnCommon.LoadBearing=TRUE"),
    (BRIDGE, "/Pset_.*Common/.Status=UNSET"),
    (BRIDGE, "IfcElement, /Pset_.*Common/.Status!=UNSET"),
    (BRIDGE, "/Qto_.*/.NetVolume>2.5"),
    (BRIDGE, "Qto_BeamBaseQuantities.NetVolume<.4"),
    (STEEL, 'ArchiCADProperties."Home Story"=/0[12].*/'),
    (STEEL, 'ArchiCADQuantities."Net Volume">=0.01, ! IfcColumn'),
    (STEEL, 'AC_Pset_RenovationAndPhasing."Renovation Status"=New'),
    # Type, material, classification, location, group, parent.
    (DUPLEX, 'type="0762 x 2032mm"'),
    (DUPLEX, "IfcElement, type=/M_.*/ + IfcFurnishingElement, type=/.*mm/"),
    (HOUSE, "type=Glazed"),
    (HOUSE, "type=NULL, IfcElement"),
    (DUPLEX, "material=Plasterboard"),
    (DUPLEX, "IfcWall, material=/Masonry.*/"),
    (BRIDGE, "material=/concrete.*/"),
    (BLOCKS, "IfcBuildingElementPart, material=/Silka Kim.*/"),
    (HOUSE, "material=Glass, ! IfcPlate"),
    (HOUSE, "classification=E2020200"),
    (STEEL, "classification=SPANTEN + classification=/28.12/"),
    (DUPLEX, 'IfcDoor, location="Level 1"'),
    (DUPLEX, "location=A102"),
    (DUPLEX, "IfcElement, location=/Level.*/, ! IfcWall"),
    (DUPLEX, 'IfcElement, location!="Level 1"'),
    (OFFICE, 'location="Level 2"'),
    (BLOCKS, "IfcBuildingElementPart, location=2DE, Name=/1.*/"),
    (DUPLEX, 'parent="Level 2"'),
    (DUPLEX, "IfcWindow, parent=/Basic Wall:Exterior.*/"),
    (BRIDGE, "IfcElement, parent=/.*superstructure/"),
    (CUBE, 'parent="My Storey"'),
    (SERVICES, "group=/Supply.*/"),
    (SERVICES, "IfcFlowTerminal, group!=/Supply.*/"),
    # Keys.
    (DUPLEX, 'query:"storey.Name"="Level 2", IfcElement'),
    (DUPLEX, 'query:"types.count"=1'),
    (DUPLEX, 'query:"container.Name"=/Level.*/, IfcSlab'),
    (DUPLEX, 'query:"parent.class"=IfcWallStandardCase'),
    (DUPLEX, 'query:"type.Name"="800 mm"'),
    (DUPLEX, 'query:"Pset_WallCommon.IsExternal"=TRUE'),
    (DUPLEX, 'query:"/Pset_.*Common/.IsExternal"=TRUE, IfcDoor'),
    (DUPLEX, 'query:class=IfcWallStandardCase'),
    (DUPLEX, 'query:"materials.count">=4'),
    (DUPLEX, 'query:"material.item.0.Material.Name"="Masonry - Brick"'),
    (HOUSE, 'query:"materials.Name"=Glass'),
    (HOUSE, 'query:"building.class"=IfcBuilding, IfcFurniture'),
    (HOUSE, 'query:"classification.Identification"=E2020200'),
    (SERVICES, 'query:"system.Name"=/Supply.*/, IfcFlowTerminal'),
    (DUPLEX, "IfcElement, query:x>4, query:y<=-10"),
    (DUPLEX, "query:z>=3.05, query:elevation<6"),
    (DUPLEX, 'query:"storey.z">=3.05, IfcDoor'),
    (DUPLEX, "IfcDoor, query:rotation_z>89, query:rotation_z<91"),
    (BRIDGE, "IfcElement, query:easting>0"),
    (BRIDGE, 'IfcElement, query:"styles.Name"=/concrete.*/'),
    (HOUSE, 'IfcPlate, query:"profiles.ProfileName"=Glazed'),
    (STEEL, 'IfcBeam, query:"profiles.ProfileName"=IFC_stalen_ligger_L100x10'),
    # Grammar: unions, order, spaces, comments, quotes.
    (DUPLEX, "IfcDoor, Name*=0762, IfcSlab + IfcBeam+IfcFooting +"),
    (DUPLEX, "Name*=Wall, IfcStair, ! IfcWall"),
    (DUPLEX, "  IfcWall ,\tPset_WallCommon . LoadBearing\n=  TRUE /* those that bear */"),
    (DUPLEX, 'IfcElement, Name*="M_Single-Flush:0864 x 2032mm"'),
]


def names_of(of):
    """The names by which each facet compares, as the documentation has them."""
    return lambda item: [name for name in of(item) if name is not None]


MATERIALS = names_of(lambda e: [n for m in element.get_materials(e) for n in (m.Name, getattr(m, "Category", None))])
REFERENCES = names_of(
    lambda e: [
        n
        for r in classification.get_references(e)
        for n in (r.Name, getattr(r, "Identification", getattr(r, "ItemReference", None)))
    ]
)


def type_of(e):
    of = element.get_type(e)
    return [of.Name, of.GlobalId] if of else []


def default(model):
    return set(model.by_type("IfcProduct")) | set(model.by_type("IfcTypeProduct"))


NEGATED = "by its documentation != and !*= mean that no name compares; its code negates each name, then the whole again"
CONTAINS = "by its documentation *= means contains; its code gives what does not"
LOCATED = "by its documentation *= means contains; its code gives what does not equal"
ORDERED = "by its documentation > is greater; its code gives texts that are equal"

# (model, selector, why not IfcOpenShell, the answer by the documentation)
CORRECTED = [
    (DUPLEX, "material!=Plasterboard", NEGATED, lambda m: {e for e in default(m) if "Plasterboard" not in MATERIALS(e)}),
    (DUPLEX, "material*=Brick", CONTAINS, lambda m: {e for e in default(m) if any("Brick" in n for n in MATERIALS(e))}),
    (
        DUPLEX,
        "IfcWall, material!*=Metal",
        NEGATED,
        lambda m: {e for e in m.by_type("IfcWall") if not any("Metal" in n for n in MATERIALS(e))},
    ),
    (
        STEEL,
        "IfcElement, classification!=28.11",
        NEGATED,
        lambda m: {e for e in m.by_type("IfcElement") if "28.11" not in REFERENCES(e)},
    ),
    (
        STEEL,
        "classification*=28",
        CONTAINS,
        lambda m: {e for e in default(m) if any("28" in n for n in REFERENCES(e))},
    ),
    (
        HOUSE,
        "IfcElement, type!=Glazed",
        NEGATED,
        lambda m: {e for e in m.by_type("IfcElement") if "Glazed" not in type_of(e)},
    ),
    (
        DUPLEX,
        "IfcElement, location*=Level",
        LOCATED,
        lambda m: {e for e in m.by_type("IfcElement") if e in filter_elements(m, "IfcElement, location=/.*Level.*/")},
    ),
    (
        BRIDGE,
        "IfcElement, parent!=/.*superstructure/",
        NEGATED,
        lambda m: set(m.by_type("IfcElement")) - filter_elements(m, "IfcElement, parent=/.*superstructure/"),
    ),
    (
        DUPLEX,
        "IfcSpace, Name>A2",
        ORDERED,
        lambda m: {e for e in m.by_type("IfcSpace") if e.Name > "A2"},
    ),
    (
        DUPLEX,
        "IfcTypeProduct, query:types.count>2",
        "its documentation writes keys without quotes; its grammar reads a property `count` of a set `query:types`",
        lambda m: filter_elements(m, 'IfcTypeProduct, query:"types.count">2'),
    ),
    (
        HOUSE,
        "Dimensions.Length>5.0",
        "lengths are compared in metres, whatever the unit of the file",
        lambda m: filter_elements(m, "Dimensions.Length>5000"),
    ),
    (
        OFFICE,
        "BaseQuantities.Length>=3.4",
        "lengths are compared in metres, whatever the unit of the file",
        lambda m: filter_elements(m, "BaseQuantities.Length>=3400"),
    ),
    (
        DUPLEX,
        "Description=NULL, Name!=A101",
        "an empty text is NULL as an attribute, as one that is not there",
        lambda m: {e for e in default(m) if not e.Description and e.Name != "A101"},
    ),
    (
        HOUSE,
        "material=NULL, IfcElement",
        "NULL is a material that is not there; its code takes a material without a category for one",
        lambda m: {e for e in default(m) if not element.get_materials(e)} | set(m.by_type("IfcElement")),
    ),
]


def main():
    root = Path(__file__).resolve().parent.parent
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "../shared/data"
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else root / "tests/truth/selectors.json"
    opened = {}

    def open_model(path):
        if path not in opened:
            base = root if path.startswith("assets/") else data
            opened[path] = ifcopenshell.open(str(base / path))
        return opened[path]

    cases = []
    for path, selector, *corrected in SELECTORS + CORRECTED:
        model = open_model(path)
        case = {"model": path, "selector": selector}
        if corrected:
            case["corrected"] = corrected[0]
            found = corrected[1](model)
        else:
            found = filter_elements(model, selector)
        ids = sorted(e.GlobalId for e in found)
        case["count"] = len(ids)
        case["ids"] = ids
        cases.append(case)
        print(f"{len(ids):6} {Path(path).stem}: {re.sub(chr(10), ' ', selector)}")
    # One line for each case; ids are 22 characters each, without anything between them.
    lines = []
    for case in cases:
        case["ids"] = "".join(case["ids"])
        lines.append(json.dumps(case, ensure_ascii=False))
    out.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{len(cases)} cases, {out.stat().st_size} bytes")


main()
