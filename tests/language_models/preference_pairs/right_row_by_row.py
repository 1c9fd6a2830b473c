"""The tokens of each answer are picked out of its row and added up."""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]
        keep = mask[:, 1:]
        return torch.stack([row[kept].sum() for row, kept in zip(of_tokens, keep)])

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
