#!/usr/bin/env python3
"""Whether MPXJ reads the dates that groma writes into Microsoft Project's XML.

    python3 -m venv venv && venv/bin/pip install mpxj jpype1      (needs a Java runtime)
    venv/bin/python tools/mpxj_check.py GROMA FILE...

Each FILE is converted with its computed dates, opened by MPXJ (PyPI mpxj 16.10), and compared activity by activity with
`groma schedule solve` of the same file: start, finish, early and late dates, total float. Prints a line for each file
and each difference; ends with 1 if there is any.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jpype
import mpxj  # noqa: F401  (puts its jars on the class path)


def run(groma, *arguments):
    done = subprocess.run([groma, "schedule", *arguments], capture_output=True, text=True)
    if "holds no activity" in done.stderr:
        return None
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    return done.stdout


def text(instant):
    return None if instant is None else str(instant.toString())[:16]


def check(groma, file, folder, reader):
    solved = run(groma, "solve", str(file), "--format", "json")
    if solved is None:
        print(f"{file.name}: no activities")
        return True
    activities = json.loads(solved)["activities"]
    # Ids that are no numbers become numbers from 1 on.
    numeric = all(a["uid"].isdigit() for a in activities)
    ours = {a["uid"] if numeric else str(k): a for k, a in enumerate(activities, 1)}
    written = Path(folder) / "written.xml"
    run(groma, "convert", str(file), "-o", str(written), "--reschedule")
    project = reader.read(str(written))
    theirs = {str(t.getUniqueID()): t for t in project.getTasks()}
    equal, differences = 0, []
    for uid, a in ours.items():
        task = theirs.get(uid)
        if task is None:
            differences.append(f"{uid} {a['name']}: not there")
            continue
        slack = task.getTotalSlack()
        minutes = slack.convertUnits(minute, project.getProjectProperties()).getDuration()
        for name, our, their in (
            ("start", a["start"], text(task.getStart())),
            ("finish", a["finish"], text(task.getFinish())),
            ("early_start", a["early_start"], text(task.getEarlyStart())),
            ("early_finish", a["early_finish"], text(task.getEarlyFinish())),
            ("late_start", a["late_start"], text(task.getLateStart())),
            ("late_finish", a["late_finish"], text(task.getLateFinish())),
            ("total_float", round(a["total_float_h"] * 60), round(minutes)),
        ):
            if our == their:
                equal += 1
            else:
                differences.append(f"{uid} {a['name']}: {name} {our}, MPXJ {their}")
    print(f"{file.name}: {equal} of {equal + len(differences)} fields equal")
    for difference in differences:
        print(f"  {difference}")
    return not differences


jpype.startJVM()
from org.mpxj import TimeUnit  # noqa: E402
from org.mpxj.reader import UniversalProjectReader  # noqa: E402

minute = TimeUnit.MINUTES
with tempfile.TemporaryDirectory() as folder:
    verdicts = [check(sys.argv[1], Path(f), folder, UniversalProjectReader()) for f in sys.argv[2:]]
sys.exit(0 if all(verdicts) else 1)
