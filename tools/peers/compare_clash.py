#!/usr/bin/env python3
"""Find clashes on the same triangles by groma and IfcOpenShell, in one run, and print the ratios.

usage: compare_clash.py [--setup] [--peers DIR] [--data DIR] [--repeat N] [CASE ...]

CASE is duplex, hhs, office, schep or janesville (the last needs clash-meshes/janesville.bin, made by ifc_meshes.py of the
shared data); all but it by default. --setup installs IfcOpenShell 0.8.4 from PyPI into DIR (the wheel of 0.9 has no
tree that finds intersections). One thread each; the least of N runs counts (default 5 for groma, 2 for IfcOpenShell).
groma tests the mesh file, IfcOpenShell the IFC files that it was made from. "test" is from boxes to clashes with the trees
built; "all" adds the building of the trees from the meshes.
"""
import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CASES = {
    "duplex": ["duplex_A.ifc", "--", "duplex_E.ifc"],
    "hhs": ["hhs_office_construction.ifc"],
    "office": ["office_A.ifc"],
    "schep": ["schependomlaan/*.ifc"],
    "janesville": ["janesville.ifc"],
}


def files(data, names):
    out = []
    for name in names:
        out.extend([name] if name == "--" else sorted(str(p) for p in (data / "ifc").glob(name)))
    return out


def least(command, repeat, key):
    runs = []
    for _ in range(repeat):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stderr[-400:], file=sys.stderr)
            return None
        runs.append(json.loads(done.stdout.strip().splitlines()[-1]))
    return min(runs, key=key)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", choices=[*CASES, []])
    parser.add_argument("--setup", action="store_true")
    parser.add_argument("--peers", type=pathlib.Path, default=ROOT / "target/peers")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "../shared/data")
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args()
    venv = args.peers.resolve() / "venv-clash"
    if args.setup:
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "-q", "ifcopenshell==0.8.4", "numpy"], check=True)
    subprocess.run(["cargo", "build", "--release", "-q", "-p", "groma-bench"], cwd=ROOT, check=True)
    target = json.loads(subprocess.run(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT, check=True,
                                       capture_output=True, text=True).stdout)["target_directory"]
    print("| case | kind | candidates | groma test s | all s | clashes | IfcOpenShell test s | all s | pairs | ratio test | ratio all |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for case in args.cases or [c for c in CASES if c != "janesville"]:
        meshes = args.data / f"clash-meshes/{case}.bin"
        for kind in ("hard", "clearance"):
            own = least([f"{target}/release/groma-bench", "--threads", "1", "clash", "--meshes", meshes, "--kind", kind,
                         "--tolerance", "0.002", "--distance", "0.05", "--no-exclusions"], args.repeat, lambda r: r["cpu_s"])
            peer = least([venv / "bin/python", HERE / "bench_ifcopenshell_clash.py", kind, *files(args.data, CASES[case])],
                         min(args.repeat, 2), lambda r: r["cpu_s"])
            if own is None or peer is None:
                continue
            test = own["steps"]["broad"] + own["steps"]["narrow"]
            theirs = peer["cpu_s"] + peer["prepare_s"]
            print(f"| {case} | {kind} | {own['candidates']} | {test:.4f} | {own['cpu_s']:.3f} | {own['clashes']} "
                  f"| {peer['cpu_s']:.3f} | {theirs:.3f} | {peer['clashes']} "
                  f"| {peer['cpu_s'] / test:.1f}x | {theirs / own['cpu_s']:.1f}x |", flush=True)


if __name__ == "__main__":
    main()
