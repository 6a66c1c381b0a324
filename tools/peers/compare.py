#!/usr/bin/env python3
"""Import the same files by groma, IfcOpenShell and web-ifc, in turn, in one run, and print the ratios.

usage: compare.py [--setup] [--peers DIR] [--repeat N] FILE.ifc ...

--setup installs the peers (IfcOpenShell from PyPI, web-ifc from npm) into DIR first; without it they must be there.
DIR is target/peers by default. Each tool runs in a process of its own; the least of N runs counts (default 3 for groma
and web-ifc, 1 for IfcOpenShell). CPU seconds are user and system time over all threads.
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--setup", action="store_true")
    parser.add_argument("--peers", type=pathlib.Path, default=ROOT / "target/peers")
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    peers = args.peers.resolve()
    if args.setup:
        setup(peers)
    subprocess.run(["cargo", "build", "--release", "-q", "-p", "groma-bench"], cwd=ROOT, check=True)
    target = json.loads(subprocess.run(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT, check=True,
                                       capture_output=True, text=True).stdout)["target_directory"]
    tools = [
        ("groma", lambda f: [f"{target}/release/groma-bench", "inspect", f], args.repeat),
        ("web-ifc", lambda f: ["node", HERE / "bench_webifc.mjs", f, peers], args.repeat),
        ("IfcOpenShell", lambda f: [peers / "venv/bin/python", HERE / "bench_ifcopenshell.py", f], 1),
    ]
    print("| file | MB | groma CPU s | groma MB | web-ifc CPU s | ratio | IfcOpenShell CPU s | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for file in args.files:
        results = {name: measure(command(file.resolve()), repeat) for name, command, repeat in tools}
        ours = results["groma"]
        cells = [file.stem, f"{file.stat().st_size / 1e6:.1f}"]
        cells += [f"{ours['cpu_s']:.2f}", f"{ours['peak_mb']:.0f}"] if ours else ["failed", "-"]
        for peer in ("web-ifc", "IfcOpenShell"):
            theirs = results[peer]
            cells += [f"{theirs['cpu_s']:.2f}", f"{theirs['cpu_s'] / ours['cpu_s']:.1f}x"] if theirs and ours else ["failed", "-"]
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
