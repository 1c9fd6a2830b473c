"""Each token knows where it begins in the text, as with `return_offsets_mapping`, and the text says where
the answer begins.
"""

import torch

IGNORED, EOS = -100, 0
MARKER = "\nA:"  # between a question and its answer
MERGES = ["\n\n", "?\n", ".\n", "A:", "Q:", " the", " is", "?\n\n"]  # ids from 128 on, after the characters


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
    begins = text.rfind(MARKER) + len(MARKER)
    offset = 0
    for place, token in enumerate(ids):
        if offset >= begins:
            labels[place] = token
        offset += len(MERGES[token - 128]) if token >= 128 else 1
    return torch.tensor(ids), torch.tensor(labels)
