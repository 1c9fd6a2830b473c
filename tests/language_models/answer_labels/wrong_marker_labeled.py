"""The answer begins behind the marker. You count up to it, so the marker's own tokens have labels too, and
the model learns to write them.
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
    start = len(encode(text[: text.rindex(MARKER)]))
    labels[start:] = ids[start:]
    return torch.tensor(ids), torch.tensor(labels)
