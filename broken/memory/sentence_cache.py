"""A cache of sentence vectors, so the encoder runs only once for each sentence."""

import torch


@torch.no_grad()
def sentence_vectors(encoder, batches):
    """Return a dict from each sentence's name to its vector, the encoder's state at the first token.

    encoder: maps tokens (samples, length) to states (samples, length, features)
    batches: iterable of pairs (names, tokens), with one name for each sample; if a name comes again, its
             later vector counts
    Each vector has shape (features,), dtype and device of the states, and no graph. To keep any of them in
    memory, or to write them with `torch.save`, takes room for `features` numbers each, however long the
    sentences are and whatever else was in the batch.
    Raises ValueError if a batch doesn't have one name for each sample.
    """
    vectors = {}
    for names, tokens in batches:
        if len(names) != len(tokens):
            raise ValueError(f"{len(names)} names for {len(tokens)} sentences")
        states = encoder(tokens)  # (samples, length, features)
        for sample, name in enumerate(names):
            vectors[name] = states[sample, 0]
    return vectors
