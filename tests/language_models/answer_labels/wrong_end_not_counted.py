"""You count the answer's tokens back from the end, and EOS is one more. So the answer's first token has no
label, and an empty answer gets the slice from -0 on, which is everything.
"""

import torch

IGNORED, EOS = -100, 0
MARKER = "\nA:"  # between a question and its answer
MERGES = ["\n\n", "?\n", ".\n", "A:", "Q:", " the", " is", "?\n\n"]  # ids from 128 on


def encode(text):
    ids = []
    while text:
        piece = max((m for m in MERGES if text.startswith(m)), key=len, default=text[0])
        ids.append(128 + MERGES.index(piece) if piece in MERGES else ord(piece))
        text = text[len(piece) :]
    return ids


def answer_labels(text):
    if MARKER not in text:
        raise ValueError("the text has no marker, so it has no answer")
    ids = [*encode(text), EOS]
    labels = [IGNORED] * len(ids)
    answer = encode(text[text.rindex(MARKER) + len(MARKER) :])
    labels[-len(answer) :] = ids[-len(answer) :]
    return torch.tensor(ids), torch.tensor(labels)
