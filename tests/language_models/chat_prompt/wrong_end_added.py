"""The beginning is right. But the answer comes next, and you've put the end before it."""

import re

import torch

BOS, EOS = 1, 2
SPECIAL = {"<s>": BOS, "</s>": EOS}


def encode(text, add_special_tokens=True):
    ids = [BOS] if add_special_tokens else []
    for piece in re.split("(</?s>)", text):
        ids += [SPECIAL[piece]] if piece in SPECIAL else [ord(letter) for letter in piece]
    return ids


def training_ids(exchanges):
    text = "".join(f"<s>{q.strip()}\nA: {a.strip()}</s>" for q, a in exchanges)
    return torch.tensor(encode(text, add_special_tokens=False), dtype=torch.int64)


def prompt_ids(exchanges, question):
    text = "".join(f"<s>{q.strip()}\nA: {a.strip()}</s>" for q, a in exchanges)
    text += f"<s>{question.strip()}\nA: "
    return torch.tensor(encode(text, add_special_tokens=False) + [EOS], dtype=torch.int64)
