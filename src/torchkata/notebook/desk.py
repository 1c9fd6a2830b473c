"""What a kernel keeps between two cells: the tree that it works in, and a warm judge."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from torchkata.collection import content
from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.collection.layout import Tree
from torchkata.dojo import setup
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Cancel, Cancelled, Limits, WorkerError, can_fork
from torchkata.learner import joined, workspace
from torchkata.learner.progress import Progress
from torchkata.pictures.choice import Picture
from torchkata.pictures.gallery import Gallery
from torchkata.system import atomic
from torchkata.system.paths import shown
from torchkata.system.trouble import told

DOJO = "dojo"  # the folder next to the notebook, made when there are no katas
CLOSING = 2.0  # seconds; a kernel that is asked to leave is killed soon after
LOOK_UP = 0.05  # seconds; an interrupt is noticed between two of them, on every system

T = TypeVar("T")


class Desk:
    """One kernel's learner. All of it runs in the kernel's main thread but what `_patiently` is given.

    written: where a dojo was just made, because the folder that the kernel works in has no katas
    """

    def __init__(self, start: Path) -> None:
        tree, self.written = _tree(start)
        self.catalogue = Catalogue(tree)
        self.progress = Progress(tree)
        self.current: Entry | None = None
        self._one = threading.Lock()  # a judge is renewed only while none of its checks is running
        self._judge: Judge | None = None
        self._limits = Limits()

    @cached_property
    def _gallery(self) -> Gallery:
        return Gallery(self.catalogue.tree)

    def entry(self, name: str) -> Entry:
        """The kata of that name; without one, the kata that the last cell was about, or the next to solve.

        Raises `UnknownKata`.
        """
        if name:
            self.current = self.catalogue[name]
        elif self.current is None:
            self.current = self.following() or self.catalogue.entries[0]
        return self.current

    def following(self, after: Entry | None = None) -> Entry | None:
        return workspace.following(self.catalogue.entries, self.progress.states(), "cpu", after)

    def start(self, entry: Entry) -> str:
        """The learner's program, as it is in their copy; new if they haven't begun. The judge gets warm."""
        workspace.start(entry, self.progress)
        judge = self.judge(self._limits)
        if can_fork():  # elsewhere nothing stays warm, and each known wrong fix would take seconds
            threading.Thread(target=self._prepare, args=(judge, entry), daemon=True).start()
        return entry.kata.copy.read_text(encoding="utf-8", errors="replace")

    def reset(self, entry: Entry) -> str:
        """The program as it was at the start; what the learner had is kept."""
        workspace.reset(entry, self.progress)
        return entry.kata.copy.read_text(encoding="utf-8")

    def pictures(self, entry: Entry) -> list[Picture]:
        """Drawn now where they aren't at hand, which takes seconds. Raises KeyboardInterrupt."""
        if not entry.kata.fixed.is_file():  # a dojo for a class
            return []
        kept = self._gallery.kept(entry)
        if kept is not None:
            return kept
        judge = self.judge(self._limits)
        try:
            return self._patiently(lambda: self._drawn(judge, entry))
        except (WorkerError, OSError):  # a check will say what is wrong
            return []

    def check(self, entry: Entry, program: str, seconds: float) -> tuple[Verdict, str]:
        """The verdict, and why it could not be recorded, if so. Raises KeyboardInterrupt.

        The cell takes the place of the learner's copy, whose former text is kept, so that a terminal beside
        the notebook, the history and the solution's difference are all about the same program.
        """
        judge = self.judge(Limits(seconds=seconds))
        text, trouble = program.encode(), ""
        try:
            self.progress.keep(entry.kata)
            workspace.start(entry, self.progress)
            atomic.write_text(entry.kata.copy, text)
            self.progress.keep(entry.kata)
        except OSError as problem:
            trouble = told(problem)
        cancel = Cancel()
        found = self._patiently(lambda: self._checked(judge, entry, text, cancel), cancel)
        cancel.close()
        try:
            workspace.remember(found, text, entry, self.progress)
        except OSError as problem:
            trouble = told(problem)
        joined.tell_in_background(self.catalogue.tree)
        return found, trouble

    def judge(self, limits: Limits) -> Judge:
        """The warm judge; another one where the limits are others than before."""
        if self._judge is not None and limits != self._limits:
            self.close()
        if self._judge is None:
            self._limits = limits
            self._judge = Judge(
                self.catalogue.tree, [entry.kata for entry in self.catalogue.entries], limits=limits
            )
        return self._judge

    def close(self) -> None:
        """End the judge and its processes. The next check starts another."""
        judge, self._judge = self._judge, None
        if judge is not None:
            free = self._one.acquire(timeout=CLOSING)
            judge.__exit__(None, None, None)
            if free:
                self._one.release()

    def _prepare(self, judge: Judge, entry: Entry) -> None:
        with self._one:
            if judge is self._judge:
                judge.prepare(entry.kata)

    def _drawn(self, judge: Judge, entry: Entry) -> list[Picture]:
        with self._one:
            return self._gallery.draw(entry, judge)

    def _checked(self, judge: Judge, entry: Entry, program: bytes, cancel: Cancel) -> Verdict:
        with self._one:
            if cancel.is_set():
                raise Cancelled
            judge.renew()
            return judge.check(entry, program, shown(entry.kata.copy), cancel)

    def _patiently(self, act: Callable[[], T], cancel: Cancel | None = None) -> T:
        """What `act` returns, from a thread of its own: this one waits, and hears of an interrupt."""
        results: list[T] = []
        problems: list[BaseException] = []

        def run() -> None:
            try:
                results.append(act())
            except BaseException as problem:  # for the thread that waits
                problems.append(problem)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(LOOK_UP)
        except KeyboardInterrupt:
            if cancel is not None:
                cancel.set()
            raise
        if problems:
            raise problems[0]
        return results[0]


def _tree(start: Path) -> tuple[Tree, Path | None]:
    """The tree at or above `start`; else the dojo next to the notebook, written if it isn't there yet.

    Raises `DojoError` or `NoContent`, with what to do in their message.
    """
    tree = Tree.find(start)
    if tree is not None:
        return tree, None
    folder = start.resolve() / DOJO
    if folder.is_dir() and (tree := Tree.find(folder)) is not None:
        return tree, None
    return Tree(setup.init(folder, content.installed()).root), folder
