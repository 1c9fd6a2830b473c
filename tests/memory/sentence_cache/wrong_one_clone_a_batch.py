"""The long states are freed, but the vectors of one batch share one block: if you keep a single vector, you
keep those of the whole batch."""

import torch


@torch.no_grad()
def sentence_vectors(encoder, batches):
    vectors = {}
    for names, tokens in batches:
        if len(names) != len(tokens):
            raise ValueError(f"{len(names)} names for {len(tokens)} sentences")
        first = encoder(tokens)[:, 0].clone()
        for sample, name in enumerate(names):
            vectors[name] = first[sample]
    return vectors
