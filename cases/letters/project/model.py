"""A small decoder that computes in bfloat16, and keeps its weights and whatever is delicate in float32."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Norm(nn.Module):
    """x / root mean square of x, times a weight; (..., width). Computed in float32, returned in x's dtype."""

    def __init__(self, width, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        wide = x.float()
        wide = wide * (wide.square().mean(-1, keepdim=True) + self.eps).rsqrt()
        return (wide * self.weight).to(x.dtype)


class Linear(nn.Linear):
    """A linear layer whose float32 weights are cast to the dtype of its input."""

    def forward(self, x):
        return F.linear(x, self.weight.to(x.dtype))


def visible(documents):
    """(rows, length) to (rows, 1, length, length), bool: True where a query (row) may read a key (column).

    Which ones it may read is said at Decoder. No query has nothing to read.
    """
    length = documents.shape[1]
    earlier = torch.ones(length, length, dtype=torch.bool).tril()
    same = documents.unsqueeze(2) == documents.unsqueeze(1)
    return (same & earlier).unsqueeze(1)


class Layer(nn.Module):
    """Attention and a feed-forward network, each behind a norm and with a bridge; (rows, length, width)."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList([Norm(width), Norm(width)])
        self.reads = Linear(width, 3 * width, bias=False)
        self.out = Linear(width, width, bias=False)
        self.up = Linear(width, 2 * width, bias=False)
        self.down = Linear(2 * width, width, bias=False)

    def attend(self, x, keep):
        n, length, width = x.shape
        parts = self.reads(x).view(n, length, 3, self.heads, width // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-2, -1)).float() / math.sqrt(q.shape[-1])
        weights = scores.masked_fill(~keep, -math.inf).softmax(-1).to(v.dtype)
        return self.out((weights @ v).transpose(1, 2).reshape(n, length, width))

    def forward(self, x, keep):
        x = x + self.attend(self.norms[0](x), keep)
        return x + self.down(F.gelu(self.up(self.norms[1](x))))


class Decoder(nn.Module):
    """Rows to logits (rows, length, vocabulary), in float32.

    A letter reads itself and what is before it in its own document, and padding reads padding likewise.
    Input and output share one table, the embedding `letters`; `norm` is the Norm in front of the output.
    """

    def __init__(self, vocabulary, length, width, heads, depth, dtype=torch.bfloat16):
        super().__init__()
        self.dtype = dtype
        self.letters = nn.Embedding(vocabulary, width)
        self.places = nn.Embedding(length, width)
        self.layers = nn.ModuleList([Layer(width, heads) for _ in range(depth)])
        self.norm = Norm(width)
        self.head = Linear(width, vocabulary, bias=False)
        self.head.weight = self.letters.weight
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)
        for layer in self.layers:  # what is added to the bridge grows with the depth
            for last in layer.out, layer.down:
                nn.init.normal_(last.weight, std=0.02 / math.sqrt(2 * depth))

    def forward(self, tokens, documents, positions):
        keep = visible(documents)
        x = (self.letters(tokens) + self.places(positions)).to(self.dtype)
        for layer in self.layers:
            x = layer(x, keep)
        return self.head(self.norm(x)).float()
