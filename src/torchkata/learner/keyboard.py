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
    from torchkata.collection.catalogue import Entry
    from torchkata.learner.loop import Loop

CHOICES = ("A", "B", "C", "D")  # capitals: c and d are keys of their own
ONLY_CHOICES = ("a", "b")  # these are no other keys
TYPING = 0.3  # seconds in which somebody who types a word comes to its next letter
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
        self.question: Entry | None = None  # whose prediction was asked for and has no answer

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
        if char in (*CHOICES, *ONLY_CHOICES):
            self.choice(char)
            return
        commands: dict[str, Callable[[], None]] = {
            "h": self.hint,
            "t": self.loop.say_task,
            "\x0c": self.loop.say_task,  # Ctrl-L, which draws a screen anew elsewhere
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
            "?": lambda: self.loop.say(keys.help_for(self.loop.console.width)),
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
        late = self.loop.solved_now and not self.loop.entry.card.given
        self.loop.say("")
        self.loop.say(cards.prediction(self.loop.entry, cards.ASKED_LATE if late else cards.ASKED))
        self.asking, self.question = self.predict, self.loop.entry

    def choice(self, char: str) -> None:
        """An answer to the prediction, whatever was pressed since it was asked for."""
        entry, progress = self.loop.entry, self.loop.progress
        if self.question is entry or not progress.predicted(entry.kata):
            self.predict(char)
            return
        earlier = progress.prediction(entry.kata)
        said = f"You predicted {earlier}" if earlier else "The prediction is over"
        self.loop.say(f"{said}; p asks again.")

    def record(self, event: str, **content: str) -> None:
        """What can't be written down is said; the key does its work all the same."""
        self.loop.guarded(lambda: self.loop.progress.record(self.loop.entry.kata, event, **content))

    def remind(self) -> None:
        """Say that the question is open, where a verdict has come after it."""
        if self.question is self.loop.entry:
            self.loop.say(keys.STILL_OPEN)
            self.asking = self.predict

    def predict(self, char: str) -> bool:
        if char not in "\r\n" and char.upper() not in CHOICES:
            return False
        answer, self.question = char.upper().strip(), None
        self.record("prediction", answer=answer)
        if not answer:
            self.loop.say("Skipped.")
        elif self.loop.solved_now:
            self.loop.say(cards.answered(self.loop.entry, answer))
            self.loop.say(markdown(self.loop.entry.card.sections["Why"]))
        else:
            self.loop.say(f"Noted: {answer}. The answer comes with the solution.")
        self.loop.say_waiting()
        return True

    def reset(self) -> None:
        ask = f"Start {self.loop.entry.id} over? A copy is kept. Type {RESET}: "
        if self.line(ask).lower() != RESET:
            self.loop.say("Nothing was changed.")
            return
        self.loop.attempt.call_off()
        self.loop.say(workspace.reset(self.loop.entry, self.loop.progress))
        self.loop.say(keys.WAITING)
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

        loop.say(f"Running See it with {shown(entry.kata.copy)} ...")
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
        if char.lower() not in ("y", "n", "\r", "\n", "\x1b"):
            return False  # a key of its own
        if char.lower() == "y":
            self.record("gave up")
            self.loop.say(cards.solution(self.loop.entry, self.loop.console.width))
            self.loop.say(markdown(cards.sections(self.loop.entry, "Why", "Rule")))
            self.loop.say("")
            self.loop.say(keys.TYPE_IT)
        else:
            self.loop.say("Not shown.")
        return True

    def choose(self) -> None:
        entries, states = self.loop.catalogue.entries, self.loop.progress.states()
        with self.loop.inbox.keys.whole_lines():  # from the first prompt to the last
            chosen = menu.choose(entries, states, self.loop.console, self.ask)
        if chosen == menu.CASE:
            self.loop.say(self.loop.case())
        elif chosen is not None:
            self.loop.open(chosen)
        else:
            self.loop.say_waiting()

    def search(self) -> None:
        self.typing = Line(keys.SEARCH, self.loop.show, self.find)

    def find(self, typed: str | None) -> None:
        self.typing = None
        if not typed or not typed.strip():
            self.loop.say_waiting()
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
        elif char.isdigit():
            self.loop.say(f"There are {len(hits)}.")
            self.asking = lambda again: self.open_one_of(hits, again)
        return chosen is not None or char.isdigit()

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
        # "exit" or "help", typed by somebody new: the rest of the word would go into their file.
        if self.loop.inbox.typed_on(TYPING):
            self.loop.say(keys.WORD)
            return
        with self.loop.inbox.keys.whole_lines():
            self.loop.say(editor.open_file(self.loop.entry.kata.copy, self.loop.edit_command))

    def ask(self, prompt: str) -> str:
        return self.loop.inbox.line(self.loop.console, prompt)

    def line(self, prompt: str) -> str:
        """A whole line, typed; empty where the input ends."""
        try:
            return self.ask(prompt).strip()
        except EOFError:
            self.loop.console.print()
            return ""
