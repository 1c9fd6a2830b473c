"""Padding has no effect, but the divisor is the number of answer tokens in the whole batch. Put a long
answer into it, and all others count less again."""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):

    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]
        return (of_tokens * mask[:, 1:]).sum(dim=1) / mask.sum()

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
