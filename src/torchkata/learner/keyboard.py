"""What each key does: the commands of the loop, and the questions that take the next key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from torchkata.collection.starting import see_it, starting_text
from torchkata.finding.finder import Finder, Hit, NoSearch
from torchkata.finding.question import question
from torchkata.learner import editor, keys, menu, workspace
from torchkata.learner.inbox import Notice
from torchkata.learner.line import Line
from torchkata.learner.progress import digest
from torchkata.show import cards, found, verdicts
from torchkata.show.code import markdown
from torchkata.system.paths import shown
from torchkata.system.trouble import told

if TYPE_CHECKING:
    from torchkata.learner.loop import Loop

CHOICES = ("A", "B", "C", "D")  # capitals: c and d are keys of their own
FOUND = 5  # katas that a search shows: as many as one compares
RESET = "reset"  # what one types to lose the file on screen: no key alone does that


class Keyboard:
    """Acts on the loop that it belongs to. `asking` takes the next key, if it was meant for a question;
    `typing` is the line that takes all keys and pastes until it ends."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.asking: Callable[[str], bool] | None = None
        self.typing: Line | None = None
        self.finder: Finder | None = None  # made at the first search

    def paste(self, text: str) -> None:
        """Pasted text is no command; only a line that is being typed has a use for it."""
        if self.typing is None:
            self.loop.say(keys.PASTED)
        else:
            self._typed(self.typing.paste(text), self.typing)

    def _typed(self, goes_on: bool, line: Line) -> None:
        if not goes_on and self.typing is line:
            self.typing = None

    def press(self, char: str) -> None:
        if self.typing is not None:
            self._typed(self.typing.key(char), self.typing)
            return
        asking, self.asking = self.asking, None
        if asking is not None and asking(char):
            return
        if char in CHOICES and not self.loop.progress.predicted(self.loop.entry.kata):
            self.predict(char)  # the question is still open, whatever was pressed in between
            return
        commands: dict[str, Callable[[], None]] = {
            "h": self.hint,
            "p": self.ask_prediction,
            "d": self.differences,
            "l": self.choose,
            "n": self.next,
            "x": self.reset,
            "c": self.check_everything,
            "e": self.edit,
            "r": self.recheck,
            "s": self.see,
            "/": self.search,
            "q": self.leave,
            "\x04": self.leave,
            "\x13": lambda: self.loop.say(keys.FROZEN),
            "?": lambda: self.loop.say(keys.HELP),
        }
        command = commands.get(char.lower())
        if command is not None:
            command()
        elif char.isprintable() and char.strip():
            self.loop.say(f"{char} does nothing here; ? shows the keys")

    def leave(self) -> None:
        self.loop.left = True

    def next(self) -> None:
        following = self.loop.following(self.loop.entry)
        if following is None:
            self.loop.say("Every other kata is solved.")
        else:
            self.loop.open(following)

    def hint(self) -> None:
        self.loop.say("")
        self.loop.say(workspace.hint(self.loop.entry, self.loop.progress, keys=True))

    def recheck(self) -> None:
        self.loop.seen = ""
        self.loop.look()

    def ask_prediction(self) -> None:
        self.loop.say("")
        self.loop.say(cards.prediction(self.loop.entry))
        self.asking = self.predict

    def predict(self, char: str) -> bool:
        if char not in "\r\n" and char.upper() not in CHOICES:
            return False
        answer = char.upper().strip()
        self.loop.progress.record(self.loop.entry.kata, "prediction", answer=answer)
        if not answer:
            self.loop.say("Skipped.")
        elif self.loop.found is not None and self.loop.found.verdict == "solved":
            self.loop.say(cards.answered(self.loop.entry, answer))
            self.loop.say(markdown(self.loop.entry.card.sections["Why"]))
        else:
            self.loop.say(f"Noted: {answer}. The answer comes with the solution.")
        self.loop.say(keys.WAITING)
        return True

    def reset(self) -> None:
        ask = f"Start {self.loop.entry.id} over? A copy is kept. Type {RESET}: "
        if self.line(ask).lower() != RESET:
            self.loop.say("Nothing was changed.")
            return
        self.loop.attempt.call_off()
        self.loop.say(workspace.reset(self.loop.entry, self.loop.progress))
        self.loop.seen, self.loop.found = digest(starting_text(self.loop.entry)), None

    def see(self) -> None:
        """Run the card's See it on the learner's own file, as it is now; keys work meanwhile."""
        loop, entry, program = self.loop, self.loop.entry, self.loop.read()

        def run() -> None:
            try:
                said = loop.judge.see(entry, program, shown(entry.kata.copy), see_it(entry))
            except Exception as problem:
                said = told(problem)
            text = verdicts.harmless(said).rstrip() or "(it printed nothing)"
            loop.inbox.put(Notice(f"See it, with {shown(entry.kata.copy)}:\n{text}"))

        threading.Thread(target=run, daemon=True).start()

    def differences(self) -> None:
        if self.loop.progress.state(self.loop.entry.kata) == "solved":
            self.loop.say(cards.solution(self.loop.entry, self.loop.console.width))
        elif self.loop.progress.hints(self.loop.entry.kata) < len(self.loop.entry.card.hints):
            self.loop.say(keys.EARLY)
        else:
            self.loop.say(keys.GIVE_UP)
            self.asking = self.give_up

    def give_up(self, char: str) -> bool:
        if char.lower() == "y":
            self.loop.progress.record(self.loop.entry.kata, "gave up")
            self.loop.say(cards.solution(self.loop.entry, self.loop.console.width))
            self.loop.say(markdown(cards.sections(self.loop.entry, "Why", "Rule")))
        else:
            self.loop.say("Not shown.")
        return True

    def choose(self) -> None:
        with self.loop.inbox.keys.whole_lines():
            chosen = menu.choose(self.loop.catalogue.entries, self.loop.progress.states(), self.loop.console)
        if chosen == menu.CASE:
            self.loop.say(self.loop.case())
        elif chosen is not None:
            self.loop.open(chosen)
        else:
            self.loop.say(keys.WAITING)

    def search(self) -> None:
        self.typing = Line(keys.SEARCH, self.loop.show, self.find)

    def find(self, typed: str | None) -> None:
        self.typing = None
        if not typed or not typed.strip():
            self.loop.say(keys.WAITING)
            return
        asked = question(typed)
        try:
            self.finder = self.finder or Finder(self.loop.catalogue.entries)
        except NoSearch as problem:
            self.loop.say(str(problem))
            return
        hits = self.finder.find(asked, FOUND)
        if not hits:
            self.loop.say(found.NOTHING)
            return
        self.loop.say(found.hits(asked, hits, numbered=True))
        choice = "1 opens it" if len(hits) == 1 else f"1 to {len(hits)} opens one"
        self.loop.say(f"\n{choice}; every other key does what it does.")
        self.asking = lambda char: self.open_one_of(hits, char)

    def open_one_of(self, hits: list[Hit], char: str) -> bool:
        chosen = dict(zip(map(str, range(1, len(hits) + 1)), hits)).get(char)
        if chosen is not None:
            self.loop.open(chosen.entry)
        return chosen is not None

    def check_everything(self) -> None:
        if self.loop.sweep.running:
            self.loop.sweep.call_off()
            return
        self.loop.attempt.call_off()
        changed = [entry for entry in self.loop.catalogue.entries if workspace.is_changed(entry)]
        if changed:
            self.loop.say(f"Checking {len(changed)}; c stops it.")
        self.loop.judge.renew()
        self.loop.sweep.begin(changed, len(self.loop.catalogue.entries))

    def edit(self) -> None:
        with self.loop.inbox.keys.whole_lines():
            self.loop.say(editor.open_file(self.loop.entry.kata.copy, self.loop.edit_command))

    def line(self, prompt: str) -> str:
        """A whole line, typed; empty where the input ends."""
        with self.loop.inbox.keys.whole_lines():
            try:
                return self.loop.console.input(prompt, markup=False).strip()
            except EOFError:
                return ""
