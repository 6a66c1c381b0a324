#!/usr/bin/env python3
"""Least distances of sampled pairs by FCL, as truth for clearances.

usage: clearance_truth.py DATA OUT.json [PAIRS]     (needs: pip install numpy python-fcl)

DATA is the shared data (clash-meshes/*.bin); PAIRS (2,000 by default) are drawn by a fixed seed among those whose boxes
are within 50 mm of each other, an equal share from each set that has as many. OUT is {set: {"GlobalIdA|GlobalIdB" (sorted): metres}};
0 where the surfaces meet.
"""
import json
import pathlib
import random
import struct
import sys

import fcl
import numpy as np

SETS = ["duplex", "hhs", "office", "schep"]
REACH = 0.05


def read_meshes(path):
    data = path.read_bytes()
    assert data[:4] == b"CMSH", "not a mesh file"
    (count,) = struct.unpack_from("<I", data, 8)
    at, out = 12, []
    for _ in range(count):
        n = data[at]
        guid = data[at + 1:at + 1 + n].decode()
        at += 1 + n
        at += 1 + data[at]
        group, nv, nt = struct.unpack_from("<BII", data, at)
        at += 9
        v = np.frombuffer(data, "<f8", nv * 3, at).reshape(-1, 3)
        at += nv * 24
        t = np.frombuffer(data, "<u4", nt * 3, at).reshape(-1, 3)
        at += nt * 12
        if nt:
            out.append((guid, group, v, t.astype(np.int64)))
    ids = [e[0] for e in out]
    return [e for e in out if ids.count(e[0]) == 1]


def near_pairs(elements):
    lo = np.array([e[2].min(0) for e in elements]) - REACH
    hi = np.array([e[2].max(0) for e in elements])
    lo_bare = lo + REACH
    two = any(e[1] == 1 for e in elements)
    for i in range(len(elements)):
        near = np.flatnonzero(((lo[i] <= hi) & (lo_bare <= hi[i] + REACH)).all(1))
        for j in near[near > i]:
            if not two or elements[i][1] != elements[j][1]:
                yield i, int(j)


def model(element, origin):
    body = fcl.BVHModel()
    body.beginModel(len(element[2]), len(element[3]))
    body.addSubModel(element[2] - origin, element[3])
    body.endModel()
    return fcl.CollisionObject(body, fcl.Transform())


def main():
    data, out = pathlib.Path(sys.argv[1]), sys.argv[2]
    wanted = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    truth = {}
    for rest, name in zip(range(len(SETS), 0, -1), SETS):
        elements = read_meshes(data / f"clash-meshes/{name}.bin")
        pairs = list(near_pairs(elements))
        pairs = random.Random(1).sample(pairs, min(wanted // rest, len(pairs)))
        wanted -= len(pairs)
        found = {}
        for i, j in pairs:
            # Near the origin, so that no digits are lost.
            origin = elements[i][2].mean(0)
            a, b = model(elements[i], origin), model(elements[j], origin)
            touch = fcl.collide(a, b, fcl.CollisionRequest(), fcl.CollisionResult()) > 0
            gap = 0.0 if touch else fcl.distance(a, b, fcl.DistanceRequest(), fcl.DistanceResult())
            found["|".join(sorted((elements[i][0], elements[j][0])))] = round(max(gap, 0.0), 9)
        truth[name] = dict(sorted(found.items()))
        print(name, len(found), file=sys.stderr)
    pathlib.Path(out).write_text(json.dumps(truth, indent=0) + "\n")


if __name__ == "__main__":
    main()
