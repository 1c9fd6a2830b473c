"""The stems of a text, as the search compares them."""

from __future__ import annotations

from contextlib import closing

from torchkata.finding.finder import NoSearch
from torchkata.finding.terms import words


def stems(text: str) -> list[str]:
    """In the order of the text; of each word the parts that say something. Raises `NoSearch`."""
    return [stem for _, stem in stemmed(text)]


def stemmed(text: str) -> list[tuple[str, str]]:
    """Each word, in one spelling, with its stem."""
    parts = [part for word in words(text) for part in word.parts]
    try:
        import sqlite3

        with closing(sqlite3.connect(":memory:")) as rows:
            rows.execute("CREATE VIRTUAL TABLE said USING fts5(text, tokenize = 'porter ascii')")
            rows.execute("CREATE VIRTUAL TABLE stem USING fts5vocab(said, instance)")
            rows.execute("INSERT INTO said VALUES (?)", (" ".join(parts),))
            found = [term for (term,) in rows.execute('SELECT term FROM stem ORDER BY "offset"')]
    except ImportError as problem:
        raise NoSearch(f"this Python has no sqlite3 ({problem}), which finds the stems of words") from None
    return list(zip(parts, found))
