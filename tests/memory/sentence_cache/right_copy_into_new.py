"""A new, empty vector of the right size for each sentence, and the numbers copied into it."""

import torch


@torch.no_grad()
def sentence_vectors(encoder, batches):
    vectors = {}
    for names, tokens in batches:
        if len(names) != len(tokens):
            raise ValueError(f"{len(names)} names for {len(tokens)} sentences")
        states = encoder(tokens)
        for name, state in zip(names, states):
            vectors[name] = torch.empty_like(state[0]).copy_(state[0])
    return vectors
