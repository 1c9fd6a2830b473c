"""Records of gradient correctness before and after a correction; torch is imported only to make one.

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
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torchkata import state
from torchkata.layout import Kata, Tree

if TYPE_CHECKING:
    from torchkata.gradients import GradientReport

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


class Recorder:
    """The `evidence` fixture. It writes into the test's own report, which xdist carries home."""

    def __init__(
        self, kata: Kata, test: str, phase: str, properties: list[tuple[str, object]] | None
    ) -> None:
        self.kata, self.test, self.phase, self.properties = kata, test, phase, properties

    def __call__(
        self,
        report: GradientReport,
        *,
        claim: str,
        oracle: str,
        config: Mapping[str, Any],
        checkpoint: Mapping[str, Any] | None = None,
        mode: str = "train",
        rng: str = "none: exact numbers, no sampling",
        seed: int | None = None,
    ) -> None:
        """Record one comparison.

        report:     from `gradients.compare`, agreeing or not
        claim:      the sentence whose truth is measured, the same before and after
        oracle:     where the analytic gradient comes from
        config:     every number that the result depends on, as plain data
        checkpoint: the parameters reached, by name: tensors
        """
        if self.properties is not None:
            record = _record(self, report, claim, oracle, dict(config), dict(checkpoint or {}))
            record |= {"mode": mode, "rng": rng, "seed": seed}
            # Plain data only: xdist carries no other (torch's version is a string of its own kind).
            self.properties.append((PROPERTY, json.loads(json.dumps(record))))


def _record(
    recorder: Recorder,
    report: GradientReport,
    claim: str,
    oracle: str,
    config: dict[str, Any],
    checkpoint: dict[str, Any],
) -> Record:
    import torch

    from torchkata.gradients import NUMERIC, STEP

    analytic = report.analytic
    rtol, atol = report.tolerance
    agrees = report.autograd is not None and bool(
        torch.allclose(report.autograd.detach().to(analytic), analytic, rtol=rtol, atol=atol)
    )
    return {
        "schema": SCHEMA,
        "kata": recorder.kata.id,
        "state": recorder.phase,
        "test": recorder.test,
        "device": analytic.device.type,
        "claim": claim,
        "verdict": "pass" if agrees else "fail",
        "metric": "relative error of the gradient, Euclidean norm",
        "method": {
            "oracle": oracle,
            "cross_check": "central differences" if report.numeric is not None else None,
            "step": STEP if report.numeric is not None else None,
            "tolerance": {"analytic": report.tolerance, "numeric": NUMERIC},
        },
        "result": {
            "autograd": None if report.autograd is None else report.autograd.tolist(),
            "analytic": analytic.tolist(),
            "numeric": None if report.numeric is None else report.numeric.tolist(),
            "autograd_error": report.autograd_error,
            "numeric_error": report.numeric_error,
        },
        "config": config,
        "tensors": {report.what: {"shape": list(analytic.shape), "dtype": str(analytic.dtype)}},
        "checkpoint": {name: _plain(value) for name, value in checkpoint.items()},
        "data_sha256": _digest(json.dumps(config, sort_keys=True).encode()),
        "code_sha256": code_hash(recorder.kata, recorder.phase),
        "environment": {
            "torch": torch.__version__,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cpu": torch.backends.cpu.get_cpu_capability(),
            "threads": torch.get_num_threads(),
            "deterministic": torch.are_deterministic_algorithms_enabled(),
            "default_dtype": str(torch.get_default_dtype()),
        },
    }


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]


def code_hash(kata: Kata, phase: str) -> str:
    """Over the code that a record depends on: the solution, the test, and the comparison."""
    solution = kata.broken if phase == "before" else kata.fixed
    gradients = Path(__file__).with_name("gradients.py")
    return _digest(solution.read_bytes(), kata.test.read_bytes(), gradients.read_bytes())


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
    state.write_text(
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
