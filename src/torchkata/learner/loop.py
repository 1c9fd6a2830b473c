"""The learner's loop: a save is a check, a key is a command, and nobody is moved on against their will."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rich.console import Console

from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.collection.starting import starting_text
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Limits, can_fork
from torchkata.learner import editor, menu, screen, workspace
from torchkata.learner.attempt import Attempt
from torchkata.learner.inbox import Event, Inbox, Key, Notice, Saved, single_keys, whole_lines
from torchkata.learner.progress import Progress, digest
from torchkata.learner.watcher import Watcher
from torchkata.system.paths import shown

SLOW = 0.7  # seconds after which a check that is still running says so
SETTLE = 0.1  # seconds that an empty file is given: some editors empty a file before they write it


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
    ) -> None:
        self.catalogue, self.console = catalogue, console
        self.device, self.limits, self.edit_command = device, limits, edit_command
        self.progress = Progress(catalogue.tree)
        self.inbox = Inbox()
        self.asking: Callable[[str], bool] | None = None  # takes the next key; whether it was for it
        self.told = False  # whether the learner knows that a check takes its time
        self.seen = ""  # the digest of what was last given to a check, or found untouched
        self.found: Verdict | None = None
        self.left = False

    # Where the learner is

    def following(self, after: Entry | None = None) -> Entry | None:
        return workspace.following(self.catalogue.entries, self.progress.states(), self.device, after)

    def run(self, first: Entry | None = None) -> int:
        """Serve the terminal until the learner leaves. 0, whatever the verdicts were."""
        entry = first or self.following()
        if entry is None:
            self.say("All katas are solved. What was learnt fades: `kata again` brings it back.")
            entry = self.catalogue.entries[0]
        tree = self.catalogue.tree
        # The judge's worker forks before any thread of ours exists.
        with Judge(tree, [e.kata for e in self.catalogue.entries], self.device, self.limits) as self.judge:
            self.attempt = Attempt(self.judge, self.inbox.put)
            watcher = Watcher(
                tree.root / "katas",
                tree.private / "watch" / "probe",
                saved=lambda: self.inbox.put(Saved()),
                polling=lambda: self.inbox.put(Notice(screen.POLLING)),
            )
            watcher.start()
            try:
                with single_keys(self.inbox):
                    if trouble := self.progress.trouble():
                        self.say(trouble)
                    if not can_fork():
                        self.say(screen.SLOW_ROAD)
                    self.open(entry)
                    while not self.left:
                        self.attend()
            except (EOFError, KeyboardInterrupt):
                pass
            finally:
                watcher.stop()
                self.attempt.call_off()
        self.say(
            f"\nUntil next time. {self.solved} of {len(self.catalogue.entries)} solved; `kata` goes on here."
        )
        return 0

    @property
    def solved(self) -> int:
        return sum(state == "solved" for state in self.progress.states().values())

    def open(self, entry: Entry) -> None:
        """Show a kata and wait for its file to change; a copy that has changed already is checked."""
        self.attempt.call_off()
        self.entry, self.found = entry, None
        if can_fork():
            # A first wrong fix should not wait until all the known ones have been run.
            threading.Thread(target=self.judge.prepare, args=(entry.kata,), daemon=True).start()
        made = workspace.start(entry, self.progress)
        self.say(screen.header(entry, self.solved, len(self.catalogue.entries), self.console.width))
        self.say(screen.card(entry, solved=False, without=("Predict",)))
        self.say(made)
        program = self.read()
        self.seen = digest(starting_text(entry))
        if not self.progress.predicted(entry.kata):
            self.ask_prediction()
        elif digest(program) == self.seen:
            self.say(screen.WAITING)
        if entry.card.given or digest(program) != self.seen:
            self.check(program)

    # What happens

    def attend(self) -> None:
        event = self.inbox.get(SLOW if self.attempt.running else None)
        if event is None:
            if self.attempt.running and not self.told:
                self.told = True
                self.say(
                    "checking ..."
                    if self.judge.warm
                    else "torch is being loaded, once; then checks are quick ..."
                )
            return
        self.handle(event)

    def handle(self, event: Event) -> None:
        if isinstance(event, Key):
            self.key(event.char)
        elif isinstance(event, Saved):
            self.look()
        elif isinstance(event, Notice):
            self.say(event.text)
        elif self.attempt.ended(event):
            self.conclude(event.verdict)

    def look(self) -> None:
        """Check the file if it is not what was checked last."""
        program = self.read()
        if not program.strip():
            time.sleep(SETTLE)
            program = self.read()
        if digest(program) != self.seen:
            self.check(program)

    def read(self) -> bytes:
        try:
            return self.entry.kata.copy.read_bytes()
        except OSError:
            return b""

    def check(self, program: bytes) -> None:
        self.seen, self.told = digest(program), False
        self.attempt.begin(self.entry, program)
        self.progress.keep(self.entry.kata)  # while the check runs: the disk takes its time

    def conclude(self, found: Verdict) -> None:
        program = self.read()
        if digest(program) != self.seen:  # saved again, and the news of it is still on its way
            self.check(program)
            return
        self.found = found
        workspace.remember(found, program, self.entry, self.progress)
        self.say(screen.header(self.entry, self.solved, len(self.catalogue.entries), self.console.width))
        self.say(screen.verdict(found, self.entry, shown(self.entry.kata.copy), keys=True))
        if found.verdict == "solved" and self.entry.card.given and not self.progress.tried(self.entry.kata):
            self.say(screen.GIVEN)
        elif found.verdict == "solved":
            following = self.following(self.entry)
            answer = self.progress.prediction(self.entry.kata)
            self.say(screen.green(self.entry, answer, following, self.console.width))

    # Keys

    def key(self, char: str) -> None:
        asking, self.asking = self.asking, None
        if asking is not None and asking(char):
            return
        commands: dict[str, Callable[[], None]] = {
            "h": lambda: self.say(workspace.hint(self.entry, self.progress)),
            "p": self.ask_prediction,
            "d": self.differences,
            "l": self.choose,
            "n": self.next,
            "x": self.ask_reset,
            "c": self.check_everything,
            "e": self.edit,
            "r": lambda: self.check(self.read()),
            "q": self.leave,
            "\x04": self.leave,
            "?": lambda: self.say(screen.KEYS),
        }
        command = commands.get(char.lower())
        if command is not None:
            command()
        elif char.isprintable() and char.strip():
            self.say(f"{char} does nothing here; ? shows the keys")

    def leave(self) -> None:
        self.left = True

    def next(self) -> None:
        following = self.following(self.entry)
        if following is None:
            self.say("Every other kata is solved.")
        else:
            self.open(following)

    def ask_prediction(self) -> None:
        self.say(screen.prediction(self.entry))
        self.asking = self.predict

    def predict(self, char: str) -> bool:
        if char not in "\r\n" and char.upper() not in "ABCD":
            return False
        self.progress.record(self.entry.kata, "prediction", answer=char.upper().strip())
        self.say(
            f"Noted: {char.upper()}. The answer comes with the solution." if char.strip() else "Skipped."
        )
        self.say(screen.WAITING)
        return True

    def ask_reset(self) -> None:
        self.say(f"Begin {self.entry.id} again? What you have is kept. y/n")
        self.asking = self.reset

    def reset(self, char: str) -> bool:
        if char.lower() == "y":
            self.attempt.call_off()
            self.say(workspace.reset(self.entry, self.progress))
            self.seen, self.found = digest(starting_text(self.entry)), None
        else:
            self.say("Nothing was changed.")
        return True

    def differences(self) -> None:
        if self.progress.state(self.entry.kata) == "solved":
            self.say(workspace.differences(self.entry))
        else:
            self.say("The difference shows the answer; it comes once the kata is solved. h gives a hint.")

    def choose(self) -> None:
        with whole_lines(self.inbox):
            chosen = menu.choose(self.catalogue.entries, self.progress.states(), self.console)
        if chosen is not None:
            self.open(chosen)
        else:
            self.say(screen.WAITING)

    def check_everything(self) -> None:
        self.attempt.call_off()
        workspace.check_all(self.judge, self.catalogue.entries, self.progress, self.console)

    def edit(self) -> None:
        with whole_lines(self.inbox):
            self.say(editor.open_file(self.entry.kata.copy, self.edit_command))

    def say(self, what: object) -> None:
        self.console.print(what, markup=False, highlight=False)
