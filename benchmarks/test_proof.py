"""What a check costs in the proof, in processor time, which does not depend on what else the machine does.

    pytest benchmarks/test_proof.py -p no:xdist -s

One kata of each track; the floor calls the same assertions on the same files, in a process forked from a
warm one, with nothing that a judge needs. Start-up and the signatures of known wrong fixes are in the
proof's figure.
"""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from torchkata.collection.catalogue import Catalogue
from torchkata.collection.layout import Tree

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "torchkata", "prove", "--workers", "2"]


def used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture(scope="module")
def chosen():
    """The last kata of each track whose tests ask for nothing that the floor has not."""
    tracks = {
        entry.card.track: entry
        for entry in Catalogue(Tree(ROOT)).entries
        if not entry.card.needs and not re.search(r"tmp_path|capsys|monkeypatch", entry.kata.test.read_text())
    }
    return list(tracks.values())


def proof_of(ids: list[str]) -> tuple[float, int, str]:
    """Processor seconds, checks, and what was said; signatures are taken anew."""
    for kept in (ROOT / ".kata" / "cache").glob("*.json"):
        kept.unlink()
    before = used_by_children()
    done = subprocess.run([*COMMAND, *ids], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    checks = int(re.search(r"for (\d+) checks", done.stdout)[1])
    return used_by_children() - before, checks, done.stdout


def floor_of(entries) -> float:
    """Processor seconds for a check of every file of these katas, start-up left out."""
    total = files = 0.0
    for entry in entries:
        kata = entry.kata
        command = [sys.executable, str(Path(__file__).with_name("floor.py")), str(kata.test)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert process.stdout.readline().startswith("ready")
        begun = _ticks(process.pid)
        for file in (kata.broken, kata.fixed, *kata.rights, *kata.wrongs):
            process.stdin.write(f"{file}\n")
            process.stdin.flush()
            process.stdout.readline()
            files += 1
        total += _ticks(process.pid) - begun
        process.communicate()
    return total / files


def _ticks(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def test_processor_time_per_check_beside_the_floor(chosen):
    used, checks, _ = proof_of([entry.id for entry in chosen])
    floor = floor_of(chosen)
    print(
        f"\n{len(chosen)} katas, {checks} checks: {1000 * used / checks:.0f} ms of processor time a check, "
        f"start-up included; the floor {1000 * floor:.0f} ms; ratio {used / checks / floor:.2f}"
    )


def test_twelve_katas_are_proven_beside_sixteen_busy_processes(chosen):
    crowd = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(16)]
    try:
        _, checks, said = proof_of([entry.id for entry in chosen[:12]])
    finally:
        for process in crowd:
            process.kill()
            process.wait()
    print("\n" + "\n".join(said.splitlines()[:2]))
    assert checks > 100
