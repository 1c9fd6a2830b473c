"""A workflow for a learner's dojo under git: it checks the solved katas again, and nothing else."""

from __future__ import annotations

from pathlib import Path

from torchkata.collection.layout import Tree
from torchkata.dojo.manifest import DojoError
from torchkata.learner import solved
from torchkata.learner.progress import Progress
from torchkata.system import atomic

GITHUB = """\
# Green while the katas in solved.txt still are. It needs no secret and comments nothing.
name: Katas
on: [push]
permissions:
  contents: read
jobs:
  solved:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - uses: actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0
        with:
          python-version: "3.13"
      - run: pip install torch --index-url https://download.pytorch.org/whl/cpu
      - run: pip install torchkata
      - run: kata check --solved
"""

GITLAB = """\
# Green while the katas in solved.txt still are. It needs no secret and comments nothing.
solved:
  image: python:3.13
  timeout: 1h
  script:
    - pip install torch --index-url https://download.pytorch.org/whl/cpu
    - pip install torchkata
    - kata check --solved
"""

FILES = {"github": (".github/workflows/katas.yml", GITHUB), "gitlab": (".gitlab-ci.yml", GITLAB)}


def write(root: Path, host: str) -> list[str]:
    """Put the workflow into the dojo at `root`, and the list of what is solved there so far.

    Raises `DojoError` where a workflow of that name is somebody else's.
    """
    path, text = FILES[host]
    file, tree = root / path, Tree(root)
    if file.is_file() and file.read_text(encoding="utf-8") != text:
        raise DojoError(
            f"{file} is there already, and isn't torchkata's; docs/ci.md has what belongs into it"
        )
    atomic.write_text(file, text)
    if not solved.location(tree).is_file():
        states = Progress(tree).states()
        solved.write(tree, [kata for kata, state in states.items() if state == "solved"])
    return [path, solved.location(tree).name]
