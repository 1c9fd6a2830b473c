"""The learner's loop: a save is a check, a key is a command, and nobody is moved on against their will."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from rich.console import Console

from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.collection.starting import starting_text
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Limits, can_fork
from torchkata.learner import keys, workspace
from torchkata.learner.attempt import Attempt
from torchkata.learner.elsewhere import Elsewhere
from torchkata.learner.inbox import Checked, Event, Failed, Inbox, Notice, Saved
from torchkata.learner.joined import Messenger
from torchkata.learner.keyboard import Keyboard
from torchkata.learner.progress import Progress, digest
from torchkata.learner.sweep import Sweep
from torchkata.learner.terminal import Ended, Key, Pasted, Resumed
from torchkata.learner.watcher import Watcher
from torchkata.show import cards, lists, verdicts
from torchkata.system.paths import shown, way_back
from torchkata.system.trouble import told

SLOW = 0.7  # seconds after which a check that is still running says so
SETTLE = 0.1  # seconds that an empty or missing file is given: some editors empty a file before they write it


class Loop:
    """One learner, one kata at a time. Everything here runs in the thread that called `run`."""

    def __init__(
        self,
        catalogue: Catalogue,
        console: Console,
        *,
        device: str = "cpu",
        limits: Limits | None = None,
        edit_command: str | None = None,
        case: Callable[[], object] = lambda: keys.NO_CASES,
    ) -> None:
        self.catalogue, self.console = catalogue, console
        self.device, self.limits, self.edit_command = device, limits, edit_command
        self.case = case  # gives a case file: what there is to read, for whoever chose one from the list
        self.progress = Progress(catalogue.tree)
        self.inbox = Inbox()
        self.keyboard = Keyboard(self)
        self.loading = False  # whether the learner knows that torch is being loaded
        self.told = False  # whether the learner knows that a check takes its time
        self.seen = ""  # the digest of what was last given to a check, or found untouched
        self.found: Verdict | None = None
        self.left = False

    # Where the learner is

    def following(self, after: Entry | None = None) -> Entry | None:
        return workspace.following(self.catalogue.entries, self.progress.states(), self.device, after)

    def run(self, first: Entry | None = None) -> int:
        """Serve the terminal until the learner leaves. 0, whatever the verdicts were; else a signal's."""
        status = 0
        resumed = workspace.resuming(self.catalogue.entries, self.progress, self.device)
        self.entry = first or resumed or self.catalogue.entries[0]
        if first is None and self.following() is None:
            self.say(keys.ALL_SOLVED)
        tree = self.catalogue.tree
        # The judge's worker forks before any thread of ours exists.
        katas = [entry.kata for entry in self.catalogue.entries]
        with Judge(tree, katas, self.device, self.limits, one_hand=True) as self.judge:
            self.attempt = Attempt(self.judge, self.inbox.put)
            self.sweep = Sweep(self.judge, self.progress, self.inbox.put)
            self.elsewhere = Elsewhere(self.catalogue)
            self.watcher = Watcher(
                [tree.root / name for name in ("katas", "broken", "fixed")],
                tree.private / "watch" / "probe",
                saved=lambda files: self.inbox.put(Saved(files)),
                polling=lambda: self.inbox.put(Notice(keys.POLLING)),
                beside=tree.root,
            )
            self.watcher.start()
            messenger = Messenger(tree, lambda text: self.inbox.put(Notice(text)), lambda: self.entry.id)
            messenger.start()
            try:
                with self.inbox.keys():
                    self.guarded(self.begin)
                    while not self.left:
                        self.guarded(self.attend)
            except Ended as end:
                status = int(end.code or 0)
            except (EOFError, KeyboardInterrupt):
                pass
            finally:
                self.watcher.stop()
                messenger.stop()
                self.attempt.call_off()
                self.sweep.call_off()
        total = len(self.catalogue.entries)
        with suppress(OSError):  # the window may be closed
            self.say(f"\nUntil next time. {self.solved} of {total} solved; {way_back(tree.root)}")
        return status

    def guarded(self, act: Callable[[], None]) -> bool:
        """Whether `act` came to its end. What goes wrong in it is told, and the loop goes on."""
        try:
            act()
        except Exception as problem:
            if isinstance(problem, EOFError):
                raise
            self.say(told(problem))
            return False
        return True

    @property
    def solved(self) -> int:
        return sum(state == "solved" for state in self.progress.states().values())

    def begin(self) -> None:
        if trouble := self.progress.trouble():
            self.say(trouble)
        if not can_fork():
            self.say(keys.SLOW_ROAD)
        if self.judge.kept:
            self.say(keys.kept_road(self.device))
        self.open(self.entry)

    def open(self, entry: Entry) -> None:
        """Show a kata and wait for its file to change; a copy that has changed already is checked."""
        self.attempt.call_off()
        self.entry, self.found, self.keyboard.question = entry, None, None
        if can_fork():
            # A first wrong fix should not wait until all the known ones have been run.
            threading.Thread(target=self.judge.prepare, args=(entry.kata,), daemon=True).start()
        self.say_task()
        self.guarded(lambda: self.say(workspace.start(entry, self.progress)))
        self.watcher.follow(entry.kata.copy)
        program = self.read()
        self.seen = digest(starting_text(entry))
        if not self.progress.predicted(entry.kata):
            self.keyboard.ask_prediction()
        elif digest(program) == self.seen:
            self.say(keys.WAITING)
        if program and (entry.card.given or digest(program) != self.seen):
            self.check(program)

    def say_task(self) -> None:
        self.say("")
        self.say(cards.card(self.entry, solved=False, without=("Predict",)))
        self.say_where()

    def say_waiting(self) -> None:
        """What happens next by itself, or would."""
        if self.attempt.running:
            self.say_checking()
        else:
            self.say(keys.SOLVED if self.solved_now else keys.WAITING)

    def say_checking(self) -> None:
        if self.judge.warm:
            self.say(keys.checking((self.limits or Limits()).seconds))
        elif not self.loading:
            self.loading = True
            self.say(keys.LOADING)

    @property
    def solved_now(self) -> bool:
        """Whether the file on screen was found to be solved."""
        return self.found is not None and self.found.verdict == "solved"

    def say_where(self) -> None:
        """After a card, which may fill the screen, so that its name is what one sees."""
        self.say(lists.header(self.entry, self.solved, len(self.catalogue.entries), self.console.width))

    # What happens

    def attend(self) -> None:
        event = self.inbox.get(SLOW if self.attempt.running else None)
        if event is not None:
            self.handle(event)
        elif self.attempt.running and not self.told:
            self.told = self.judge.warm  # once torch is there, a check that goes on says so too
            self.say_checking()

    def handle(self, event: Event) -> None:
        if isinstance(event, Key):
            self.keyboard.press(event.char)
        elif isinstance(event, Pasted):
            self.keyboard.paste(event.text)
        elif isinstance(event, Resumed):
            self.say_where()
            self.say_waiting()
        elif isinstance(event, Saved):
            self.look()
            for notice in self.elsewhere.told(event.files, self.entry):
                self.say(notice)
        elif isinstance(event, Notice):
            self.say(event.text)
        elif self.attempt.ended(event):
            self.conclude(event)

    def look(self) -> None:
        """Check the file if it is not what was checked last."""
        self.watcher.follow(self.entry.kata.copy)  # it may be a link since the last save
        program = self.read()
        if not program.strip():
            time.sleep(SETTLE)
            program = self.read()
        if digest(program) == self.seen:
            return
        if program.strip():
            self.check(program)
            return
        self.seen = digest(program)
        copy = self.entry.kata.copy
        # A full disk leaves an empty file where an editor has begun to save.
        what = (
            "a folder now. Move it away first;" if copy.is_dir() else "empty." if copy.exists() else "gone."
        )
        ways = f"x starts over; kata history {self.entry.id} lists every version that was checked."
        self.say(f"{shown(copy)} is {what} {ways}")

    def read(self) -> bytes:
        try:
            return self.entry.kata.copy.read_bytes()
        except OSError:
            return b""

    def check(self, program: bytes) -> None:
        self.seen, self.told = digest(program), False
        self.sweep.call_off()
        self.attempt.begin(self.entry, program)
        self.progress.keep(self.entry.kata)  # while the check runs: the disk takes its time

    def conclude(self, event: Checked | Failed) -> None:
        program = self.read()
        if digest(program) != self.seen:  # saved again, and the news of it is still on its way
            self.look()
            return
        if isinstance(event, Failed):
            self.say(f"No verdict. {told(event.problem)}")
            return
        self.found = found = event.verdict
        lost = ""  # a verdict that can't be written down is shown all the same, and then the reason
        try:
            workspace.remember(found, program, self.entry, self.progress)
        except OSError as problem:
            lost = f"This verdict isn't recorded. {told(problem)}"
        self.say_where()
        self.say(verdicts.verdict(found, self.entry, shown(self.entry.kata.copy), keys=True))
        if found.verdict == "solved" and self.entry.card.given and not self.progress.tried(self.entry.kata):
            self.say(keys.GIVEN)
            self.keyboard.remind()
        elif found.verdict == "solved":
            answer = self.progress.prediction(self.entry.kata)
            self.say(cards.green(self.entry, answer, self.following(self.entry), self.console.width))
        elif found.verdict == "untouched":
            self.keyboard.remind()
        if lost:
            self.say(lost)

    def say(self, what: object) -> None:
        typing = self.keyboard.typing
        if typing is not None:  # a verdict, say, while somebody types
            self.console.print()
        self.console.print(what, markup=False, highlight=False)
        if typing is not None:
            typing.again()

    def show(self, text: str) -> None:
        """Without a newline, and at once: a key that somebody typed."""
        self.console.out(text, end="", highlight=False)
        self.console.file.flush()
