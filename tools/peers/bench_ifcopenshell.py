#!/usr/bin/env python3
"""Read and mesh one IFC file by IfcOpenShell; print what it cost as one line of JSON."""
import json
import resource
import sys
import time

import ifcopenshell
import ifcopenshell.geom

wall, cpu = time.perf_counter(), time.process_time()
model = ifcopenshell.open(sys.argv[1])
products = meshed = triangles = 0
products = len(model.by_type("IfcProduct"))
# One thread: more threads change the wall time, hardly the CPU time.
iterator = ifcopenshell.geom.iterator(ifcopenshell.geom.settings(), model, 1)
if iterator.initialize():
    while True:
        shape = iterator.get()
        meshed += 1
        triangles += len(shape.geometry.faces) // 3
        if not iterator.next():
            break
print(json.dumps({
    "tool": f"IfcOpenShell {ifcopenshell.version}", "elements": products, "meshed": meshed, "triangles": triangles,
    "wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
