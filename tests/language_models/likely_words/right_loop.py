"""Row by row and token by token, as one would say it."""

import torch


def nucleus(logits, p):
    allowed = []
    for row in torch.softmax(logits.float(), dim=-1).tolist():
        mass, chosen = 0.0, set()
        for token in sorted(range(len(row)), key=lambda token: -row[token]):
            if mass >= p:
                break
            mass += row[token]
            chosen.add(token)
        allowed.append([token in chosen for token in range(len(row))])
    return torch.tensor(allowed, device=logits.device)


def next_tokens(logits, p, temperature):
    logits = logits.float() / temperature
    logits = logits.masked_fill(~nucleus(logits, p), -torch.inf)
    return torch.multinomial(logits.softmax(dim=-1), 1).squeeze(1)
