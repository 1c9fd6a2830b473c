"""Records of gradient correctness before and after a correction.

A record says what was compared under which configuration, with which code, and what came out.
`before` comes from a failure test (broken/), `after` from a correction test (fixed/). The file holds
one JSON object a line, no timings and no paths, so that it can be committed and compared. JSON knows no
NaN and no infinity: in the file these are the strings "NaN", "Infinity" and "-Infinity", and `read` gives
them back as numbers.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from torchkata.collection.layout import Kata, Tree
from torchkata.system import atomic

SCHEMA = "torchkata-evidence/1"
PROPERTY = "torchkata-evidence"
# What a replay on the same machine and torch must reproduce.
REPLAY_RTOL = 1e-12

STATES = ("before", "after")
# What readers of a record rely on.
FIELDS = (
    "kata", "state", "test", "device", "claim", "result", "checkpoint", "data_sha256", "code_sha256",
    "environment",
)  # fmt: skip
RESULTS = ("autograd", "analytic", "numeric", "autograd_error")
# What JSON has no number for, by the names that Python and JavaScript know; read back in MEASURED alone.
SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
MEASURED = ("result", "checkpoint")

Record = dict[str, Any]


def digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def code_hash(kata: Kata, phase: str) -> str:
    """Over the code that a record depends on: the solution, the test, and the comparison."""
    solution = kata.broken if phase == "before" else kata.fixed
    gradients = Path(__file__).parents[1] / "gradients.py"
    return digest(solution.read_bytes(), kata.test.read_bytes(), gradients.read_bytes())


def key(record: Record) -> tuple[str, str, str, str]:
    """What a record is about: kata, state, configuration and device."""
    return record["kata"], record["state"], record["data_sha256"], record["device"]


def is_stale(tree: Tree, record: Record) -> bool:
    """Whether the code has changed since, or is gone."""
    try:
        return bool(code_hash(tree.kata(record["kata"]), record["state"]) != record["code_sha256"])
    except OSError:
        return True


def read(file: Path) -> list[Record]:
    """Every record. Raises ValueError, with the line's number, for one that is none."""
    records = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            record = json.loads(line)
            if record["schema"] != SCHEMA:
                raise ValueError(f"its schema is {record['schema']!r}, not {SCHEMA!r}")
            missing = [name for name in FIELDS if name not in record]
            missing += [name for name in RESULTS if name not in record.get("result", {})]
            if missing:
                raise ValueError(f"it lacks {', '.join(missing)}")
            if record["state"] not in STATES:
                raise ValueError(f"its state is {record['state']!r}, not {' or '.join(STATES)}")
        except (ValueError, KeyError, TypeError) as problem:
            raise ValueError(f"{file}, line {number}: not a record: {problem}") from None
        records.append(record | {name: _from_json(record[name]) for name in MEASURED})
    return records


def write(file: Path, records: Iterable[Record]) -> None:
    """Put `records` into `file`. What it holds already stays, unless it is about older code of theirs."""
    fresh = {key(record): record for record in records}
    code = {(record["kata"], record["state"]): record["code_sha256"] for record in fresh.values()}
    kept = {
        key(record): record
        for record in (read(file) if file.is_file() else [])
        if code.get((record["kata"], record["state"]), record["code_sha256"]) == record["code_sha256"]
    }
    lines = sorted(
        (kept | fresh).values(),
        key=lambda r: (r["kata"], r["device"], r["data_sha256"], STATES.index(r["state"])),
    )
    atomic.write_text(
        file,
        "".join(json.dumps(_to_json(r), ensure_ascii=False, allow_nan=False) + "\n" for r in lines),
    )


def _to_json(value: Any) -> Any:
    """`value` with a name in place of every NaN and infinity, at any depth."""
    if isinstance(value, dict):
        return {key: _to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to_json(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _from_json(value: Any) -> Any:
    """The numbers of `_to_json` again."""
    if isinstance(value, dict):
        return {key: _from_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_from_json(item) for item in value]
    return SPECIAL.get(value, value) if isinstance(value, str) else value


def differences(old: Record, new: Record) -> list[str]:
    """What a replay did not reproduce, one line each."""
    found = []
    for name in ("autograd", "analytic", "numeric"):
        if not _equal(old["result"][name], new["result"][name]):
            found.append(f"{name} was {old['result'][name]}, is {new['result'][name]}")
    if not _equal(list(old["checkpoint"].values()), list(new["checkpoint"].values())):
        found.append(f"checkpoint was {old['checkpoint']}, is {new['checkpoint']}")
    return found


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_equal(a, b) for a, b in zip(one, other))
    if isinstance(one, float) and isinstance(other, float):
        alike = math.isclose(one, other, rel_tol=REPLAY_RTOL, abs_tol=1e-15)
        return alike or (math.isnan(one) and math.isnan(other))
    return bool(one == other)
