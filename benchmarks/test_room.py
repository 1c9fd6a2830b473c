"""A thousand learners in one room: how long a report takes to be on the disk and acknowledged.

pytest benchmarks/test_room.py -p no:xdist -s
"""

import http.client
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEARNERS, REPORTS, AT_A_TIME = 1000, 5, 50
KATA = "graph/second_step"


def test_a_thousand_learners(tmp_path):
    for name in ("katas", "broken", "fixed", "tests"):
        (tmp_path / name).mkdir()
        for track in (ROOT / name).glob("*/"):
            shutil.copytree(track, tmp_path / name / track.name)
    room = subprocess.Popen(
        [sys.executable, "-m", "torchkata", "room", KATA, "--lan", "--port", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    said = ""
    while "Ctrl-C" not in said:
        said += room.stdout.readline()
    port, code = re.search(r"kata join \S+:(\d+) (\w+)", said).groups()

    def ask(number, path, content, key=""):
        """From an address of the learner's own, as in a room."""
        source = f"127.1.{number // 250}.{number % 250 + 1}"
        begun = time.perf_counter()
        line = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60, source_address=(source, 0))
        line.request("POST", path, json.dumps(content), {"authorization": f"Bearer {key}"})
        answer = line.getresponse()
        text = answer.read()
        line.close()
        assert answer.status == 200, text
        return time.perf_counter() - begun, json.loads(text)

    def report(number, turn):
        one = {
            "key": f"k{turn}",
            "kata": KATA,
            "verdict": "failing",
            "failure": "a sentence",
            "attempt": turn,
        }
        return ask(number, "/seat/reports", {"reports": [one]}, keys[number])[0]

    try:
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            joined = pool.map(lambda n: ask(n, "/seat", {"code": code, "name": f"l{n}"}), range(LEARNERS))
            keys = [said["key"] for _, said in joined]
            begun = time.perf_counter()
            turns = [(number, turn) for turn in range(REPORTS) for number in range(LEARNERS)]
            took = sorted(pool.map(lambda pair: report(*pair), turns))
            wall = time.perf_counter() - begun
    finally:
        room.send_signal(signal.SIGINT)
        room.wait(60)
        room.stdout.close()
    (journal,) = (tmp_path / ".kata" / "room").glob("*/events.jsonl")
    kept = sum('"report"' in line for line in journal.read_text().splitlines())
    assert kept == LEARNERS * REPORTS
    p50, p99 = statistics.median(took) * 1000, took[int(len(took) * 0.99)] * 1000
    print(
        f"\n{kept} reports of {LEARNERS} learners, {AT_A_TIME} at a time: {kept / wall:.0f} a second, ",
        end="",
    )
    print(f"p50 {p50:.0f} ms, p99 {p99:.0f} ms")
