"""docs/facilitators.md: every command in it is one that can be typed, and its keys are the stage's."""

import re
import shlex
from pathlib import Path

import pytest

from torchkata.cli.main import parser
from torchkata.room.steps import STEPS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "facilitators.md").read_text(encoding="utf-8")
STAGE = (ROOT / "src" / "torchkata" / "room" / "static" / "stage.js").read_text(encoding="utf-8")
DESK = (ROOT / "src/torchkata/room/templates/desk/view.html").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^ +(kata [^\n]*?)(?:  +.*)?$", PAGE, re.MULTILINE)
INLINE = re.findall(r"`(kata [^`]+)`", PAGE)


@pytest.mark.parametrize("command", sorted({*BLOCKS, *INLINE}))
def test_every_command_can_be_typed(command):
    words = shlex.split(command)[1:]
    if words == ["join"]:
        words += ["address", "code"]
    parser().parse_args(words)


def test_the_keys_are_the_stages():
    told = {
        key for row in re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE) for key in re.findall(r"`(\w)`", row)
    }
    found = set(re.findall(r"^  (?:async )?(\w)[(:]", STAGE, re.MULTILINE))
    assert told == found != set()


def test_the_steps_are_counted_right_and_the_desks_buttons_are_called_what_they_are():
    numbers = {7: "seven", 9: "nine"}
    assert f"A kata has {numbers[len(STEPS['kata'])]} steps" in PAGE
    assert f"one to recognize has {numbers[len(STEPS['recognize'])]}" in PAGE
    for button in ("Begin now", "I'll go", "Give back", "Helped", "Undo", "Vote again", "End"):
        assert f'"{button}"' in PAGE
        assert f">{button}</button>" in DESK or f'"{button}"' in DESK


def test_enough_is_looked_at():
    assert len({*BLOCKS, *INLINE}) > 12
