"""The shift is gone: each position is asked for the token that it has just read, not for the next one."""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]
        of_tokens = model(tokens).log_softmax(dim=-1).gather(2, tokens[:, :, None])[:, :, 0]
        return (of_tokens * mask).sum(dim=1)

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
