#!/usr/bin/env python3
"""Import the same files by groma, IfcOpenShell and web-ifc, in turn, in one run, and print the ratios.

usage: compare.py [--setup] [--peers DIR] [--repeat N] [--groma BIN] [--sample STOREYSxBAYS]
                  FILE.ifc | FOLDER ...

--setup installs the peers (IfcOpenShell from PyPI, web-ifc from npm) into DIR first; without it they must be there.
DIR is target/peers by default. Each tool runs in a process of its own; the least of N runs counts (default 3 for groma
and web-ifc, 1 for IfcOpenShell, none for it above 100 MB). CPU seconds are user and system time over all threads. A
FOLDER is one row: groma opens its models together, a peer each in a process of its own, and their seconds add up.
--sample authors the sample project at that size, as heavy as real exports, and adds a row for its services. --groma
takes a groma-bench that is there instead of building one.
"""
import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def setup(peers):
    peers.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", peers / "venv"], check=True)
    subprocess.run([peers / "venv/bin/pip", "install", "-q", "ifcopenshell", "numpy"], check=True)
    (peers / "package.json").write_text('{"private": true}\n')
    subprocess.run(["npm", "install", "--silent", "web-ifc"], cwd=peers, check=True)


def measure(command, repeat):
    runs = []
    for _ in range(repeat):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stderr[-400:], file=sys.stderr)
            return None
        runs.append(json.loads(done.stdout.strip().splitlines()[-1]))
    return min(runs, key=lambda r: r["cpu_s"])


def measure_all(command, files, repeat):
    """One measurement for each file, added up; the memory is the most of any."""
    runs = [measure(command(file.resolve()), repeat) for file in files]
    if not all(runs):
        return None
    return {"cpu_s": sum(r["cpu_s"] for r in runs), "peak_mb": max(r["peak_mb"] for r in runs)}


def author_sample(size, peers):
    storeys, bays = size.split("x")
    out = peers / f"sample-{size}"
    if not (out / "services.ifc").is_file():
        out.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cargo", "run", "--release", "-q", "-p", "groma-sample", "--", "--rich", "--storeys", storeys,
                        "--bays", bays, "--out", out], cwd=ROOT, check=True)
    return out / "services.ifc"


def build():
    subprocess.run(["cargo", "build", "--release", "-q", "-p", "groma-bench"], cwd=ROOT, check=True)
    metadata = subprocess.run(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT, check=True,
                              capture_output=True, text=True).stdout
    return pathlib.Path(json.loads(metadata)["target_directory"]) / "release/groma-bench"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--setup", action="store_true")
    parser.add_argument("--peers", type=pathlib.Path, default=ROOT / "target/peers")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--groma", type=pathlib.Path)
    parser.add_argument("--sample", metavar="STOREYSxBAYS")
    args = parser.parse_args()
    peers = args.peers.resolve()
    if args.setup:
        setup(peers)
    bench = args.groma.resolve() if args.groma else build()
    rows = [(f"{f.name} (all)", sorted(f.glob("*.ifc"))) if f.is_dir() else (f.stem, [f]) for f in args.files]
    if args.sample:
        rows.append((f"sample {args.sample}, services", [author_sample(args.sample, peers)]))
    print("| file | MB | groma CPU s | groma wall s | groma MB | web-ifc CPU s | web-ifc MB | ratio | IfcOpenShell CPU s | ratio |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, files in rows:
        size = sum(f.stat().st_size for f in files) / 1e6
        ours = measure([bench, "inspect", *(f.resolve() for f in files)], args.repeat)
        webifc = measure_all(lambda f: ["node", HERE / "bench_webifc.mjs", f, peers], files, args.repeat)
        shell = None
        if size <= 100:
            shell = measure_all(lambda f: [peers / "venv/bin/python", HERE / "bench_ifcopenshell.py", f], files, 1)
        cells = [name, f"{size:.1f}"]
        cells += [f"{ours['cpu_s']:.2f}", f"{ours['wall_s']:.2f}", f"{ours['peak_mb']:.0f}"] if ours else ["failed", "-", "-"]
        cells += [f"{webifc['cpu_s']:.2f}", f"{webifc['peak_mb']:.0f}"] if webifc else ["failed", "-"]
        cells += [f"{webifc['cpu_s'] / ours['cpu_s']:.1f}x" if ours and webifc else "-"]
        ratio = f"{shell['cpu_s'] / ours['cpu_s']:.1f}x" if ours and shell else "-"
        cells += [f"{shell['cpu_s']:.2f}" if shell else "-", ratio]
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
