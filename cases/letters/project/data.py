"""Short documents in a small invented language, as letters, and how rows of a batch are packed with them."""

from typing import NamedTuple

import torch

LETTERS = " .abdeghiklmnoprst"
PAD, END = 0, 1
VOCABULARY = 2 + len(LETTERS)


class Rows(NamedTuple):
    """Packed documents, all (rows, length), int64.

    tokens:    letters, each document with END behind it, and PAD where a row isn't full
    documents: number of the document within its row, from 1; 0 where there is padding
    positions: place within the document, from 0
    targets:   the next token of the same document; IGNORED at its last token and at padding
    """

    tokens: torch.Tensor
    documents: torch.Tensor
    positions: torch.Tensor
    targets: torch.Tensor


IGNORED = -100


def encode(text):
    """Token ids of a text, without END."""
    return [2 + LETTERS.index(letter) for letter in text]


def decode(tokens):
    """The text up to the first END or PAD."""
    text = ""
    for token in tokens:
        if token in (PAD, END):
            break
        text += LETTERS[token - 2]
    return text


def documents(count, seed):
    """`count` texts such as "ida takes a lamp again.", one sentence each, of 16 to 38 letters."""
    generator = torch.Generator().manual_seed(seed)

    def one_of(words):
        return words[torch.randint(len(words), (), generator=generator)]

    texts = []
    for _ in range(count):
        name = one_of(["lena", "tom", "ida", "otto"])
        thing = one_of(["boat", "dog", "tree", "red stone", "lamp"])
        verb = one_of(["likes", "paints", "takes", "tests"])
        end = one_of([".", " again.", " in the garden."])
        texts.append(f"{name} {verb} a {thing}{end}")
    return texts


def pack(texts, length):
    """Rows of `length` tokens: documents in order, each whole, a new row where the next doesn't fit.

    Raises ValueError for a document that is longer than a row.
    """
    rows, room = [], 0
    for text in texts:
        tokens = [*encode(text), END]
        if len(tokens) > length:
            raise ValueError(f"a document of {len(tokens)} tokens doesn't fit into a row of {length}")
        if len(tokens) > room:
            rows.append([])
            room = length
        rows[-1].append(tokens)
        room -= len(tokens)
    shape = (len(rows), length)
    tokens, numbers, positions = (torch.zeros(shape, dtype=torch.int64) for _ in range(3))
    targets = torch.full(shape, IGNORED)
    for i, row in enumerate(rows):
        start = 0
        for number, document in enumerate(row, 1):
            stop = start + len(document)
            tokens[i, start:stop] = torch.tensor(document)
            numbers[i, start:stop] = number
            positions[i, start:stop] = torch.arange(len(document))
            targets[i, start : stop - 1] = tokens[i, start + 1 : stop]
            start = stop
    return Rows(tokens, numbers, positions, targets)


def batches(rows, size, generator=None):
    """Yield Rows of `size` rows, and at the end what is left; shuffled if there is a generator."""
    n = len(rows.tokens)
    order = torch.arange(n) if generator is None else torch.randperm(n, generator=generator)
    for part in order.split(size):
        yield Rows(*(tensor[part] for tensor in rows))
