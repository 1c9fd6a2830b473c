"""The `evidence` fixture: one comparison of gradients, made into a record of the test's report."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from typing import Any

import torch

from torchkata.collection.layout import Kata
from torchkata.collection.records import PROPERTY, SCHEMA, Record, code_hash, digest
from torchkata.gradients import NUMERIC, STEP, GradientReport


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
        "data_sha256": digest(json.dumps(config, sort_keys=True).encode()),
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
