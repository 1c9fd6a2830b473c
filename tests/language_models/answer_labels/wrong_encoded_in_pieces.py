"""You encode the question, the marker and the answer one by one. Every answer has its labels, but the ids
are no longer those of the dialog: where two pieces meet, the tokenizer would have merged them.
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
    q, m, a = text.rpartition(MARKER)
    before = encode(q) + encode(m)
    answer = [*encode(a), EOS]
    ids = before + answer
    labels = [IGNORED] * len(before) + answer
    return torch.tensor(ids), torch.tensor(labels)
