"""Padding has no effect now, but the divisor is the longest answer of the batch. Put a long answer into
it, and all others count less.
"""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)  # (pairs, length - 1, words)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]  # (pairs, length - 1)
        return (of_tokens * mask[:, 1:]).sum(dim=1) / mask.sum(dim=1).max()

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
