#!/usr/bin/env python3
"""Find clashes on the same triangles by groma, IfcOpenShell and ifc-lite-clash, in one run, and print the ratios.

usage: compare_clash.py [--setup] [--peers DIR] [--data DIR] [--repeat N] [--groma BIN] [--threads N] [CASE ...]

CASE is duplex, hhs, office, schep or janesville (the last needs clash-meshes/janesville.bin, made by ifc_meshes.py of the
shared data); all but it by default. --setup installs IfcOpenShell 0.8.4 from PyPI into DIR (the wheel of 0.9 has no
tree that finds intersections) and builds ifc-lite-clash of crates.io there. One thread each; the least of N runs counts
(default 5; of the others no more than 2 on schep and janesville). groma and ifc-lite-clash test the mesh file, IfcOpenShell the IFC files that it
was made from. IfcOpenShell's clearance is asked for the least distances, which the others give; the row "near" has it stop
at the first triangles that are near enough, beside groma's clearance. "test" is from boxes to clashes with the trees built; "all" adds the building of the trees from the meshes.
--groma takes a groma-bench that is there instead of building one. --threads N adds, after the table, groma's wall time
on one thread and on N.
"""
import argparse
import json
import pathlib
import subprocess
import sys

from compare import HERE, ROOT, build, measure

CASES = {
    "duplex": ["duplex_A.ifc", "--", "duplex_E.ifc"],
    "hhs": ["hhs_office_construction.ifc"],
    "office": ["office_A.ifc"],
    "schep": ["schependomlaan/*.ifc"],
    "janesville": ["janesville.ifc"],
}


def setup(peers):
    venv = peers / "venv-clash"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([venv / "bin/pip", "install", "-q", "ifcopenshell==0.8.4", "numpy"], check=True)
    subprocess.run(["cargo", "build", "--release", "-q", "--target-dir", peers / "ifc-lite-clash"],
                   cwd=HERE / "ifc-lite-clash", check=True)


def files(data, names):
    out = []
    for name in names:
        out.extend([name] if name == "--" else sorted(str(p) for p in (data / "ifc").glob(name)))
    return out


def ours(bench, meshes, kind, threads):
    return [bench, "--threads", str(threads), "clash", "--meshes", meshes, "--kind", kind, "--tolerance", "0.002",
            "--distance", "0.05", "--no-exclusions"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", choices=[*CASES, []])
    parser.add_argument("--setup", action="store_true")
    parser.add_argument("--peers", type=pathlib.Path, default=ROOT / "target/peers")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT / "../shared/data")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--groma", type=pathlib.Path)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    peers = args.peers.resolve()
    if args.setup:
        setup(peers)
    bench = args.groma.resolve() if args.groma else build()
    cases = args.cases or [c for c in CASES if c != "janesville"]
    print("| case | kind | groma test s | all s | clashes | IfcOpenShell test s | all s | pairs | ratio test | all "
          "| ifc-lite-clash test s | all s | records | ratio test | all |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for case in cases:
        meshes = args.data / f"clash-meshes/{case}.bin"
        few = min(args.repeat, 2) if case in ("schep", "janesville") else args.repeat
        own = None
        for kind in ("hard", "clearance", "near"):
            # Which pairs are near is what IfcOpenShell can tell sooner than how near: groma's row is the same.
            own = own if kind == "near" else measure(ours(bench, meshes, kind, 1), args.repeat)
            if own is None:
                continue
            test, everything = own["steps"]["broad"] + own["steps"]["narrow"], own["cpu_s"]
            cells = [case, kind, f"{test:.4f}", f"{everything:.4f}", str(own["clashes"])]
            shell = measure([peers / "venv-clash/bin/python", HERE / "bench_ifcopenshell_clash.py", kind,
                             *files(args.data, CASES[case])], few)
            lite = None
            if kind != "near":
                lite = measure([peers / "ifc-lite-clash/release/bench-ifc-lite-clash", meshes, kind], few)
            for peer, all_s in ((shell, shell and shell["cpu_s"] + shell["prepare_s"]), (lite, lite and lite["all_s"])):
                if peer is None:
                    cells += ["-"] * 5
                    continue
                cells += [f"{peer['cpu_s']:.3f}", f"{all_s:.3f}", str(peer["clashes"]),
                          f"{peer['cpu_s'] / test:.1f}x", f"{all_s / everything:.1f}x"]
            print("| " + " | ".join(cells) + " |", flush=True)
    for case in cases if args.threads else []:
        walls = []
        for threads in (1, args.threads):
            command = ours(bench, args.data / f"clash-meshes/{case}.bin", "hard", threads)
            runs = [json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["wall_s"]
                    for _ in range(args.repeat)]
            walls.append(min(runs))
        print(f"{case}: {walls[0]:.3f} s on one thread, {walls[1]:.3f} s on {args.threads}: {walls[0] / walls[1]:.2f}x")


if __name__ == "__main__":
    main()
