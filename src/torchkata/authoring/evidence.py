"""The evidence of gradients as a table, and its tests run again."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from torchkata.collection import records as records
from torchkata.collection.layout import Tree
from torchkata.collection.records import Record

WIDE = 120  # columns from which claims stand beside their figures


def show(tree: Tree, file: Path, only: set[str], console: Console, *, again: bool) -> int:
    """Show the records of `file`, and where `again` asks run their tests anew and compare."""
    chosen = [record for record in records.read(file) if not only or record["kata"] in only]
    if not chosen:
        console.print(
            f"Nothing is recorded in {file.name} of {', '.join(sorted(only)) or 'any kata'}.", markup=False
        )
        return 0
    stale = {records.key(record) for record in chosen if records.is_stale(tree, record)}
    table = Table(box=None, pad_edge=False, header_style="bold")
    wide = console.width >= WIDE or bool(only)
    for heading in ("kata", *(["claim"] if wide else []), "device", "before", "after", ""):
        table.add_column(heading, overflow="fold", no_wrap=heading not in ("kata", "claim"))
    for row in _pairs(chosen):
        before, after = row.get("before"), row.get("after")
        one = after or before
        assert one is not None
        old = any(records.key(record) in stale for record in row.values())
        claim = [one["claim"]] if wide else []
        errors = _error(before), _error(after)
        table.add_row(one["kata"], *claim, one["device"], *errors, "STALE" if old else "")
    console.print(table)
    console.print("The figures are relative errors of the gradient: |got - expected| / |expected|.")
    if stale:
        console.print(
            f"{len(stale)} records are stale: the code has changed. Renew: pytest --evidence {file.name}"
        )
    if again:
        return max(_replay(tree, chosen, console), 1 if stale else 0)
    return 1 if stale else 0


def _pairs(chosen: list[Record]) -> list[dict[str, Record]]:
    """Records of one kata, configuration and device, by state."""
    rows: dict[tuple[str, str, str], dict[str, Record]] = {}
    for record in chosen:
        kata, state, data, device = records.key(record)
        rows.setdefault((kata, data, device), {})[state] = record
    return list(rows.values())


def _error(record: Record | None) -> str:
    if record is None:
        return "-"
    if record["result"]["autograd"] is None:
        return "1 (no gradient)"
    return f"{record['result']['autograd_error']:.3g}"


def _replay(tree: Tree, chosen: list[Record], console: Console) -> int:
    """Run the recorded tests again: the same machine and torch must give the same numbers."""
    tests = sorted({str(tree.kata(record["kata"]).test.relative_to(tree.root)) for record in chosen})
    kinds = ",".join(sorted({record["device"] for record in chosen}))
    with tempfile.TemporaryDirectory(prefix="torchkata-") as folder:
        fresh_file = Path(folder, "evidence.jsonl")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--device",
            kinds,
            "--evidence",
            str(fresh_file),
            *tests,
        ]
        done = subprocess.run(
            command, cwd=tree.root, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if not fresh_file.is_file():
            console.print(
                Text(f"The tests could not be run again:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
            )
            return 1
        fresh = {records.key(record): record for record in records.read(fresh_file)}
    failed = 0
    for old in chosen:
        new = fresh.get(records.key(old))
        name = f"{old['kata']} {old['state']}"
        if new is None:
            failed, said = (
                failed + 1,
                "was not recorded again: its configuration has changed, or its test fails",
            )
        elif differ := records.differences(old, new):
            if old["environment"] != new["environment"]:
                said = "other numbers, in another environment"
            else:
                failed, said = failed + 1, "NOT REPRODUCED: " + "; ".join(differ)
        else:
            said = "reproduced"
        console.print(Text(f"{name}: {said}"), soft_wrap=True)
    return 1 if failed else 0
