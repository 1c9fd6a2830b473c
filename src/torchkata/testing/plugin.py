"""The pytest entry point. Inert: it imports no torch, and adds nothing outside a torchkata tree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from torchkata.collection.layout import Tree

OURS = ("--solutions", "--device", "--evidence")


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Iterator[None]:
    """Every pytest run in this environment passes here, most of them in other people's projects."""
    # As pytest has read them: the value of an option, as in `--junitxml tests.xml`, is no place to look at.
    asked = [str(place) for place in getattr(early_config.known_args_namespace, "file_or_dir", [])]
    tree = find_tree(Path(early_config.invocation_params.dir), asked, args)
    if tree is not None:
        # Bare asserts in the shared comparison would otherwise fail without a word.
        pytest.register_assert_rewrite("torchkata.checks", "torchkata.gradients")
        from torchkata.testing.fixtures import KataFixtures
        from torchkata.testing.session import KataSession

        early_config.pluginmanager.register(KataSession(tree), "torchkata-session")
        early_config.pluginmanager.register(KataFixtures(tree), "torchkata-fixtures")
    return (yield)


def find_tree(start: Path, asked: list[str], args: list[str]) -> Tree | None:
    """The tree above the first existing path that pytest was asked for, else above `start`.

    args: the whole command line; our own options are not known yet, and their values look like paths
    """
    ours = {value for option, value in pairwise(["", *args]) if option in OURS}
    for place in asked:
        path = start / place.partition("::")[0]
        # A solutions root, which follows its option, may lie anywhere.
        if place not in ours and path.exists():
            return Tree.find(path)
    return Tree.find(start)
