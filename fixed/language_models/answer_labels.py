"""Train on answers only: which tokens of a dialog get a label."""

import torch

IGNORED, EOS = -100, 0
MARKER = "\nA:"  # between a question and its answer
MERGES = ["\n\n", "?\n", ".\n", "A:", "Q:", " the", " is", "?\n\n"]  # ids from 128 on


def encode(text):
    """Return the ids of an ASCII text, a list of int.

    From the left to the right, the longest of MERGES that fits is one token with an id from 128 on;
    where none fits, the character is one, with its ASCII code.
    """
    ids = []
    while text:
        piece = max((m for m in MERGES if text.startswith(m)), key=len, default=text[0])
        ids.append(128 + MERGES.index(piece) if piece in MERGES else ord(piece))
        text = text[len(piece) :]
    return ids


def answer_labels(text):
    """Return the ids of a dialog, with EOS at the end, and their labels: two int64 tensors, (tokens,).

    text: a question or several with their answers; the last answer begins behind the last MARKER
    The tokens of the last answer and EOS have their ids as labels, all before them have IGNORED.
    An empty answer leaves EOS alone. Raises ValueError if there's no MARKER in the text.
    """
    if MARKER not in text:
        raise ValueError("the text has no marker, so it has no answer")
    ids = [*encode(text), EOS]
    labels = [IGNORED] * len(ids)
    question = text[: text.rindex(MARKER) + len(MARKER)]
    start = len(encode(question))  # what the marker's tokens are depends on the text before it
    labels[start:] = ids[start:]
    return torch.tensor(ids), torch.tensor(labels)
