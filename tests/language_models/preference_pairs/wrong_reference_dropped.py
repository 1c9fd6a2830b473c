"""The sum is right. But a gain says how much more likely an answer is than under the reference, and you've
dropped that.
"""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)  # (pairs, length - 1, words)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]  # (pairs, length - 1)
        return (of_tokens * mask[:, 1:]).sum(dim=1)

    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected)
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
