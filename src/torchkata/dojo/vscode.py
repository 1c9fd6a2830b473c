"""What VS Code is told about a folder of katas: tasks whose problems it marks, tests that it lists."""

from __future__ import annotations

import json
from typing import Any

PYTHON = "${command:python.interpreterPath}"  # whichever environment is chosen for the folder

# The lines of show/problems.py. A check that begins voids what the one before it said.
PROBLEM = {
    "owner": "torchkata",
    "source": "torchkata",
    "fileLocation": ["autoDetect", "${workspaceFolder}"],
    "pattern": {
        "regexp": "^(.+\\.py):(\\d+): (error|warning): (.+)$",
        "file": 1,
        "line": 2,
        "severity": 3,
        "message": 4,
    },
}
WATCHED = PROBLEM | {
    "background": {
        "activeOnStart": True,
        "beginsPattern": "^kata: checking ",
        "endsPattern": "^kata: [A-Z]",
    }
}


def _task(label: str, args: list[str], **more: Any) -> dict[str, Any]:
    command = {"type": "process", "command": PYTHON, "args": ["-m", "torchkata", *args]}
    return {"label": label, **command, "problemMatcher": [], **more}


TASKS = {
    "version": "2.0.0",
    "tasks": [
        _task(
            "kata: watch (every save is a check)",
            ["watch", "--problems"],
            isBackground=True,
            problemMatcher=WATCHED,
            group={"kind": "build", "isDefault": True},
            presentation={"reveal": "silent", "panel": "dedicated"},
        ),
        _task(
            "kata: check this file",
            ["check", "${relativeFile}", "--problems"],
            problemMatcher=PROBLEM,
            group={"kind": "test", "isDefault": True},
            presentation={"reveal": "silent", "clear": True},
        ),
        _task("kata: read this file's card", ["show", "${relativeFile}"]),
        _task("kata: the next hint for this file", ["hint", "${relativeFile}"]),
        _task("kata: the loop, in a terminal", [], presentation={"focus": True, "panel": "dedicated"}),
    ],
}

EXTENSIONS = {"recommendations": ["ms-python.python", "ms-toolsai.jupyter"]}

# The list of tests has a kata in it once its file differs from what it starts as.
TESTING = {
    "python.testing.pytestEnabled": True,
    "python.testing.unittestEnabled": False,
    "python.testing.pytestArgs": ["--solutions", "katas", "--started"],
}
QUIET = {
    "files.watcherExclude": {"**/.kata/**": True},
    "search.exclude": {"**/.kata": True, "cases": True, "fixed": True, "tests/*/*/right_*.py": True},
}


def text(settings: dict[str, Any]) -> str:
    return json.dumps(settings, indent=2) + "\n"
