"""The pytest entry point. Inert: it imports no torch, and adds nothing outside a torchkata tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from torchkata.collection.layout import Tree

OURS = ("--solutions", "--device", "--evidence")


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Iterator[None]:
    """Every pytest run in this environment passes here, most of them in other people's projects."""
    tree = find_tree(Path(early_config.invocation_params.dir), args)
    if tree is not None:
        # Bare asserts in the shared comparison would otherwise fail without a word.
        pytest.register_assert_rewrite("torchkata.checks", "torchkata.gradients")
        from torchkata.testing.fixtures import KataSession

        early_config.pluginmanager.register(KataSession(tree), "torchkata-session")
    return (yield)


def find_tree(start: Path, args: list[str]) -> Tree | None:
    """The tree above the first existing path among the arguments, else above `start`."""
    for before, arg in zip(["", *args], args):
        path = start / arg.partition("::")[0]
        # A solutions root, which follows its option, may lie anywhere.
        if not arg.startswith("-") and arg and before not in OURS and path.exists():
            return Tree.find(path)
    return Tree.find(start)
