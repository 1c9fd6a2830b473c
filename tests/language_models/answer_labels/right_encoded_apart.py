"""Question and answer are encoded one by one, so both lengths are known."""

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
    question, _, answer = text.rpartition(MARKER)
    prompt, reply = encode(question + MARKER), [*encode(answer), EOS]
    return torch.tensor(prompt + reply), torch.tensor([IGNORED] * len(prompt) + reply)
