"""The files around the katas of a dojo: how pytest runs there, and what editors leave alone."""

from __future__ import annotations

from torchkata.dojo import vscode

PYPROJECT = """\
# A torchkata dojo. Your files are katas/<track>/<name>.py; `kata update` renews the rest.

[tool.pytest]
minversion = "9.2"
addopts = ["--import-mode=importlib"]
testpaths = ["tests"]
pythonpath = ["."]

# Wrong on purpose, or not yours: linters are for what you write.
[tool.ruff]
extend-exclude = ["broken", "cases", "cases-work", "fixed", "tests"]

[tool.mypy]
files = ["katas"]
exclude = ["^(broken|cases|cases-work|fixed|tests)/"]
"""

CONFTEST = '''\
"""How pytest runs in this dojo. Fixtures and options come from torchkata's plugin."""

import os

# Exact results on every machine: cuBLAS needs its workspace named before it is loaded.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
# torch asks NVML whether a GPU is there; cuInit() would forbid every fork that follows.
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
'''

# The history stays on one machine; the manifest goes wherever the files go that it describes.
GITIGNORE = """\
__pycache__/
/.pytest_cache/
/.venv/
/venv/
/cases-work/
/.kata/*
!/.kata/manifest.json
"""

OURS = ["broken", "cases", "fixed", "tests"]

# A search for a function should not end at its solution.
# Both files, because an editor that finds the second one does not read the first.
VSCODE = {
    "python.analysis.include": ["katas"],
    "python.analysis.exclude": [*OURS, "**/__pycache__", "**/.*"],
    "python.analysis.ignore": OURS,
    **vscode.QUIET,
    **vscode.TESTING,
}
PYRIGHT = {"include": ["katas"], "exclude": [*OURS, "**/__pycache__", "**/.*"], "ignore": OURS}

SETTINGS = {
    "pyproject.toml": PYPROJECT,
    "conftest.py": CONFTEST,
    ".gitignore": GITIGNORE,
    ".vscode/settings.json": vscode.text(VSCODE),
    ".vscode/tasks.json": vscode.text(vscode.TASKS),
    ".vscode/extensions.json": vscode.text(vscode.EXTENSIONS),
    "pyrightconfig.json": vscode.text(PYRIGHT),
}
