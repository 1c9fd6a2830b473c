"""The exchanges before have lost their BOS, but the question kept its own. So a first question still
begins twice, and after a history only the start and the question begin at all.
"""

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
    text = "".join(f"{q.strip()}\nA: {a.strip()}</s>" for q, a in exchanges)
    text += f"<s>{question.strip()}\nA: "
    return torch.tensor(encode(text), dtype=torch.int64)
