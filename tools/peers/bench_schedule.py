#!/usr/bin/env python3
"""The tables of BENCHMARKS.md on programmes: dates, risk and what-ifs, PSPLIB, and OR-Tools where it is installed.

    cargo build --release -p groma-bench
    pip install ortools            # for the last table
    python3 tools/peers/bench_schedule.py [--data DIR] [--bench target/release/groma-bench]
"""
import argparse
import importlib.util
import pathlib
import subprocess
import sys


def table(title, command):
    print(f"\n### {title}\n", flush=True)
    subprocess.run(command, check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data/schedule"))
    parser.add_argument("--bench", default="target/release/groma-bench")
    parser.add_argument("--groma-seconds", default="0.5")
    parser.add_argument("--peer-seconds", default="15")
    args = parser.parse_args()
    psplib = str(args.data / "psplib")
    table("Dates, risk and what-ifs", [args.bench, "schedule", "--data", str(args.data)])
    table("PSPLIB, 5,000 schedules each", [args.bench, "psplib", "--data", psplib])
    if importlib.util.find_spec("ortools") is None:
        sys.exit("OR-Tools is not installed (pip install ortools); its table is left out")
    peer = pathlib.Path(__file__).with_name("bench_rcpsp.py")
    seconds = ["--groma-seconds", args.groma_seconds, "--peer-seconds", args.peer_seconds]
    table("The hardest of j120, beside OR-Tools CP-SAT",
          [sys.executable, str(peer), "--data", psplib, "--bench", args.bench, *seconds])


if __name__ == "__main__":
    main()
