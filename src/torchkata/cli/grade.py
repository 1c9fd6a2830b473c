"""`kata grade`: other people's programs."""

from __future__ import annotations

import argparse
import importlib.util
import shlex
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from torchkata.cli.shared import Mistake, console, require_one_device, require_time_limit

if TYPE_CHECKING:
    from torchkata.collection.layout import Tree
    from torchkata.grading.elsewhere import Map, Road
    from torchkata.grading.result import Report, Result

STYLES = {"solved": "green", "review": "magenta", "failing": "red"}
# What a merge can't heed any more, and what it is where nobody asks for it.
OF_CHECKS = {
    "each": False,
    "katas": [],
    "tree": None,
    "device": "cpu",
    "timeout": 10.0,
    "shard": "1/1",
    "keep": None,
    "scheduler": None,
    "container": None,
    "image": "torchkata",
}
NAMED = 5  # how many missing files of a learner are


def grade(args: argparse.Namespace) -> int:
    if str(args.folders[0]) == "merge":
        return _merge(args)
    from torchkata.grading import cohort, github
    from torchkata.grading.submission import Submission
    from torchkata.judging.worker import Limits

    require_one_device(args.device)
    require_time_limit(args.timeout)
    folders = _folders(args.folders, each=args.each)
    try:
        report = cohort.grade(
            folders,
            [name for names in args.katas for name in names.split(",") if name],
            tree=_tree(args.tree),
            device=args.device,
            limits=Limits(seconds=args.timeout),
            keep=_keep(args.keep, folders),
            accept=args.accept,
            shard=_shard(args.shard),
            over=_road(args),
            told=_print,
        )
    except ValueError as problem:
        raise Mistake(str(problem)) from None
    if github.active():
        submissions = [Submission.of(folder) for folder in folders]
        for line in github.commands(report, {s.learner: s.root for s in submissions}):
            print(line)
        github.write_summary(report)
    return _conclude(report, args)


def _merge(args: argparse.Namespace) -> int:
    from torchkata.grading.result import Report, merged

    if len(args.folders) < 2:
        raise Mistake("kata grade merge takes the --json files of all shards: kata grade merge 1.json 2.json")
    for name, default in OF_CHECKS.items():
        if getattr(args, name) != default:
            raise Mistake(f"a merge checks nothing anew: leave --{name} out, or give it to the shards")
    try:
        report = merged(Report.from_json(file.read_text(encoding="utf-8")) for file in args.folders[1:])
    except (ValueError, OSError) as problem:
        raise Mistake(f"these cannot be merged: {problem}") from None
    report = report.accepting(args.accept)
    for result in report.results:
        _print(result)
    return _conclude(report, args)


def _missing(results: Iterable[Result]) -> Iterator[str]:
    """A line for each learner, and not one for each file."""
    katas: dict[str, list[str]] = {}
    for result in results:
        if result.outcome == "missing":
            katas.setdefault(result.learner, []).append(result.kata)
    for learner, missing in katas.items():
        more = f", and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        yield f"{learner}  no file for {', '.join(missing[:NAMED])}{more}"


def _conclude(report: Report, args: argparse.Namespace) -> int:
    """What is not said by the line of each check; and the files."""
    from torchkata.grading import written
    from torchkata.grading.result import OUTCOMES

    for line in _missing(report.results):
        _line(line, "red")
    for learner, files in report.strays.items():
        for file, near in files.items():
            hint = f"; did you mean {near}.py?" if near else ""
            _line(f"{learner}  {file} is named after no kata and was not read{hint}")
    for kata, members in report.alike():
        _line(f"alike: {kata}: {', '.join(members)}")
    reviewed = sorted({result.program for result in report.results if result.outcome == "review"})
    if reviewed:
        _line(f"Look at what is up for review; what is fine: --accept {' --accept '.join(reviewed)}")
    counts = [f"{report.count(o)} {o}" for o in OUTCOMES if report.count(o)]
    part = f" (shard {report.shard[0]} of {report.shard[1]})" if report.shard[1] > 1 else ""
    _line(f"{len(report.results)} checks{part}: {', '.join(counts) or 'none'}.")
    outputs = (
        (args.json, report.to_json),
        (args.junit, lambda: written.as_junit(report)),
        (args.csv, lambda: written.as_csv(report)),
    )
    for file, made in outputs:
        if file is not None:
            _write(file, made())
    return report.status if report.results else 0


def _write(file: Path, text: str) -> None:
    """Whole or not at all; but what is no file, as /dev/stdout, can only be written to."""
    from torchkata.system import atomic

    if file.exists() and not file.is_file():
        with file.open("w", encoding="utf-8") as stream:
            stream.write(text)
    else:
        atomic.write_text(file, text)


def _print(result: Result) -> None:
    if result.outcome == "missing":  # which is said at the end
        return
    why = f"  {result.why}" if result.why else ""
    _line(f"{result.learner}  {result.kata}  {result.kind}{why}", STYLES.get(result.outcome, "magenta"))


def _line(text: str, style: str = "") -> None:
    """One line, whatever stands in it: a file's name may hold a line of ours, or what moves the cursor."""
    from torchkata.grading import github

    text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    console.print(Text(github.harmless(text) if github.active() else text, style), soft_wrap=True)


def _folders(given: list[Path], *, each: bool) -> list[Path]:
    for folder in given:
        if not folder.is_dir():
            raise Mistake(f"{folder} is no folder; a submission holds files like graph/second_step.py")
    if not each:
        return given
    inner = [f for folder in given for f in sorted(folder.iterdir()) if f.is_dir() and f.name[0] != "."]
    if not inner:
        raise Mistake(f"{given[0]} holds no folders; --each takes a folder with one folder for each learner")
    linked = [folder for folder in inner if folder.is_symlink()]
    if linked:
        raise Mistake(f"{linked[0]} is a link; only plain folders are graded")
    return inner


def _road(args: argparse.Namespace) -> Map | Road | None:
    if args.scheduler and args.container:
        raise Mistake("--scheduler or --container, one of them")
    if args.scheduler:
        if importlib.util.find_spec("distributed") is None:
            raise Mistake("--scheduler needs Dask: pip install 'torchkata[dask]'")
        from torchkata.grading.elsewhere import over_dask

        return over_dask(args.scheduler)
    if args.container:
        return _containers(args)
    return None


def _containers(args: argparse.Namespace) -> Road:
    from torchkata.collection.catalogue import Catalogue
    from torchkata.grading import containers
    from torchkata.grading.keep import content_digest

    program = (shlex.split(args.container) or [""])[0]
    if shutil.which(program) is None:
        raise Mistake(f"there is no {program or 'program'} here; --container podman, or docker")
    if args.tree is not None:
        raise Mistake("--container judges by the katas in the image; leave --tree out")
    return containers.road(args.container, args.image, content_digest(Catalogue(_tree(None))))


def _shard(asked: str) -> tuple[int, int]:
    number, _, count = asked.partition("/")
    if not (number.isdigit() and count.isdigit() and 1 <= int(number) <= int(count)):
        raise Mistake(f"--shard takes a part and how many there are, as 2/5, not {asked!r}")
    return int(number), int(count)


def _tree(asked: Path | None) -> Tree:
    from torchkata.collection import content
    from torchkata.collection.layout import Tree

    if asked is None:
        try:
            return content.installed()
        except content.NoContent as problem:
            raise Mistake(str(problem)) from None
    tree = Tree.find(asked)
    if tree is None or tree.root != asked.resolve():
        raise Mistake(f"{asked} is no tree of katas: it lacks katas/, broken/, fixed/ or tests/")
    return tree


def _keep(asked: Path | None, folders: list[Path]) -> Path | None:
    """Verdicts that somebody has made up must not be found where finished checks are looked for."""
    if asked is not None and any(asked.resolve().is_relative_to(folder.resolve()) for folder in folders):
        raise Mistake(f"--keep {asked} is inside a submission, which could hold made-up verdicts")
    return asked
