"""Words as they are compared: the same for what a card says and for what somebody types.

Only English, Python and the abbreviations of the field are known here. What people call a certain bug
stands on its card, under `words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+[a-z]*")  # BatchNorm2d: Batch, Norm, 2d
HYPHEN = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])")
APOSTROPHE = re.compile("(?<=[A-Za-z])['\N{RIGHT SINGLE QUOTATION MARK}](?=[A-Za-z])")
IN_PLACE = re.compile(r"\bin[ -]place\b", re.IGNORECASE)

# They stand everywhere, and say nothing. None isn't among them: in Python it is a thing that one sees.
STOP = frozenset(
    """
    a about after again all also although am an and any are arent as at be because been before being both
    but by can cannot cant could did didnt do does doesnt doing dont each even every for from get gets
    getting got had has hasnt have havent having how however i id if im in into is isnt it its ive just
    like may me might more most much my need no nor not now of off on only or other our out over own please
    should since so some somehow still such than that thats the their them then there these they thing
    this those though through to too try trying under until up upon us use used uses using very want was
    wasnt we were what when where whether which while who why will with within without wont would you
    your yours def import lambda self
    """.split()  # noqa: SIM905
)
# Forms that no stemmer takes back to one word.
IRREGULAR = {
    "became": "become", "began": "begin", "begun": "begin", "built": "build", "came": "come",
    "fed": "feed", "fell": "fall", "fallen": "fall", "forgot": "forget", "forgotten": "forget",
    "froze": "freeze", "frozen": "freeze", "gave": "give", "given": "give", "gone": "go", "grew": "grow",
    "grown": "grow", "held": "hold", "kept": "keep", "lost": "lose", "made": "make", "ran": "run",
    "sent": "send", "shown": "show", "stuck": "stick", "taken": "take", "took": "take", "went": "go",
    "written": "write", "wrote": "write",
}  # fmt: skip
SHORT = {
    "acc": "accuracy", "bf16": "bfloat16", "bn": "batchnorm", "ckpt": "checkpoint",
    "dataloader": "loader", "eval": "evaluate", "evaluation": "evaluate", "fp16": "float16",
    "fp32": "float32", "grad": "gradient", "grads": "gradient",
    "init": "initialize", "lr": "rate", "oom": "memory", "opt": "optimizer", "optim": "optimizer",
    "param": "parameter", "params": "parameter", "ram": "memory", "seq": "sequence", "std": "deviation",
    "val": "validate", "validation": "validate", "var": "variance",
}  # fmt: skip
BRITISH = (
    (re.compile(r"(?<=al|im|or|er|ar|on|en|nt|il)is(e|ed|er|ers|es|ing|ation)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{3})our(s|ed|ing)?$"), r"or\1"),
)


@dataclass(frozen=True)
class Word:
    """A word as it was written, and the forms under which it is compared. `parts` are those that say
    something by themselves; `forms` are all: of a name also the whole, with the number behind it and
    without. `zero_grad` is zerograd, zero and gradient."""

    written: str
    parts: tuple[str, ...]
    forms: tuple[str, ...]


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order, without numbers and those that stand everywhere."""
    text = IN_PLACE.sub("inplace", APOSTROPHE.sub("", text))
    return filter(None, map(_word, NAME.findall(HYPHEN.sub("_", text))))


@cache
def _word(written: str) -> Word | None:
    pieces = [piece.lower() for piece in PART.findall(SHORT.get(written.lower(), written))]
    letters = [piece for piece in pieces if not piece[0].isdigit()]
    parts = [_one_form(piece) for piece in letters if piece not in STOP and len(piece) > 1]
    wholes = [_one_form("".join(of)) for of in (pieces, letters) if len(of) > 1]
    if wholes and not parts:  # A2C, T5, is_in
        parts = wholes[:1]
    return Word(written, tuple(parts), tuple(dict.fromkeys(wholes + parts))) if parts else None


def terms(text: str) -> list[str]:
    """All forms of all words, and each word joined to the next: what stands together in a question counts
    more where it stands together in a card."""
    said = list(words(text))
    pairs = [first.parts[-1] + second.parts[0] for first, second in pairwise(said)]
    return [form for word in said for form in word.forms] + pairs


def _one_form(word: str) -> str:
    for ending, ours in BRITISH:
        word = ending.sub(ours, word)
    return IRREGULAR.get(word) or SHORT.get(word) or word
