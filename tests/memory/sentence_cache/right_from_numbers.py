"""Through Python numbers: a new tensor is made from them, with the dtype and device of the states."""

import torch


@torch.no_grad()
def sentence_vectors(encoder, batches):
    vectors = {}
    for names, tokens in batches:
        if len(names) != len(tokens):
            raise ValueError(f"{len(names)} names for {len(tokens)} sentences")
        states = encoder(tokens)
        for name, state in zip(names, states):
            numbers = state[0].tolist()
            vectors[name] = torch.tensor(numbers, dtype=states.dtype, device=states.device)
    return vectors
