"""Open a learner's file in the editor that they use."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

# These open a window of their own and return at once; every other editor takes the terminal.
WINDOWED = ("code", "codium", "cursor", "subl", "gedit", "kate", "zed", "mate", "notepad", "idea", "pycharm")
# Where nobody names an editor, the first of these that is installed; beginners can leave the first two.
FALLBACKS = ("nano", "micro", "vim", "vi", "emacs", "notepad", "code")


def command(given: str | None) -> list[str] | None:
    """The command given, else $VISUAL, else VS Code inside its own terminal, else $EDITOR, else
    whatever is installed; None where nothing is."""
    if given:
        return shlex.split(given)
    if os.environ.get("VISUAL"):
        return shlex.split(os.environ["VISUAL"])
    if os.environ.get("TERM_PROGRAM") == "vscode" and shutil.which("code"):
        return ["code", "--reuse-window"]
    if os.environ.get("EDITOR"):
        return shlex.split(os.environ["EDITOR"])
    return next(([name] for name in FALLBACKS if shutil.which(name)), None)


def open_file(file: Path, given: str | None = None) -> str:
    """Open `file`; what to tell the learner. An editor without a window has the terminal until it ends."""
    found = command(given)
    if not found:
        return f"No editor was found: set EDITOR, or start with `kata watch --edit COMMAND`. The file: {file}"
    program = Path(found[0]).stem
    try:
        if program in WINDOWED:
            subprocess.Popen(
                [*found, str(file)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        else:
            subprocess.call([*found, str(file)])
    except OSError as problem:
        why = f"{found[0]} could not be started ({problem.strerror})"
        return f"{why}; set EDITOR to your editor. The file: {file}"
    return f"Opened {file.name} with {program}."
