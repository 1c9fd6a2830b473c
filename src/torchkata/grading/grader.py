"""One program at a time: through `Judge.check`, or from what is kept, and what there is to look at in it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import TracebackType

from torchkata.collection import content
from torchkata.collection.catalogue import Catalogue, Entry
from torchkata.collection.layout import Tree
from torchkata.collection.starting import public_functions, starting_text
from torchkata.grading.alike import normalised
from torchkata.grading.constructs import findings
from torchkata.grading.elsewhere import Lost, Map, Road, Setting, Work, judged
from torchkata.grading.harmless import counts
from torchkata.grading.hiding import hidden
from torchkata.grading.keep import Kept, default_folder
from torchkata.grading.result import Outcome, Result, is_among
from torchkata.grading.submission import Submission, Unreadable
from torchkata.judging.judge import Judge
from torchkata.judging.verdict import Verdict
from torchkata.judging.worker import Limits, can_fork
from torchkata.system import fence

OUTCOME: dict[str, Outcome] = {"solved": "solved", "unavailable": "skipped", "internal": "internal"}


class Grader:
    """Judges programs of katas by the grader's own tests. Use it as a context manager.

    katas:  ids, or tracks for all katas of one; by default all katas
    tree:   whose katas; by default those of the installation, and never those of a submission
    keep:   where finished checks are kept
    accept: digests, or their beginnings, of programs that a person has looked at: their findings don't count
    road:   where checks go, if not here
    """

    def __init__(
        self,
        katas: Iterable[str] = (),
        *,
        tree: Tree | None = None,
        device: str = "cpu",
        limits: Limits | None = None,
        keep: Path | None = None,
        accept: Sequence[str] = (),
        ahead: bool = False,
        road: Road | None = None,
    ) -> None:
        self.catalogue = Catalogue(tree or content.installed())
        self.entries = _chosen(self.catalogue, katas)
        self.device, self.limits, self.ahead = device, limits or Limits(), ahead
        self.folder = keep or default_folder()
        place = road.place if road is not None else ""
        self.kept = Kept(self.folder, self.catalogue.tree, device, self.limits, place)
        self.accept = tuple(accept)
        self.tier = (road.tier if road is not None else "") or fence.tier(forks=can_fork())
        self.submissions: Sequence[Submission] = ()  # whose files no program of another may read
        self._received: dict[tuple[str, bytes], Verdict] = {}  # from elsewhere: kata and program → verdict
        self._judge: Judge | None = None
        self._open = ExitStack()
        self._starting = threading.Lock()

    def __enter__(self) -> Grader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the judge, if one was started. A grader that is used again starts another."""
        with self._starting:
            self._judge = None
            self._open.close()

    @property
    def judge(self) -> Judge:
        """Started when the first program has to be run: a run that finds all of them kept needs none."""
        with self._starting:
            if self._judge is None:
                katas = [entry.kata for entry in self.entries]
                judge = Judge(
                    self.catalogue.tree,
                    katas,
                    self.device,
                    self.limits,
                    ahead=self.ahead,
                    hidden=hidden(self._secret(), self.catalogue.tree),
                )
                self._judge = self._open.enter_context(judge)
            return self._judge

    def check(self, kata: str, program: bytes, learner: str = "") -> Result:
        """The result of one program. No message has its own path in it: equal programs give equal ones."""
        entry = self.catalogue[kata]
        verdict = self._received.get((kata, program)) or self.kept.get(entry.kata, program)
        if verdict is None:
            verdict = self.judge.check(entry, program, Path(f"{entry.id}.py"))
            self.kept.put(entry.kata, program, verdict)
        return self._result(learner, entry, program, verdict)

    def grade(self, submission: Submission, kata: str) -> Result:
        """The result of one file of a submission."""
        return self._graded(submission, kata, _program(submission, kata))

    def _graded(self, submission: Submission, kata: str, program: bytes | None) -> Result:
        if program is not None:
            return self.check(kata, program, submission.learner)
        if not submission.has(kata):
            nothing = f"there is no {kata}.py"
            return Result(submission.learner, kata, "missing", message=nothing, tier=self.tier)
        why = submission.trouble(kata)
        return Result(submission.learner, kata, "failing", message=why, tier=self.tier)

    def elsewhere(self, pairs: Sequence[tuple[Submission, str]], over: Map) -> Iterator[Result]:
        """The results of `pairs`, in their order; what isn't kept is judged wherever `over` sends it."""
        tree = None if self.catalogue.tree == content.installed() else self.catalogue.tree.root
        setting = Setting(tree, self.device, self.limits, tuple(self._secret()))
        programs = [_program(submission, kata) for submission, kata in pairs]
        works: dict[tuple[str, bytes | None], Work] = {}
        for (submission, kata), program in zip(pairs, programs):
            of = self.catalogue[kata].kata
            if program is not None and (kata, program) not in works and self.kept.get(of, program) is None:
                key = self.kept.key(of, program)
                works[kata, program] = Work(setting, kata, program, key, submission.learner)
        verdicts = iter(over(judged, list(works.values())))
        for (submission, kata), program in zip(pairs, programs):
            while (kata, program) in works:  # its verdict, or one before it, is still to come
                self._receive(works.pop(next(iter(works))), next(verdicts))
            yield self._graded(submission, kata, program)

    def _receive(self, work: Work, verdict: Verdict | Lost) -> None:
        if isinstance(verdict, Lost):
            verdict = Verdict(
                work.kata, "internal", self.device, "unknown", "unknown", 0.0, message=str(verdict)
            )
        # Not left to what is kept, which may be nothing: what was sent away must never run here.
        self._received[work.kata, work.program] = verdict
        self.kept.put(self.catalogue[work.kata].kata, work.program, verdict)

    def _secret(self) -> list[Path]:
        return [self.folder, *(submission.root for submission in self.submissions)]

    def _result(self, learner: str, entry: Entry, program: bytes, verdict: Verdict) -> Result:
        digest = sha256(program).hexdigest()[:16]
        outcome: Outcome = OUTCOME.get(verdict.verdict, "failing")
        found = tuple(findings(program, counted=entry.id in self.counting))
        if outcome == "solved" and found and not is_among(digest, self.accept):
            outcome = "review"
        return Result(
            learner,
            entry.id,
            outcome,
            digest,
            verdict=verdict,
            findings=found,
            normal=normalised(program, self._public(entry)),
            tier=self.tier,
        )

    def _public(self, entry: Entry) -> frozenset[str]:
        return frozenset(public_functions(entry.kata.broken))

    @cached_property
    def known(self) -> dict[str, dict[str, str]]:
        """Kata → normalised digest → fixed or right_*, of the chosen katas."""

        def of(entry: Entry) -> dict[str, str]:
            files = [file for file in (*entry.kata.rights, entry.kata.fixed) if file.is_file()]
            names = ["fixed" if file == entry.kata.fixed else file.stem for file in files]
            return {
                normalised(file.read_bytes(), self._public(entry)): name for file, name in zip(files, names)
            }

        return {entry.id: of(entry) for entry in self.entries}

    @cached_property
    def counting(self) -> frozenset[str]:
        """The katas whose tests count what torch does: none of that may happen in another library."""
        return frozenset(entry.id for entry in self.catalogue.entries if counts(entry.kata.test))

    def begun(self, submissions: Sequence[Submission]) -> list[Entry]:
        """The katas of which somebody has handed in more than the file that everybody starts from."""
        return [
            entry
            for entry in self.entries
            if any(s.has(entry.id) and _program(s, entry.id) != starting_text(entry) for s in submissions)
        ]


def _chosen(catalogue: Catalogue, katas: Iterable[str]) -> list[Entry]:
    """By id or by track, in the order of learning. Raises `UnknownKata`."""
    wanted: set[str] = set()
    for name in katas:
        of_track = {entry.id for entry in catalogue.entries if entry.card.track == name}
        wanted |= of_track or {catalogue[name].id}
    return [entry for entry in catalogue.entries if not wanted or entry.id in wanted]


def _program(submission: Submission, kata: str) -> bytes | None:
    try:
        return submission.read(kata)
    except (Unreadable, OSError):
        return None
