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
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import IO

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
        # Files, and no pipes: a container that waits for us to read would wait for ever while we write.
        with tempfile.TemporaryFile() as sent, tempfile.TemporaryFile() as said:
            sent.write(_asked(works))
            sent.seek(0)
            with subprocess.Popen(
                [*command, "python", "-m", "torchkata.grading.contained"],
                stdin=sent,
                stdout=subprocess.PIPE,
                stderr=said,
            ) as process:
                guard = threading.Timer(seconds, self._remove, [name])
                guard.start()
                try:
                    assert process.stdout is not None
                    return self._read(process.stdout, works)
                except Unstarted as nothing:
                    process.wait()
                    said.seek(0)
                    words = said.read(LONGEST).decode(errors="replace").strip() or str(nothing)
                    raise Unstarted(
                        f"{shlex.join(self.program)} could not run {self.image}: {words}"
                    ) from None
                finally:
                    guard.cancel()
                    process.kill()
                    self._remove(name)

    def _read(self, lines: IO[bytes], works: Sequence[Work]) -> list[Verdict | Lost]:
        first = lines.readline(LONGEST)
        if not first:
            raise Unstarted("it said nothing")
        try:
            content = json.loads(first)["content"]
        except (ValueError, TypeError, KeyError, RecursionError):  # whatever is in that image, it isn't ours
            content = None
        if content != self.content:
            raise Differs(f"the image {self.image} holds another torchkata than this one; build it anew")
        return [_verdict(lines.readline(LONGEST), work) for work in works]

    def _remove(self, name: str) -> None:
        # Killing the client leaves the container running.
        subprocess.run(
            [*self.program, "rm", "--force", name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


def _asked(works: Sequence[Work]) -> bytes:
    """What `contained` reads: a line about all of them, and one for each program."""
    setting = works[0].setting
    lines = [{"device": setting.device, "limits": asdict(setting.limits)}]
    lines += [{"kata": work.kata, "program": base64.b64encode(work.program).decode()} for work in works]
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def _verdict(line: bytes, work: Work) -> Verdict | Lost:
    """What comes out of a container isn't trusted to be in form."""
    if not line:
        return Lost("its container ended before the check did")
    try:
        verdict = Verdict.from_json(line.decode())
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Lost("its container sent what is no verdict")
    if not _in_form(verdict):
        return Lost("its container sent what is no verdict")
    return verdict if verdict.kata == work.kata else Lost("its container sent another kata's verdict")


def _in_form(verdict: Verdict) -> bool:
    """Whether everything has the type that a report will take it for."""
    texts = [verdict.kata, verdict.verdict, verdict.device, verdict.torch, verdict.python]
    texts += [verdict.message, verdict.output, verdict.wrong_fix or ""]
    lines = [verdict.line]
    for test in verdict.tests:
        texts += [test.name, test.sentence, test.group, test.outcome, test.message]
        lines.append(test.line)
    return (
        all(isinstance(text, str) for text in texts)
        and all(line is None or isinstance(line, int) for line in lines)
        and isinstance(verdict.seconds, int | float)
    )


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
