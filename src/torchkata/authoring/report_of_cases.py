"""The proof of cases, printed."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from torchkata.authoring.proof_of_cases import CaseProof, Prover
from torchkata.cases import derived
from torchkata.cases.plant import CaseError
from torchkata.cases.shelf import Case
from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.judging.judge import Judge

SLOWEST = 5


def prove(
    catalogue: Catalogue, cases: Sequence[Case], console: Console, *, as_json: bool, workers: int
) -> int:
    """Prove these cases, on the CPU; 0 when everything holds."""
    tree, begun = catalogue.tree, time.monotonic()
    entries: dict[str, Entry] = {}
    for case in cases:
        try:
            entries[case.number] = derived.put(tree, case)
        except (CaseError, OSError):
            continue  # the proof comes upon it again, and says so
    katas = [entry.kata for entry in entries.values()]
    proofs: list[CaseProof] = []
    with Judge(derived.derived(tree), katas, ahead=False, hidden=tree.hidden) as judge:
        prover = Prover(judge, catalogue, entries)
        for proof in prover.prove_all(cases, workers):
            proofs.append(proof)
            _print(proof, console, as_json=as_json)
    problems = [line for name in _projects(cases) for line in prover.about(name)]
    for line in problems:
        if as_json:
            print(line, file=sys.stderr)
        else:
            console.print(Text(line.replace(f"{tree.root}/", "")), soft_wrap=True)
    if not as_json:
        _print_sum(proofs, _projects(cases), time.monotonic() - begun, prover.used_by_healthy, console)
    return 1 if problems or any(proof.problems for proof in proofs) else 0


def _projects(cases: Sequence[Case]) -> list[str]:
    return list(dict.fromkeys(case.project.name for case in cases))


def _print(proof: CaseProof, console: Console, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(proof), ensure_ascii=False), flush=True)  # a run may be cut short
        return
    for problem in proof.problems:
        console.print(Text(f"{proof.case}: {problem}"), soft_wrap=True)


def _print_sum(
    proofs: list[CaseProof], projects: list[str], seconds: float, healthy: float, console: Console
) -> None:
    good = [proof for proof in proofs if not proof.problems]
    rights, wrongs = sum(p.rights for p in good), sum(p.wrongs for p in good)
    console.print(
        f"{len(good)} of {len(proofs)} cases proven in {len(projects)} projects: "
        f"{rights} right fixes besides the healthy projects, {wrongs} wrong fixes.",
        soft_wrap=True,
    )
    as_before = sum(len(proof.as_before) for proof in good)
    if as_before:
        console.print(f"{as_before} wrong fixes fail exactly as their plants do, and can't be named.")
    other = sum(not proof.numbers for proof in proofs)
    if other:
        console.print(
            f"{other} reports quote the numbers of other releases of torch than this one: their lines were "
            f"compared without them.",
            soft_wrap=True,
        )
    used = statistics.median(proof.used for proof in proofs)
    clock = statistics.median(proof.seconds for proof in proofs)
    console.print(
        f"A case takes {used:.2f} s of processor time in the median, for its log and for the tests that a "
        f"change can reach, on each of its programs; by the clock {clock:.2f} s, beside others. "
        f"All of it took {seconds:.0f} s by the clock. The healthy projects, which their cases share, took "
        f"{healthy:.0f} s of processor time.",
        soft_wrap=True,
    )
    if len(proofs) > SLOWEST:
        console.print(f"The slowest {SLOWEST}:")
        for proof in sorted(proofs, key=lambda p: -p.used)[:SLOWEST]:
            console.print(f"  {proof.used:5.2f} s  {proof.case}")
