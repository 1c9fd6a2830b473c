"""The proof of katas, printed."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from torchkata.authoring.proof import Proof, prove_all
from torchkata.collection import records as records
from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.collection.lint import lint
from torchkata.judging.judge import Judge
from torchkata.judging.worker import Counted
from torchkata.system import devices

SLOWEST = 10
CAUSES = 5  # for which a process was replaced
UNAVAILABLE = 3  # as `kata check` ends


def prove(
    catalogue: Catalogue,
    chosen: Sequence[Entry],
    device: str,
    console: Console,
    *,
    as_json: bool,
    workers: int,
) -> int:
    """Lint and prove the chosen katas, or all; 0 when everything holds, 3 when none of it can run here."""
    begun = time.monotonic()
    problems = lint(catalogue.tree, {entry.id for entry in chosen} or None)
    for problem in problems:
        if as_json:
            print(problem, file=sys.stderr)  # standard output holds one JSON object a line
        else:
            console.print(Text(problem), soft_wrap=True)
    entries = chosen or catalogue.entries
    kinds = devices.parse(device)
    proofs: list[Proof] = []
    for kind in kinds:
        katas = [entry.kata for entry in entries]
        with Judge(catalogue.tree, katas, kind, ahead=False, one_hand=True) as judge:
            judge.collect()
            for proof in prove_all(judge, entries, workers):
                proofs.append(proof)
                _print_proof(proof, console, as_json=as_json)
            if judge.kept and not as_json and judge.warm:
                _print_road(kind, judge.worker.counted(), console)
    held = not problems and not any(proof.problems for proof in proofs)
    if not as_json:
        _print_sum(proofs, kinds, time.monotonic() - begun, console)
        if not held:
            console.print(
                f"Not proven: {len(problems) + sum(bool(p.problems) for p in proofs)} findings above."
            )
    if held and proofs and all(proof.unavailable for proof in proofs):
        return UNAVAILABLE  # nothing was wrong, for nothing was looked at
    return 0 if held else 1


def _print_proof(proof: Proof, console: Console, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(proof), ensure_ascii=False), flush=True)  # a run may be cut short
        return
    for problem in proof.problems:
        console.print(Text(f"{proof.kata} ({proof.device}): {problem}"), soft_wrap=True)


def _waiting(proofs: list[Proof]) -> str:
    """How many of them no machine without a GPU can prove."""
    count = sum(proof.unavailable.endswith("needs --device cuda") for proof in proofs)
    return f" ({count} need{'s' * (count == 1)} a GPU)" if count else ""


def _print_road(kind: str, counted: Counted | None, console: Console) -> None:
    """Where a process isn't forked for each check, with what that came to."""
    if counted is None:
        return
    one_each = f"{counted.made} process{'es' * (counted.made != 1)}"
    console.print(
        f"On {kind} a process is kept from one check to the next: {one_each} for {counted.served} programs."
    )
    causes = sorted(counted.replaced.items(), key=lambda cause: (-cause[1], cause[0]))
    for cause, count in causes[:CAUSES]:
        console.print(Text(f"  replaced {count} time{'s' * (count != 1)}: {cause}"), soft_wrap=True)


def _print_sum(proofs: list[Proof], kinds: list[str], seconds: float, console: Console) -> None:
    for kind in kinds:
        here = [proof for proof in proofs if proof.device == kind]
        good = [proof for proof in here if not proof.problems and not proof.unavailable]
        rights, wrongs = sum(p.rights for p in good), sum(p.wrongs for p in good)
        failure, correction = sum(p.failure_tests for p in good), sum(p.correction_tests for p in good)
        console.print(
            f"{len(good)} of {len(here)} katas proven on {kind}{_waiting(here)}: {failure} failure tests, "
            f"{correction} correction tests, {rights} right fixes besides fixed/, {wrongs} wrong fixes.",
            soft_wrap=True,
        )
        for proof in here:
            if proof.unavailable:
                console.print(f"  not on {kind}: {proof.kata}: {proof.unavailable}")
    judged = [check for proof in proofs for check in proof.checks]
    if judged:
        middle = 1000 * statistics.median(judged)
        console.print(f"{seconds:.0f} s for {len(judged)} checks, {middle:.0f} ms in the median.")
    slow = sorted((p for p in proofs if p.checks), key=lambda p: -max(p.checks))[:SLOWEST]
    if len(proofs) > 1 and slow:
        console.print(f"The slowest {len(slow)}, by their longest check:")
        for proof in slow:
            console.print(f"  {1000 * max(proof.checks):5.0f} ms  {proof.kata}")
