"""An exception as data: its class, its words and what a beginner needs to hear, what was observed, and where.

What a program raises is the program's: its text may lie, be endless, or raise when it is asked for.
"""

from __future__ import annotations

import ast
import builtins
import errno
import inspect
import sys
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import torch

from torchkata import checks
from torchkata.testing import loader, project

LONGEST = 4000  # characters of a message
VALUES = 8000  # characters of an observed value, beyond which nobody compares it


class Unfit(Exception):
    """The program lacks what the kata asks for; `line` is where, if anywhere."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def described(problem: BaseException, file: Path, module: ModuleType | None = None) -> dict[str, Any]:
    """For a report. Raises nothing, whatever the program has made of its exceptions."""
    try:
        return _described(problem, file, module)
    except BaseException:
        return {"class": _name(type(problem)), "message": "(its message can't be shown)", "line": None}


def _described(problem: BaseException, file: Path, module: ModuleType | None) -> dict[str, Any]:
    message = words(problem)
    advice = _advice(problem, message, file)
    found: dict[str, Any] = {
        "class": _name(type(problem)),
        "message": f"{message}\n  ({advice})" if advice else message,
        "line": _line(problem, file),
    }
    if isinstance(problem, checks.Mismatch):
        found |= {"got": _bounded(problem.got), "rtol": problem.rtol, "atol": problem.atol}
    function = loader.last_function(module) if module is not None else None
    if module is not None and function and found["line"] is None:
        if isinstance(problem, checks.Mismatch):
            found["function"] = function
            found["line"] = _first_line(vars(module)[function], file)
        nothing = _returns_nothing(module, function, file)
        if nothing is not None and "None" in message:
            found["message"] += f"\n  (`{function}` returned None: is a `return` missing?)"
            found["line"] = nothing
    return found


# Their text has no file and line: these are said apart from it.
SYNTAX = (SyntaxError, IndentationError, TabError)


def is_memory(problem: BaseException) -> bool:
    """Whether the program asked for more memory than it may have; never by a mere word in its text."""
    if isinstance(problem, MemoryError | torch.OutOfMemoryError):
        return True
    if type(problem) is OSError and problem.errno == errno.ENOMEM:
        return True
    return type(problem) is RuntimeError and "DefaultCPUAllocator: can't allocate memory" in words(problem)


def words(problem: BaseException) -> str:
    """What it says, as text that can be printed."""
    try:
        text = problem.msg if isinstance(problem, SyntaxError) and type(problem) in SYNTAX else str(problem)
    except BaseException:
        return "(its message can't be shown)"
    # Half a surrogate pair is a string that nobody can print.
    return text[:LONGEST].encode(errors="backslashreplace").decode() if type(text) is str else ""


def _name(kind: type) -> str:
    """A class's name, on one line; a metaclass may answer anything."""
    try:
        name = type.__dict__["__name__"].__get__(kind)
    except Exception:
        return "an exception"
    return " ".join(name.split())[:100] if type(name) is str else "an exception"


def _bounded(value: Any) -> Any:
    """An observed value, or its beginning: a report is read by people."""
    if type(value) is str and len(value) > VALUES:
        return value[:VALUES]
    return value


def _line(problem: BaseException, file: Path) -> int | None:
    """The last line of the program that the exception passed through."""
    if isinstance(problem, Unfit):
        return problem.line
    # The files of a bundled project are parts of the program, each from a line of it on.
    before = {str(file): 0, **project.OFFSETS}
    if isinstance(problem, SyntaxError) and problem.filename in before:
        return problem.lineno + before[problem.filename] if isinstance(problem.lineno, int) else None
    line = None
    frame = problem.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename in before:
            line = frame.tb_lineno + before[frame.tb_frame.f_code.co_filename]
        frame = frame.tb_next
    return line


def _first_line(function: object, file: Path) -> int | None:
    """Where a function of the program begins, below any decorator that comes from elsewhere."""
    code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
    if not isinstance(code, CodeType) or code.co_filename != str(file):
        return None
    return code.co_firstlineno


def _returns_nothing(module: ModuleType, name: str, file: Path) -> int | None:
    """The line of a function that has no `return` with a value, and no `yield`; else None."""
    code = getattr(inspect.unwrap(vars(module)[name]), "__code__", None)
    if not isinstance(code, CodeType) or code.co_filename != str(file):
        return None
    for node in ast.parse(_text(file)).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            gives = [n for n in ast.walk(node) if isinstance(n, ast.Return | ast.Yield | ast.YieldFrom)]
            return None if any(n.value is not None for n in gives) else node.lineno
    return None


# What a beginner needs to hear


def _advice(problem: BaseException, message: str, file: Path) -> str:
    """A sentence about what Python's own words leave out; empty where they are clear."""
    if isinstance(problem, SyntaxError) and problem.filename == str(file):
        return _about_syntax(_text(file), problem.lineno)
    if isinstance(problem, SystemExit):
        return "the program left by exit(); a check calls its functions, so let it go on"
    if isinstance(problem, EOFError):
        return "there is no keyboard in a check: input() has nothing to read"
    if isinstance(problem, PermissionError):
        return "a check writes in its own folder only, reads no solutions and opens no connection"
    if isinstance(problem, NameError) and _text(file).lstrip().startswith("{"):
        return "this looks like a notebook's own file; a kata is plain Python"
    if _name(type(problem)) == "BdbQuit":
        return "there is no debugger in a check: run the file with python, or print"
    if isinstance(problem, ImportError) and ("submission" in message or "relative import" in message):
        return "one file is checked, alone: what lies beside it isn't there"
    if isinstance(problem, FileNotFoundError) and problem.__traceback__ is not None:
        return "one file is checked, in an empty folder: what lies beside it isn't there"
    return ""


def _about_syntax(text: str, number: int | None) -> str:
    lines = text.splitlines()
    line = lines[number - 1].strip() if isinstance(number, int) and 0 < number <= len(lines) else ""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if line.startswith(("%", "!")) or line.endswith("?"):
        return "that works in a notebook; a kata is plain Python"
    if line.startswith((">>>", "...")):
        return "the prompt was copied along with the code: remove it"
    if line.startswith("```"):
        return "the fence of a code block was copied along: remove it"
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return "a merge left its marks: choose one of the two versions"
    if line.startswith(("+++", "---", "@@")) or (
        line[:1] in "+-" and lines[:1] and lines[0].startswith("---")
    ):
        return "this is a diff, not a program"
    if number == 1 and line.endswith((":", ".", "!")) and line[:1].isupper():
        return "this line is a sentence, perhaps copied along with the code: remove it"
    numbered = line.partition(" ")[0]
    if numbered.isdigit() and number == int(numbered):
        return "the line numbers were copied along with the code: remove them"
    newer = line.startswith("type ") or ("def " in line and "[" in line.partition("(")[0]) or "f'" in line
    if newer or 'f"' in line or (line.startswith("class ") and "[" in line):
        return f"this is Python {version}; newer syntax doesn't work here"
    return ""


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def require_function(
    module: ModuleType, name: str, parameters: list[str], shown: str, *, plain: bool
) -> None:
    """Raise `Unfit` unless `module` has a function of this name that takes these parameters.

    plain: whether the kata's own function is neither a generator nor asynchronous
    """
    found = vars(module).get(name)
    wanted = f"{name}({', '.join(parameters)})"
    if not builtins.callable(found):
        raise Unfit(f"{shown} must define {wanted}")
    line = getattr(getattr(inspect.unwrap(found), "__code__", None), "co_firstlineno", None)
    if plain and inspect.iscoroutinefunction(found):
        raise Unfit(f"`{name}` is async, and nobody awaits it, so it never runs: write `def {name}`", line)
    if plain and inspect.isgeneratorfunction(found):
        raise Unfit(f"`{name}` has a `yield`, so a call runs none of it: return the result instead", line)
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return  # a callable without a signature: the tests will see what it does
    given = [p for p in signature.parameters.values() if p.kind is not p.KEYWORD_ONLY]
    named = [p for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    names = [p.name for p in given]
    free = any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in given)
    needless = all(p.default is not p.empty for p in given[len(parameters) :])
    if named or (not free and (names[: len(parameters)] != parameters or not needless)):
        now = ", ".join(str(p.replace(annotation=p.empty)) for p in given)
        now += f"{', ' if now else ''}*, {', '.join(p.name for p in named)}" if named else ""
        raise Unfit(f"keep the signature {wanted}; now it is {name}({now})", line)
