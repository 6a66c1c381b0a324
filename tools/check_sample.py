#!/usr/bin/env python3
"""Check a sample project against others' tools: IfcOpenShell for validity and meshes, manifold3d for overlaps.

usage: check_sample.py DIR [--no-validate]      (needs: pip install ifcopenshell manifold3d numpy pytest)

DIR holds architecture.ifc, structure.ifc, services.ifc and planted.json, as groma-sample writes them. The check holds
when the files are valid IFC4 with all rules, each element with a body has a closed mesh, and exactly the planted pairs
share more than a thickness of 2 mm (2 * volume / area of the intersection), between the files and within each, once what
belongs together is left out: openings, spaces, a host and its fillings, parts of one assembly, connected elements,
elements joined through ports.
"""
import json
import multiprocessing
import pathlib
import sys

import ifcopenshell
import ifcopenshell.geom
import ifcopenshell.util.element
import ifcopenshell.validate
import manifold3d
import numpy as np

MODELS = ["architecture", "services", "structure"]
TOLERANCE = 0.002


def faults(model):
    logger = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(model, logger, express_rules=True)
    return [str(s) for s in logger.statements]


def meshes(model):
    elements = [
        e for e in model.by_type("IfcElement") if e.Representation and not e.is_a("IfcFeatureElement")
    ]
    iterator = ifcopenshell.geom.iterator(
        ifcopenshell.geom.settings(), model, multiprocessing.cpu_count(), include=elements
    )
    if not iterator.initialize():
        return
    while True:
        shape = iterator.get()
        m = np.array(shape.transformation.matrix).reshape(4, 4).T
        v = np.array(shape.geometry.verts).reshape(-1, 3) @ m[:3, :3].T + m[:3, 3]
        yield shape.guid, v, np.array(shape.geometry.faces, dtype=np.int64).reshape(-1, 3)
        if not iterator.next():
            return


def belong_together(model):
    """Pairs of GlobalIds that the default exclusions leave out."""
    pairs = set()

    def pair(a, b):
        pairs.add(tuple(sorted((a.GlobalId, b.GlobalId))))

    for fill in model.by_type("IfcRelFillsElement"):
        for void in fill.RelatingOpeningElement.VoidsElements:
            pair(void.RelatingBuildingElement, fill.RelatedBuildingElement)
    for whole in model.by_type("IfcRelAggregates"):
        parts = [p for p in whole.RelatedObjects if p.is_a("IfcElement")]
        for a in parts:
            for b in parts:
                pair(a, b)
    for joint in model.by_type("IfcRelConnectsElements"):
        pair(joint.RelatingElement, joint.RelatedElement)
    owner = {p.GlobalId: n.RelatingObject for n in model.by_type("IfcRelNests") for p in n.RelatedObjects}
    for joint in model.by_type("IfcRelConnectsPorts"):
        pair(owner[joint.RelatingPort.GlobalId], owner[joint.RelatedPort.GlobalId])
    return pairs


def solid(v, t):
    q = np.round(v / 1e-6).astype(np.int64)
    u, inverse = np.unique(q, axis=0, return_inverse=True)
    t = inverse.reshape(-1)[t]
    t = t[(t[:, 0] != t[:, 1]) & (t[:, 1] != t[:, 2]) & (t[:, 0] != t[:, 2])]
    m = manifold3d.Manifold(manifold3d.Mesh64(u * 1e-6, t.astype(np.uint64)))
    return m if m.status() == manifold3d.Error.NoError and m.volume() > 0 else None


def box_pairs(boxes, grow=1e-4):
    lo = np.array([b[0] for b in boxes]) - grow
    hi = np.array([b[1] for b in boxes]) + grow
    order = np.argsort(lo[:, 0])
    for position, i in enumerate(order):
        rest = order[position + 1 :]
        rest = rest[: np.searchsorted(lo[rest, 0], hi[i, 0], side="right")]
        for j in rest[(lo[rest] <= hi[i]).all(1) & (hi[rest] >= lo[i]).all(1)]:
            yield i, j


def main():
    folder = pathlib.Path(sys.argv[1])
    planted = json.load(open(folder / "planted.json"))
    bad, elements, together, known = [], [], set(), {}
    for name in MODELS:
        model = ifcopenshell.open(str(folder / f"{name}.ifc"))
        if "--no-validate" not in sys.argv:
            for fault in faults(model):
                bad.append(f"{name}: {fault[:400]}")
        together |= belong_together(model)
        expected = {
            e.GlobalId for e in model.by_type("IfcElement") if e.Representation and not e.is_a("IfcFeatureElement")
        }
        for e in model.by_type("IfcElement"):
            known[name, e.GlobalId] = (e.is_a(), e.Name)
        meshed = set()
        for guid, v, t in meshes(model):
            meshed.add(guid)
            elements.append((name, guid, solid(v, t), v.min(0), v.max(0)))
            if elements[-1][2] is None:
                bad.append(f"{name}: {guid} {known[name, guid]} is not a closed solid")
        for guid in sorted(expected - meshed):
            bad.append(f"{name}: {guid} {known[name, guid]} has no mesh")
        print(f"{name}: {len(expected)} elements, {len(meshed)} meshed")

    found, thin, tested = {}, [], 0
    for i, j in box_pairs([(e[3], e[4]) for e in elements]):
        a, b = sorted((elements[i], elements[j]), key=lambda e: e[:2])
        if a[2] is None or b[2] is None or tuple(sorted((a[1], b[1]))) in together:
            continue
        tested += 1
        common = a[2] ^ b[2]
        volume = max(common.volume(), 0.0)
        if volume <= 1e-9:
            continue
        thickness = 2 * volume / common.surface_area()
        least = min(a[2].volume(), b[2].volume())
        inside = ((a[3] < b[3]) & (a[4] > b[4])).all() or ((a[3] > b[3]) & (a[4] < b[4])).all()
        same = np.allclose(a[3], b[3], atol=TOLERANCE) and np.allclose(a[4], b[4], atol=TOLERANCE)
        filled = volume > least * (1 - 1e-6)
        kind = "duplicate" if same and filled else "contained" if inside and filled else "hard"
        if thickness > TOLERANCE:
            found[a[:2], b[:2]] = kind
        else:
            thin.append((a[:2], b[:2]))

    def key(pair):
        return tuple((pair[s]["model"], pair[s]["global_id"]) for s in "ab")

    wanted = {key(p): p for p in planted["planted"]}
    decoys = {key(p): p for p in planted["decoys"]}
    for p in list(wanted.values()) + list(decoys.values()):
        for side in "ab":
            s = p[side]
            if known.get((s["model"], s["global_id"])) != (s["class"], s["name"]):
                bad.append(f"{p['name']}: {s} is not in the model")
    for pair in sorted(found.keys() - wanted.keys()):
        bad.append(f"not planted: {found[pair]} {[known[p] + p for p in pair]}")
    for pair in sorted(wanted.keys() - found.keys()):
        bad.append(f"planted, but not there: {wanted[pair]['name']}")
    for pair in sorted(found.keys() & wanted.keys()):
        if found[pair] != wanted[pair]["kind"]:
            bad.append(f"{wanted[pair]['name']}: {found[pair]}, not {wanted[pair]['kind']}")
    for pair in thin:
        if pair not in decoys:
            bad.append(f"overlap within the tolerance: {[known[p] + p for p in pair]}")
    print(f"{tested} pairs tested, {len(found)} clash, {len(wanted)} planted, {len(decoys)} decoys, {len(thin)} within the tolerance")
    for line in bad[:60]:
        print("fault:", line)
    print("sound" if not bad else f"{len(bad)} faults")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
