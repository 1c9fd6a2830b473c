"""The first tokens are unbound, and each of them is cloned."""

import torch


@torch.no_grad()
def sentence_vectors(encoder, batches):
    vectors = {}
    for names, tokens in batches:
        if len(names) != len(tokens):
            raise ValueError(f"{len(names)} names for {len(tokens)} sentences")
        first = encoder(tokens).select(1, 0).unbind(0)
        vectors.update({name: vector.clone() for name, vector in zip(names, first)})
    return vectors
