"""A container for each learner: without network, read-only, and with a cap on what it takes.

Programs go in through standard input and verdicts come out: nothing of this machine is mounted. The image
holds the same torchkata as is installed here; `contained` is what runs in it.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shlex
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass

from torchkata.grading.elsewhere import Differs, Lost, Road, Work
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import PATIENCE, START_TIMEOUT
from torchkata.system import fence

CAPS = (
    *("--network=none", "--read-only", "--tmpfs=/tmp:rw,size=1g", "--shm-size=256m"),
    *("--memory=6g", "--pids-limit=512", "--cap-drop=all", "--security-opt=no-new-privileges"),
    *("--env=HOME=/tmp", "--interactive", "--rm"),
)
LONGEST = 4 << 20  # bytes of a line that a container may send


class Unstarted(ValueError):
    """No container came up; the message has its own words."""


@dataclass(frozen=True)
class Containers:
    """program: podman or docker, with options of its own if it needs any"""

    program: tuple[str, ...]
    image: str
    content: str  # digest of the katas and the engine that the image must hold

    def over(self, _: Callable[[Work], Verdict], works: Sequence[Work]) -> Iterator[Verdict | Lost]:
        """As many containers at a time as there are cores; the results come learner by learner."""
        learners = [list(of) for _, of in itertools.groupby(works, lambda work: work.learner)]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for verdicts in pool.map(self._one, learners):
                yield from verdicts

    def _one(self, works: Sequence[Work]) -> list[Verdict | Lost]:
        name = f"torchkata-{uuid.uuid4().hex[:12]}"
        command = [*self.program, "run", f"--name={name}", *CAPS, self.image]
        setting = works[0].setting
        seconds = START_TIMEOUT + len(works) * setting.limits.seconds * PATIENCE * 2
        with subprocess.Popen(
            [*command, "python", "-m", "torchkata.grading.contained"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            guard = threading.Timer(seconds, self._remove, [name])
            guard.start()
            try:
                return self._talk(process, works)
            finally:
                guard.cancel()
                process.kill()
                self._remove(name)

    def _talk(self, process: subprocess.Popen[bytes], works: Sequence[Work]) -> list[Verdict | Lost]:
        assert process.stdin is not None
        assert process.stdout is not None
        setting = works[0].setting
        sent = [{"device": setting.device, "limits": asdict(setting.limits)}]
        sent += [{"kata": work.kata, "program": base64.b64encode(work.program).decode()} for work in works]
        with suppress(BrokenPipeError):
            process.stdin.write("".join(f"{json.dumps(line)}\n" for line in sent).encode())
            process.stdin.close()
        first = process.stdout.readline(LONGEST)
        if not first:
            said = process.stderr.read(LONGEST).decode(errors="replace").strip() if process.stderr else ""
            raise Unstarted(f"{shlex.join(self.program)} could not run {self.image}: {said or 'no word'}")
        if json.loads(first).get("content") != self.content:
            raise Differs(f"the image {self.image} holds another torchkata than this one; build it anew")
        return [_verdict(process.stdout.readline(LONGEST), work) for work in works]

    def _remove(self, name: str) -> None:
        # Killing the client leaves the container running.
        subprocess.run(
            [*self.program, "rm", "--force", name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


def _verdict(line: bytes, work: Work) -> Verdict | Lost:
    """What comes out of a container isn't trusted to be in form."""
    if not line:
        return Lost("its container ended before the check did")
    try:
        verdict = Verdict.from_json(line.decode())
    except (ValueError, TypeError, AttributeError):
        return Lost("its container sent what is no verdict")
    return verdict if verdict.kata == work.kata else Lost("its container sent another kata's verdict")


def road(program: str, image: str, content: str) -> Road:
    """program: "podman" or "docker", or with options: "podman --runtime runc"."""
    words = tuple(shlex.split(program))
    found = subprocess.run(
        [*words, "image", "inspect", "--format", "{{.Id}}", image],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    place = f"{image} {found.stdout.strip()}"
    walls = f"a container of its own for each learner ({words[0]}: no network, read-only, capped)"
    return Road(Containers(words, image, content).over, place, f"{walls}; in it a {fence.tier(forks=True)}")
