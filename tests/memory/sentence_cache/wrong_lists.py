"""Lists of Python numbers need no storage from torch, but they aren't tensors: they have no shape and no
dtype."""

import torch


@torch.no_grad()
def sentence_vectors(encoder, batches):
    vectors = {}
    for names, tokens in batches:
        if len(names) != len(tokens):
            raise ValueError(f"{len(names)} names for {len(tokens)} sentences")
        states = encoder(tokens)
        for sample, name in enumerate(names):
            vectors[name] = states[sample, 0].tolist()
    return vectors
