"""The steps of a kata on the stage, and what each of them may show: nothing gives the cause away early."""

from __future__ import annotations

from dataclasses import dataclass

from torchkata.room.plan import Part


@dataclass(frozen=True)
class Step:
    """name: also that of its template; title: what the stage calls it"""

    name: str
    title: str


SYMPTOM = Step("symptom", "What one sees")
CODE = Step("code", "The program")
PREDICT = Step("predict", "Predict")
RED = Step("red", "Run it")
HINTS = Step("hints", "Hints")
EDIT = Step("edit", "Edit and run")
DIFFERENCE = Step("difference", "What the fix changes")
GREEN = Step("green", "Run it fixed")
WHY = Step("why", "Why, and the rule")
TALK = Step("talk", "")

STEPS: dict[str, tuple[Step, ...]] = {
    "kata": (SYMPTOM, CODE, PREDICT, RED, HINTS, EDIT, DIFFERENCE, GREEN, WHY),
    "recognize": (SYMPTOM, CODE, PREDICT, RED, DIFFERENCE, GREEN, WHY),
    "break": (TALK,),
    "talk": (TALK,),
}


def of(part: Part) -> tuple[Step, ...]:
    return STEPS[part.kind]
