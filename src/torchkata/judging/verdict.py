"""What a check found: the dataclasses, and their one-line JSON."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from torchkata.system.devices import KNOWN

SCHEMA = "kata-verdict/1"

Kind = Literal[
    "solved",
    "untouched",
    "pitfall",
    "wrong_fix",
    "failing",
    "invalid",
    "timeout",
    "memory",
    "output_limit",
    "early_exit",
    "crashed",
    "tampered",
    "unavailable",
    "internal",
]
Group = Literal["failure", "correction"]
Outcome = Literal["passed", "failed", "skipped", "not run"]


@dataclass(frozen=True)
class TestResult:
    """One test of one check. A `failure` test that passed means that the pitfall is there.

    message: what the test said when it failed, the first line being the sentence to show
    line:    the line of the judged file that the failure leads to, where there is one
    """

    __test__ = False  # pytest would otherwise take the name for a test class

    name: str
    sentence: str
    group: Group
    outcome: Outcome
    message: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Verdict:
    """The one answer of a check.

    message: for people: what ended the check, or the explanation of a known wrong fix
    line:    the line of the judged file, for `invalid`
    seconds: from the request to the verdict, by the judge's clock
    output:  what the program printed, cut where it was too much
    """

    kata: str
    verdict: Kind
    device: str
    torch: str
    python: str
    seconds: float
    tests: list[TestResult] = field(default_factory=list)
    wrong_fix: str | None = None
    message: str = ""
    line: int | None = None
    output: str = ""

    @property
    def first_failed(self) -> TestResult | None:
        """The correction test to talk about: the first that did not pass."""
        return next((t for t in self.tests if t.group == "correction" and t.outcome != "passed"), None)

    def to_json(self) -> str:
        """One line; the fields of the schema, in its order, and then what is for people."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Verdict:
        """Raises ValueError for another schema or a line that is no verdict."""
        try:
            data: dict[str, Any] = json.loads(line)
            if data.pop("schema") != SCHEMA:
                raise ValueError("another schema")
            data["tests"] = [TestResult(**test) for test in data["tests"]]
            return cls(**data)
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(f"not a {SCHEMA} line: {problem}") from None


def sentence(name: str) -> str:
    """A test's name as people read it: `test_a_b[cpu-2]` is "a b (2)".

    Hyphens part the parameters; one that is the sign of a number or of its exponent stays.
    """
    base, _, params = name.removeprefix("test_").partition("[")
    parts = re.split(r"(?<=[^-\[(, ])(?<!\de)-", params.removesuffix("]"))
    shown = [p for p in parts if p and p not in KNOWN]
    return base.replace("_", " ") + (f" ({', '.join(shown)})" if shown else "")
