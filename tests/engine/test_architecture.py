"""docs/architecture.md names modules, functions and rooms that exist; every room says what it is for."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "torchkata"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = sorted(file.parent for file in PACKAGE.rglob("__init__.py") if file.parent != PACKAGE)
NAMES = sorted(set(re.findall(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`", PAGE)))


def exists(name):
    """A module below the package, or a class, function or method in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        file = PACKAGE.joinpath(*parts[:length])
        module = file.with_suffix(".py") if file.with_suffix(".py").is_file() else file / "__init__.py"
        if module.is_file():
            return defines(ast.parse(module.read_text(encoding="utf-8")), parts[length:])
    return False


def defines(node, path):
    if not path:
        return True
    inner = [n for n in node.body if getattr(n, "name", None) == path[0]]
    return bool(inner) and defines(inner[0], path[1:])


@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_names_exists(name):
    assert exists(name), name


def test_the_page_names_enough_to_be_checked():
    assert len(NAMES) > 30
    assert not exists("judging.judge.Judge.no_such_thing")
    assert not exists("no_such_room.module")


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_room_says_in_two_sentences_what_lives_in_it_and_what_may_never(room):
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    if room.name == "mdp":
        return
    first, second = text.splitlines()
    assert first.endswith(".")
    assert re.search(r"\b([Nn]o|[Nn]othing|only)\b", second), text
    if room.name == "grading":  # a harness imports what it offers from there
        return
    assert "." not in (room / "__init__.py").read_text(encoding="utf-8").split('"""')[2].strip()


def test_the_picture_shows_the_rooms_of_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = {name for layer in contracts[0]["layers"] for name in re.findall(r"\w+", layer)}
    for room in layers:
        assert re.search(rf"<b>[^<]*\b{room}\b", PAGE), room
