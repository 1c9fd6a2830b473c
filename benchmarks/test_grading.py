"""What grading adds to the checks themselves: a cohort through `grade`, beside some of its programs through
`Judge.check` alone. The run is killed half-way and goes on; three shards give the same again.

pytest benchmarks/test_grading.py -p no:xdist -s                             ten learners, twenty katas
TORCHKATA_LEARNERS=200 pytest benchmarks/test_grading.py -p no:xdist -s      two hundred
"""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.grading import grade, merged
from torchkata.judging.judge import Judge

ROOT = Path(__file__).parents[1]
LEARNERS, KATAS = int(os.environ.get("TORCHKATA_LEARNERS", "10")), 20
ALONE = 10  # learners whose programs the judge gets without a grader


def timed(act):
    """What `act` gives, seconds by the clock, and seconds of processor time with all that it started."""
    begun, before = time.monotonic(), os.times()
    found = act()
    after = os.times()
    return found, time.monotonic() - begun, sum(after[:4]) - sum(before[:4])


def hand_in(entries, folder):
    programs = []
    for number in range(LEARNERS):
        for place, entry in enumerate(entries):
            # Right and wrong ones, and no two alike, so that each has to be checked.
            files = [entry.kata.fixed, *entry.kata.rights, *entry.kata.wrongs]
            text = files[(number + place) % len(files)].read_text() + f"\n# {number}\n"
            file = folder / f"learner_{number:03}" / f"{entry.id}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            programs.append((entry, text.encode(), file))
    return programs


def without_times(report):
    data = json.loads(report.to_json())
    for result in data["results"]:
        del result["verdict"]["seconds"]
    return data


def test_a_cohort_beside_the_checks_alone(tmp_path):
    entries = [entry for entry in Catalogue(Tree(ROOT)).entries if not entry.card.needs][:KATAS]
    ids = [entry.id for entry in entries]
    handed_in, keep = tmp_path / "handed_in", tmp_path / "keep"
    programs = hand_in(entries, handed_in)
    folders = sorted(handed_in.iterdir())

    def alone():
        with (
            Judge(Tree(ROOT), [entry.kata for entry in entries], ahead=False) as judge,
            ThreadPoolExecutor(os.cpu_count()) as pool,
        ):
            found = pool.map(lambda program: judge.check(*program).verdict, programs[: ALONE * KATAS])
            return list(found)

    def graded():
        return grade(folders, ids, tree=Tree(ROOT), keep=keep)

    alone()  # so that neither has to run the known wrong fixes
    verdicts, seconds, processor = timed(alone)
    few, whole, of_all = timed(lambda: grade(folders[:ALONE], ids, tree=Tree(ROOT), keep=tmp_path / "few"))
    assert [r.verdict.verdict for r in few.results] == [
        verdict for _, verdict in sorted(zip([(p[2].parts[-3], p[0].id) for p in programs], verdicts))
    ]
    count = len(verdicts)
    print(
        f"\n{count} checks: {count / seconds:.1f} a second alone, {count / whole:.1f} graded "
        f"({seconds / whole:.0%}); processor time {processor:.1f} s and {of_all:.1f} s "
        f"({processor / of_all:.0%})"
    )

    command = [
        sys.executable,
        "-m",
        "torchkata",
        "grade",
        "--tree",
        ROOT,
        "--keep",
        keep,
        "--each",
        handed_in,
    ]
    half = len(programs) // 2
    with subprocess.Popen([*map(str, command), "--katas", ",".join(ids)], stdout=subprocess.PIPE) as process:
        for _ in range(half):
            process.stdout.readline()
        process.kill()
    before = {file: file.stat().st_mtime_ns for file in keep.rglob("*.json")}
    report, rest, _ = timed(graded)
    after = {file: file.stat().st_mtime_ns for file in keep.rglob("*.json")}
    assert before.items() <= after.items()  # nothing twice
    assert len(after) == len(report.results) == len(programs)  # nothing missing
    print(f"killed after {len(before)} of {len(programs)} checks; the rest took {rest:.1f} s")
    again, second, of_second = timed(graded)
    assert again == report
    print(f"a second run: {second:.1f} s, {of_second:.1f} s of processor time")

    shards = [
        grade(folders, ids, tree=Tree(ROOT), keep=tmp_path / f"shard{n}", shard=(n, 3)) for n in (1, 2, 3)
    ]
    assert without_times(merged(shards)) == without_times(report)
    print(f"three shards, merged: the same {len(report.results)} results")
