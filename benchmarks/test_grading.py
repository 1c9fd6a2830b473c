"""What grading adds to the checks themselves: a cohort through `grade`, beside the same programs through
`Judge.check` alone; and what a second run takes, which finds all of them kept.

pytest benchmarks/test_grading.py -p no:xdist -s
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.grading import grade
from torchkata.judging.judge import Judge

ROOT = Path(__file__).parents[1]
LEARNERS, KATAS = 10, 20


def timed(act):
    """What `act` gives, seconds by the clock, and seconds of processor time with all that it started."""
    begun, before = time.monotonic(), os.times()
    found = act()
    after = os.times()
    return found, time.monotonic() - begun, sum(after[:4]) - sum(before[:4])


def test_a_cohort_beside_the_checks_alone(tmp_path):
    entries = [entry for entry in Catalogue(Tree(ROOT)).entries if not entry.card.needs][:KATAS]
    ids = [entry.id for entry in entries]
    programs = []
    for number in range(LEARNERS):
        for place, entry in enumerate(entries):
            # Right and wrong ones, and no two alike, so that each has to be checked.
            files = [entry.kata.fixed, *entry.kata.rights, *entry.kata.wrongs]
            text = files[(number + place) % len(files)].read_text() + f"\n# {number}\n"
            file = tmp_path / "handed_in" / f"learner_{number:02}" / f"{entry.id}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            programs.append((entry, text.encode(), file))

    def alone():
        with (
            Judge(Tree(ROOT), [entry.kata for entry in entries], ahead=False) as judge,
            ThreadPoolExecutor(os.cpu_count()) as pool,
        ):
            return list(pool.map(lambda program: judge.check(*program).verdict, programs))

    def graded():
        return grade(sorted((tmp_path / "handed_in").iterdir()), ids, tree=Tree(ROOT), keep=tmp_path / "keep")

    alone()  # so that neither has to run the known wrong fixes
    verdicts, seconds, processor = timed(alone)
    report, whole, of_all = timed(graded)
    again, second, of_second = timed(graded)
    assert again == report
    assert sorted(r.verdict.verdict for r in report.results) == sorted(verdicts)
    count = len(programs)
    print(
        f"\n{count} checks: {count / seconds:.1f} a second alone, {count / whole:.1f} graded "
        f"({seconds / whole:.0%}); processor time {processor:.1f} s and {of_all:.1f} s "
        f"({processor / of_all:.0%}); a second run {second:.1f} s, {of_second:.1f} s of processor time"
    )
