"""No program under test ends the run or has a test skipped: pytest would be green without a word."""

from __future__ import annotations

import atexit
import os
import sys
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_exit = os._exit  # bound before any program runs
# What ends this process at once, or makes another program of it; every other exec of `os` calls these.
ENDINGS = ("_exit", "abort", "execv", "execve")


# What pytest takes for the wish of a test: to end the run, or not to be counted.
WISHES = (pytest.exit.Exception, pytest.skip.Exception, pytest.xfail.Exception, unittest.SkipTest)


def keep_status(status: int) -> None:
    """Let no exit handler of a program change how a red run ends. The last one that is registered runs first,
    and after this one there is no other."""

    def leave() -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        _exit(status)

    atexit.register(leave)


class Left(BaseException):
    """The program wanted to end the process. No `except Exception` of its own swallows it."""


class Evaded(Exception):
    """What the program raised is a way out and no result; in these words it's a failure."""


@contextmanager
def staying() -> Iterator[None]:
    """In the block, what ends the process raises `Left` instead; a child that was forked may still go."""
    here = os.getpid()
    was = {name: getattr(os, name) for name in ENDINGS if hasattr(os, name)}

    def instead_of(name: str, original: Any) -> Any:
        def end(*args: Any) -> Any:
            if os.getpid() != here:  # a worker of a DataLoader, or a rank, that has done its work
                return original(*args)
            raise Left(f"the program called os.{name}, which would have ended the whole run")

        return end

    for name, original in was.items():
        setattr(os, name, instead_of(name, original))
    try:
        yield
    finally:
        for name, original in was.items():
            setattr(os, name, original)


@contextmanager
def loading() -> Iterator[None]:
    """Around the import of a program: whatever it raises there is a failure of the test.

    Also because pytest is thrown out of step by what isn't an Exception, if a fixture raises it.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as problem:
        if isinstance(problem, Exception) and not isinstance(problem, WISHES):
            raise
        raise Evaded(f"{type(problem).__name__} at import: {problem}") from problem


@contextmanager
def unexcused(name: str) -> Iterator[None]:
    """In the block, a wish that comes from the module `name` is a failure: a test may skip, a program not."""
    try:
        yield
    except WISHES as wish:
        frame = wish.__traceback__
        while frame is not None:
            if frame.tb_frame.f_globals.get("__name__") == name:
                raise Evaded(f"the program raised {type(wish).__name__}: {wish}") from None
            frame = frame.tb_next
        raise
