#!/usr/bin/env python3
"""groma and OR-Tools CP-SAT on the nine hardest problems of PSPLIB's j120, in one table.

    pip install ortools
    cargo build --release -p groma-bench
    python3 tools/peers/bench_rcpsp.py [--data DIR] [--groma-seconds 0.5] [--peer-seconds 15]

The nine are those whose best known makespan lies farthest above the length of the critical path, in percent.
Both run on one thread. CP-SAT is stopped when it has had its seconds of the CPU, whatever else the machine does; groma
by the wall clock, so that it has its seconds at most. The CPU seconds of both are measured.
"""
import argparse
import json
import pathlib
import subprocess
import threading
import time

import ortools
from ortools.sat.python import cp_model


def read(path):
    """(durations, demands, capacities, successors) of a single-mode file, activities from 0 on."""
    lines = path.read_text().splitlines()

    def rows(title, skip):
        at = next(k for k, line in enumerate(lines) if line.strip().startswith(title)) + skip + 1
        out = []
        for line in lines[at:]:
            words = line.split()
            if not words or not all(w.isdigit() for w in words):
                break
            out.append([int(w) for w in words])
        return out

    successors = [[s - 1 for s in row[3:]] for row in rows("PRECEDENCE RELATIONS", 1)]
    work = rows("REQUESTS/DURATIONS", 2)
    capacities = rows("RESOURCEAVAILABILITIES", 1)[0]
    return [r[2] for r in work], [r[3:] for r in work], capacities, successors


def critical_path(problem):
    durations, _, _, successors = problem
    early = [0] * len(durations)
    for i, after in enumerate(successors):
        for s in after:
            early[s] = max(early[s], early[i] + durations[i])
    return max(e + d for e, d in zip(early, durations))


def hardest(data, count):
    found = []
    for line in (data / "j120.optimum.csv").read_text().splitlines()[1:]:
        name, best = line.split(",")
        best = int(best.split("..")[-1])
        path = data / "j120" / name
        found.append((best / critical_path(read(path)), path, best))
    found.sort(key=lambda f: (-f[0], f[1].name))
    return found[:count]


def cp_sat(problem, seconds):
    """(makespan, lower bound, CPU seconds) of one worker that has so many seconds of the CPU."""
    durations, demands, capacities, successors = problem
    model = cp_model.CpModel()
    horizon = sum(durations)
    starts = [model.new_int_var(0, horizon, "") for _ in durations]
    spans = [model.new_fixed_size_interval_var(s, d, "") for s, d in zip(starts, durations)]
    end = model.new_int_var(0, horizon, "")
    for i, after in enumerate(successors):
        model.add(starts[i] + durations[i] <= end)
        for s in after:
            model.add(starts[s] >= starts[i] + durations[i])
    for r, capacity in enumerate(capacities):
        model.add_cumulative(spans, [d[r] for d in demands], capacity)
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    before = time.process_time()
    done = threading.Event()

    def watch():
        # Often enough that it gets no tenth of a second more.
        while not done.wait(0.02):
            if time.process_time() - before >= seconds:
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    status = solver.solve(model)
    cpu = time.process_time() - before
    done.set()
    watcher.join()
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return (int(solver.objective_value) if found else None), int(solver.best_objective_bound), cpu


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data/schedule/psplib"))
    parser.add_argument("--bench", default="target/release/groma-bench")
    parser.add_argument("--groma-seconds", type=float, default=0.5)
    parser.add_argument("--peer-seconds", type=float, default=15.0)
    parser.add_argument("--count", type=int, default=9)
    args = parser.parse_args()
    chosen = hardest(args.data, args.count)
    command = [args.bench, "--threads", "1", "psplib", "--seconds", str(args.groma_seconds), "--only"]
    lines = subprocess.run(command + [str(c[1]) for c in chosen], check=True, capture_output=True, text=True)
    ours = [json.loads(line) for line in lines.stdout.splitlines()]
    print(f"| problem | critical path | best known | groma | gap | CPU s | OR-Tools {ortools.__version__} CP-SAT | gap | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|")
    sums = [0.0] * 4
    for (_, path, best), own in zip(chosen, ours):
        makespan, _, cpu = cp_sat(read(path), args.peer_seconds)
        own_gap = 100 * (own["makespan"] / best - 1)
        gap = 100 * (makespan / best - 1) if makespan else float("nan")
        for k, value in enumerate([own_gap, own["cpu_s"], gap, cpu]):
            sums[k] += value / len(chosen)
        print(f"| {path.stem} | {own['critical_path']} | {best} | {own['makespan']} | {own_gap:.1f} % | {own['cpu_s']:.2f} "
              f"| {makespan or '-'} | {gap:.1f} % | {cpu:.1f} |", flush=True)
    print(f"| mean | | | | {sums[0]:.2f} % | {sums[1]:.2f} | | {sums[2]:.2f} % | {sums[3]:.1f} |")


if __name__ == "__main__":
    main()
