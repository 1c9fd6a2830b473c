"""Both answers are divided by the same number now. But it's the length of a row, with prompt and padding,
and the gain is a sum.
"""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)  # (pairs, length - 1, words)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]  # (pairs, length - 1)
        return (of_tokens * mask[:, 1:]).sum(dim=1) / max(chosen[0].shape[1], rejected[0].shape[1])

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
