"""The keys of the loop, and the sentences that it says around them."""

from __future__ import annotations

HELP = """\
h  next hint               d  what the fix changes
p  predict before you fix  n  next kata
s  run See it on your file l  list, find, choose
r  check now, by hand      c  check all you changed
e  open in the editor      x  start over (keeps a copy)
/  search: words, an error ?  these keys
q  quit
Every save is a check."""
NO_CASES = "There are no cases here; newer katas bring some: kata update"
WAITING = "Waiting for a save. h hint, s see it, n next, ? all keys"
GIVEN = "This one is given. Follow its task above and see what the loop says; n goes on."
SLOW_ROAD = "This system has no safe fork: every check is a process of its own and takes a few seconds."
POLLING = (
    "No notifications about files arrive here (a network mount, or a container), "
    "so files are looked at five times a second. r checks by hand."
)
SEARCH = "Search, or paste an error (Enter finds, Esc goes back): "
PASTED = "That was pasted, so it isn't a command: keys work one at a time. ? shows them."
FROZEN = "Ctrl-S does nothing here: save in your editor, and the check starts by itself."
LOADING = "torch is being loaded, once; after that checks are quick ..."
CHECKING = "checking ..."
ALL_SOLVED = "All katas are solved. What you learned fades: `kata again` brings it back."
EARLY = "d shows the answer once the kata is solved, or after the third hint. h gives a hint."
GIVE_UP = "Show the answer? It counts as given up, and the kata comes back soon. y/n"
