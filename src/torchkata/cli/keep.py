"""The commands of those who keep a dojo or write katas. As in `learning`, each calls one module."""

from __future__ import annotations

import argparse
from pathlib import Path

from torchkata.cli.shared import RED, SOLVED, Mistake, console


def init(args: argparse.Namespace) -> int:
    from torchkata.collection import content
    from torchkata.dojo import ci, manifest, setup
    from torchkata.dojo.manifest import DojoError

    # With --ci, a dojo that is there already gets its workflow, and stays as it is.
    old = args.ci is not None and manifest.location(args.folder).exists()
    try:
        if old and args.for_class and not manifest.is_for_class(args.folder):
            raise Mistake(
                f"--for-class is for a new dojo, and {args.folder} is one already: "
                f"kata init {args.folder} --ci {args.ci}"
            )
        changes = None if old else setup.init(args.folder, content.installed(), for_class=args.for_class)
        added = ci.write(args.folder.resolve(), args.ci) if args.ci else []
    except (DojoError, content.NoContent) as problem:
        raise Mistake(str(problem)) from None
    for line in setup.welcome(changes) if changes is not None else []:
        console.print(line, markup=False, soft_wrap=True)
    if added:
        console.print(f"For git as well: {' and '.join(added)}", markup=False, soft_wrap=True)
    return SOLVED


def update(args: argparse.Namespace) -> int:
    from torchkata.collection import content
    from torchkata.dojo import setup
    from torchkata.dojo.manifest import DojoError

    try:
        changes = setup.update(setup.here(Path.cwd()), content.installed())
    except (DojoError, content.NoContent) as problem:
        raise Mistake(str(problem)) from None
    for line in setup.summary(changes):
        console.print(line, markup=False, soft_wrap=True)
    return SOLVED


def doctor(args: argparse.Namespace) -> int:
    from torchkata.dojo import doctor, findings, reach

    def say(text: str) -> None:
        if not args.json:
            console.print(text, markup=False, soft_wrap=True)

    found = []
    for finding in reach.look(say) if args.room else doctor.examine(Path.cwd()):
        found.append(finding)
        if not args.json:
            console.print(findings.line(finding), soft_wrap=True)
    print(findings.as_json(found) if args.json else findings.sum_of(found))
    return RED if findings.ails(found) else SOLVED
