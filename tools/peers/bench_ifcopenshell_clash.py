#!/usr/bin/env python3
"""Find clashes by IfcOpenShell's tree; print what it cost as one line of JSON.

usage: bench_ifcopenshell_clash.py hard|clearance|near A.ifc [MORE.ifc ...] [-- B.ifc ...]

Files before -- are set A, those after it set B; without -- all elements are tested against all. Meshing and building the
tree are not in the cost; one thread. clearance asks for the least distance of each pair (check_all), as groma does; near
stops at the first two triangles of a pair that are nearer than 50 mm, whose distance may be a greater one.
"""
import json
import sys
import time

import ifcopenshell
import ifcopenshell.geom


def elements(model):
    bodies = set(model.by_type("IfcElement")) - set(model.by_type("IfcFeatureElement"))
    return [e for e in bodies if e.Representation]


def main():
    kind, files = sys.argv[1], sys.argv[2:]
    tree = ifcopenshell.geom.tree()
    settings = ifcopenshell.geom.settings()
    sets, at, kept, prepare = ([], []), 0, [], 0.0
    for name in files:
        if name == "--":
            at = 1
            continue
        model = ifcopenshell.open(name)
        kept.append(model)
        chosen = elements(model)
        sets[at].extend(chosen)
        iterator = ifcopenshell.geom.iterator(settings, model, 1, include=chosen)
        if not chosen or not iterator.initialize():
            continue
        while True:
            shape = iterator.get()
            # A shape without faces ends the tree of 0.8.4 in a segmentation fault.
            if shape.geometry.faces:
                start = time.process_time()
                tree.add_element(shape)
                prepare += time.process_time() - start
            if not iterator.next():
                break
    a, b = sets if sets[1] else (sets[0], sets[0])
    cpu = time.process_time()
    if kind == "hard":
        found = tree.clash_intersection_many(a, b, tolerance=0.002, check_all=True)
    else:
        found = tree.clash_clearance_many(a, b, clearance=0.05, check_all=kind == "clearance")
    pairs = {tuple(sorted((c.a.get_argument(0), c.b.get_argument(0)))) for c in found}
    print(json.dumps({
        "tool": f"IfcOpenShell {ifcopenshell.version}", "kind": kind, "clashes": len(pairs),
        "prepare_s": prepare, "cpu_s": time.process_time() - cpu,
    }))


if __name__ == "__main__":
    main()
