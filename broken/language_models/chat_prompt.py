"""Dialogs as token ids: for training, and for the prompt that asks for the next answer."""

import re

import torch

BOS, EOS = 1, 2
SPECIAL = {"<s>": BOS, "</s>": EOS}


def encode(text, add_special_tokens=True):
    """Return the ids of a text, a list of int: `<s>` and `</s>` are BOS and EOS, and every other
    character is its ASCII code. With `add_special_tokens`, BOS is put in front of all of them.
    """
    ids = [BOS] if add_special_tokens else []
    for piece in re.split("(</?s>)", text):
        ids += [SPECIAL[piece]] if piece in SPECIAL else [ord(letter) for letter in piece]
    return ids


def training_ids(exchanges):
    """Return the ids of a dialog, (tokens,), int64.

    exchanges: list of (question, answer), strings without `<s>` and `</s>`
    Each exchange begins with BOS and ends with EOS, and "\\nA: " stands between question and answer.
    Space around a question or an answer is removed.
    """
    text = "".join(f"<s>{q.strip()}\nA: {a.strip()}</s>" for q, a in exchanges)
    return torch.tensor(encode(text, add_special_tokens=False), dtype=torch.int64)


def prompt_ids(exchanges, question):
    """Return the ids that a model reads before it answers the question, (tokens,), int64.

    exchanges: list of (question, answer) from before; question: string; both as in `training_ids`
    They are the beginning of `training_ids([*exchanges, (question, answer)])`, for every answer, up
    to the point where the answer begins.
    """
    text = "".join(f"<s>{q.strip()}\nA: {a.strip()}</s>" for q, a in exchanges)
    text += f"<s>{question.strip()}\nA: "
    return torch.tensor(encode(text), dtype=torch.int64)
