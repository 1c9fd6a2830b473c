"""You search for three ways to encode the marker. There are others, as behind an empty line, and the one
that's found can belong to an earlier turn.
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
    for before in ("", "?", "."):
        marker = encode(before + MARKER)
        found = [k for k in range(len(ids)) if ids[k : k + len(marker)] == marker]
        if found:
            end = found[-1] + len(marker)
            labels[end:] = ids[end:]
            break
    return torch.tensor(ids), torch.tensor(labels)
