"""What a run on the stand-in device left out, counted: no skip of it is silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torchkata.system import devices


def summary(stats: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Lines for the end of a run: a torch without the backend, or the katas that carry a mark, and why."""
    if trouble := devices.stand_in_trouble():
        yield f"NOTHING WAS CHECKED ON {devices.STAND_IN}: {trouble}"
        return
    marked: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for report in stats.get("skipped", ()):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        reason = str(reason).removeprefix("Skipped: ")
        if reason.startswith(devices.NOT_ON_IT):
            track, name = report.nodeid.partition("::")[0].split("/")[-2:]
            kata = f"{track}/{name.removeprefix('test_').removesuffix('.py')}"
            marked[kata][reason.removeprefix(devices.NOT_ON_IT)] += 1
    if marked:
        tests = sum(sum(reasons.values()) for reasons in marked.values())
        yield f"not on the stand-in, in whole or in part: {len(marked)} katas, {tests} tests"
        for kata, reasons in sorted(marked.items()):
            for reason, count in reasons.items():
                yield f"  {kata} ({count}): {reason}"
