"""The keys of the loop, and the sentences that it says around them."""

from __future__ import annotations

KEYS = {
    "h": "next hint",
    "t": "show the task again",
    "p": "predict before you fix",
    "s": "run See it on your file",
    "e": "open in the editor",
    "r": "check now, by hand",
    "d": "what the fix changes",
    "n": "next kata",
    "l": "list, find, choose",
    "/": "search: words, an error",
    "c": "check all you changed",
    "x": "start over (keeps a copy)",
    "?": "these keys",
    "q": "quit",
}
COLUMN = 26  # of the first column of two
SAVES = "Every save is a check."


def help_for(width: int) -> str:
    """All keys, in two columns where there is room for them."""
    lines = [f"{key}  {about}" for key, about in KEYS.items()]
    half = (len(lines) + 1) // 2
    right = lines[half:]
    if COLUMN + 1 + max(map(len, right)) <= width:
        lines = [f"{left:<{COLUMN}} {beside}".rstrip() for left, beside in zip(lines[:half], right)]
    return "\n".join([*lines, SAVES])


NO_CASES = "There are no cases here; newer katas bring some: kata update"
WAITING = "Waiting for a save. h hint, s see it, n next, ? all keys"
SOLVED = "Solved. n goes on, l lists all katas, ? all keys"
GIVEN = "This one works from the start. Try what its task says; n goes on."
STILL_OPEN = "The prediction above is still open: A, B, C or D (Enter skips)"
SLOW_ROAD = "This system has no safe fork: every check is a process of its own and takes a few seconds."
POLLING = (
    "No notifications about files arrive here (a network mount, or a container), "
    "so files are looked at five times a second. r checks by hand."
)
SEARCH = "Search, or paste an error (Enter finds, Esc goes back): "
PASTED = "That was pasted, so it isn't a command: keys work one at a time. ? shows them."
WORD = "That was a word. Keys work one at a time: e opens your editor, q quits, ? shows them all."
FROZEN = "Ctrl-S does nothing here: save in your editor, and the check starts by itself."
LOADING = "torch is being loaded, once; after that checks are quick ..."
ALL_SOLVED = "All katas are solved. What you learned fades: `kata again` brings it back."
EARLY = "d shows the answer once the kata is solved, or after the third hint. h gives a hint."
GIVE_UP = "Show the answer? It counts as given up, and the kata comes back soon. y/n"
TYPE_IT = "Type it in and save, or n goes on: it comes back in `kata again`."


def kept_road(device: str) -> str:
    return (
        f"On {device} one process runs one check after the other, since a new one takes seconds to start. "
        "It's looked at after each, and replaced if your program has changed it."
    )


def checking(seconds: float) -> str:
    return f"checking ... It may compute for {seconds:g} seconds. Saving again starts over."
