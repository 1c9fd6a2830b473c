"""How long a learner waits: from the file on disk to the verdict on screen. Run it on its own:

    pytest benchmarks/test_feedback.py -p no:xdist --benchmark-columns=min,median,max,rounds

Three roads to the same answer about the same file, in one run: the floor (fork a warm process on
demand, call the same assertions directly, report), the loop (what learners have), and a cold pytest.
The ratios are what counts; the absolute numbers depend on the machine. The file event comes on
top of the first two.
"""

import io
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree
from torchkata.judging.judge import Judge
from torchkata.show import verdicts

ROOT = Path(__file__).parents[1]
KATA = "optim/flat_line"
MEDIANS: dict[str, float] = {}


@pytest.fixture(scope="module")
def entry():
    return Catalogue(Tree(ROOT))[KATA]


@pytest.fixture(scope="module")
def judge(entry):
    with Judge(Tree(ROOT), [entry.kata]) as judge:
        judge.prepare(entry.kata)
        yield judge


@pytest.fixture(scope="module")
def floor(entry):
    command = [sys.executable, str(Path(__file__).with_name("floor.py")), str(entry.kata.test)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline().startswith("ready")

    def check(file: Path) -> str:
        process.stdin.write(f"{file}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    yield check
    process.stdin.close()
    process.wait(10)
    process.stdout.close()


@pytest.mark.parametrize("state", ["fixed", "broken"])
def test_floor(benchmark, floor, entry, state):
    file = getattr(entry.kata, state)
    wanted = "solved" if state == "fixed" else "red"
    assert benchmark.pedantic(floor, (file,), rounds=40, warmup_rounds=3) == wanted
    MEDIANS[f"floor {state}"] = benchmark.stats.stats.median


@pytest.mark.parametrize("state", ["fixed", "broken"])
def test_loop(benchmark, judge, entry, state):
    program = getattr(entry.kata, state).read_bytes() + b"\n# Saved.\n"
    wanted = "solved" if state == "fixed" else "pitfall"

    def check() -> str:
        found = judge.check(entry, program, entry.kata.copy)
        Console(file=io.StringIO(), width=100).print(
            verdicts.verdict(found, entry, entry.kata.copy, keys=True)
        )
        return found.verdict

    def pause() -> None:
        time.sleep(0.05)  # people do not save again at once; the next child is forked meanwhile

    assert benchmark.pedantic(check, setup=pause, rounds=40, warmup_rounds=3) == wanted
    MEDIANS[f"loop {state}"] = benchmark.stats.stats.median


def test_cold_pytest(benchmark, entry):
    command = [sys.executable, "-m", "pytest", "-q", "--solutions", "fixed", str(entry.kata.test)]

    def check() -> int:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode

    assert benchmark.pedantic(check, rounds=3, warmup_rounds=1) == 0
    MEDIANS["cold"] = benchmark.stats.stats.median


def test_the_ratios_hold(judge, entry):
    """Hardly more than the floor, and at least a hundred times faster than a cold pytest."""
    loop = statistics.mean([MEDIANS["loop fixed"], MEDIANS["loop broken"]])
    floor = statistics.mean([MEDIANS["floor fixed"], MEDIANS["floor broken"]])
    print(f"\nloop / floor = {loop / floor:.2f}, cold / loop = {MEDIANS['cold'] / loop:.0f}")
    assert loop <= 1.2 * floor
    assert MEDIANS["cold"] >= 100 * loop


def test_two_hundred_checks_leave_nothing_behind(judge, entry):
    """Memory, file descriptors and processes of judge and parent are where they were."""
    worker = judge.worker.process.pid
    program = entry.kata.fixed.read_bytes()

    def check(times: int) -> None:
        for _ in range(times):
            assert judge.check(entry, program, entry.kata.copy).verdict == "solved"

    def now() -> dict[str, int]:
        return {
            "judge's descriptors": len(list(Path("/proc/self/fd").iterdir())),
            "parent's descriptors": len(list(Path(f"/proc/{worker}/fd").iterdir())),
            "parent's children": len(Path(f"/proc/{worker}/task/{worker}/children").read_text().split()),
        }

    def memory() -> int:
        status = Path(f"/proc/{worker}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    check(20)
    time.sleep(0.2)
    before, held = now(), memory()
    check(200)
    time.sleep(0.2)
    assert now() == before
    assert memory() - held < 4_000  # kB
