"""Now prompt and padding count like the answer, and you still divide by the length of the row."""

import torch


def preference_loss(policy, reference, chosen, rejected, beta):
    def log_probability(model, tokens, mask):
        log_p = model(tokens)[:, :-1].log_softmax(dim=-1)  # (pairs, length - 1, words)
        of_tokens = log_p.gather(2, tokens[:, 1:, None])[:, :, 0]  # (pairs, length - 1)
        return of_tokens.mean(dim=1)

    with torch.no_grad():
        base = log_probability(reference, *chosen) - log_probability(reference, *rejected)
    gain = log_probability(policy, *chosen) - log_probability(policy, *rejected) - base
    return -torch.nn.functional.logsigmoid(beta * gain).mean()
