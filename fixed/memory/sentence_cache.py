"""A cache of sentence vectors, so that the encoder runs only once for each sentence."""

import torch


@torch.no_grad()
def sentence_vectors(encoder, batches):
    """Return a dict from each sentence's name to its vector, the encoder's state at the first token.

    encoder: maps tokens (samples, length) to states (samples, length, features)
    batches: iterable of pairs (names, tokens), with one name for each sample; a name that comes again
             replaces the vector of before
    Each vector has shape (features,), dtype and device of the states, no graph, and memory of its own, just
    as much as it needs. So keeping some of them in memory, or writing them with `torch.save`, costs
    `features` numbers each, however long the sentences are and whatever else was in the batch.
    Raises ValueError when a batch has not one name for each sample.
    """
    vectors = {}
    for names, tokens in batches:
        if len(names) != len(tokens):
            raise ValueError(f"{len(names)} names for {len(tokens)} sentences")
        states = encoder(tokens)  # (samples, length, features)
        for sample, name in enumerate(names):
            vectors[name] = states[sample, 0].clone()  # a slice alone would keep all states of the batch
    return vectors
