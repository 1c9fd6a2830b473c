"""`kata find`: from what somebody sees to the katas that are about it."""

from __future__ import annotations

import argparse
import json
import sys

from torchkata.cli.shared import RED, SOLVED, Mistake, catalogue, console, progress


def find(args: argparse.Namespace) -> int:
    from torchkata.finding.finder import Finder, NoSearch
    from torchkata.finding.question import question
    from torchkata.show.found import NOTHING, hits

    all_katas = catalogue()
    if args.count < 1:
        raise Mistake("-n takes a number of katas, 1 or more")
    asked = question(_typed(args.words))
    try:
        found = Finder(all_katas.entries).find(asked, args.count)
    except NoSearch as problem:
        raise Mistake(str(problem)) from None
    if args.json:
        states = progress(all_katas).states()
        rows = [
            {
                "place": hit.place,
                "id": hit.entry.id,
                "title": hit.entry.card.title,
                "state": states.get(hit.entry.id, "new"),
                "words": hit.words,
                "share": round(hit.share, 3),
            }
            for hit in found
        ]
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    elif found:
        console.print(hits(asked, found))
        console.print(f"\nOpen the first: kata watch {found[0].entry.id}", markup=False)
    else:
        console.print(NOTHING, markup=False)
    return SOLVED if found else RED


def _typed(words: list[str]) -> str:
    """What to search for: the words of the command, or standard input if they are `-`, or none and piped."""
    if words == ["-"] or (not words and not sys.stdin.isatty()):
        typed = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    else:
        typed = " ".join(words)
    if not typed.strip():
        raise Mistake("find what? kata find WORDS, or paste an error after: kata find - (Ctrl-D ends it)")
    return typed
