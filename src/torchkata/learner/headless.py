"""The loop without a screen: one check for pipes, or a verdict a line for editors and scripts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Limits
from torchkata.learner import workspace
from torchkata.learner.inbox import Inbox, Saved
from torchkata.learner.progress import Progress, digest
from torchkata.learner.watcher import Watcher
from torchkata.show import lists, problems, verdicts
from torchkata.system.paths import shown
from torchkata.system.trouble import told

OUR_FAULT = 4  # the status that the commands have for it as well
Write = Callable[[str], None]


def once(catalogue: Catalogue, console: Console) -> int:
    """Check the current kata a single time, for pipes and scripts. 0 unless the fault is ours: then 4."""
    progress = Progress(catalogue.tree)
    entries = catalogue.entries
    entry = workspace.resuming(entries, progress, "cpu")
    if entry is None:
        console.print("All katas are solved. `kata list` shows them.")
        return 0
    solved = sum(state == "solved" for state in progress.states().values())
    console.print(lists.header(entry, solved, len(entries), console.width))
    console.print(workspace.start(entry, progress), markup=False)
    with Judge(catalogue.tree, [entry.kata]) as judge:
        found, lost = workspace.check(judge, entry, progress)
    console.print(verdicts.verdict(found, entry, shown(entry.kata.copy)))
    if lost:
        console.print(f"Not recorded: {lost}", markup=False)
    if found.verdict == "solved":
        following = workspace.following(entries, progress.states(), "cpu")
        step = f"Next: kata start {following.id}" if following else "All katas are solved: kata list"
        console.print(step, markup=False)
    return OUR_FAULT if found.verdict == "internal" else 0


def as_json(catalogue: Catalogue, entry: Entry, write: Write, device: str, limits: Limits) -> int:
    """One verdict a line for every new content of the learner's copy, for editors and scripts."""
    return _every_save(
        catalogue, [entry], device, limits, lambda _: None, lambda _, found: write(found.to_json())
    )


def as_problems(
    catalogue: Catalogue, entries: Sequence[Entry], write: Write, device: str, limits: Limits
) -> int:
    """What is wrong, where, in lines that an editor understands; first of the first kata, then of those
    whose copies are saved."""

    def ended(entry: Entry, found: Verdict) -> None:
        for line in problems.lines(found, shown(entry.kata.copy)):
            write(line)

    def begun(entry: Entry) -> None:
        write(problems.checking(shown(entry.kata.copy)))

    return _every_save(catalogue, entries, device, limits, begun, ended)


def _every_save(
    catalogue: Catalogue,
    entries: Sequence[Entry],
    device: str,
    limits: Limits,
    begun: Callable[[Entry], None],
    ended: Callable[[Entry, Verdict], None],
) -> int:
    """Check the copy of the first entry, and then every copy of `entries` that has a new content."""
    inbox = Inbox()
    progress = Progress(catalogue.tree)
    workspace.start(entries[0], progress)
    with Judge(catalogue.tree, [entry.kata for entry in entries], device, limits) as judge:
        watcher = Watcher(
            [catalogue.tree.root / "katas"],
            catalogue.tree.private / "watch" / "probe",
            saved=lambda files: inbox.put(Saved(files)),
            polling=lambda: None,
        )
        watcher.start()
        watcher.follow(entries[0].kata.copy)
        seen = {entry.id: digest(_bytes(entry.kata.copy)) for entry in entries[1:]}
        try:
            while True:
                for entry in entries:
                    program = _bytes(entry.kata.copy)
                    if digest(program) == seen.get(entry.id) or not entry.kata.copy.is_file():
                        continue
                    seen[entry.id] = digest(program)
                    judge.renew()
                    begun(entry)
                    with _told_if_unrecorded():
                        progress.keep(entry.kata)
                    found = judge.check(entry, program, shown(entry.kata.copy))
                    if digest(_bytes(entry.kata.copy)) == seen[entry.id]:
                        with _told_if_unrecorded():
                            workspace.remember(found, program, entry, progress)
                        ended(entry, found)
                    break  # look again at all of them: they may have been saved meanwhile
                else:
                    inbox.get()
        except KeyboardInterrupt:
            return 0
        finally:
            watcher.stop()


@contextmanager
def _told_if_unrecorded() -> Iterator[None]:
    """A verdict that can't be written down is shown all the same; standard error says why."""
    try:
        yield
    except OSError as problem:
        print(f"kata: not recorded: {told(problem)}", file=sys.stderr, flush=True)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
