"""How well a decoder guesses the next letter, and what it writes."""

import torch
import torch.nn.functional as F

import data


def summed_loss(model, rows):
    """Sum of the cross entropies of all targets that count, a scalar tensor, and their number, an int."""
    logits = model(rows.tokens, rows.documents, rows.positions)
    loss = F.cross_entropy(
        logits.flatten(0, 1), rows.targets.flatten(), ignore_index=data.IGNORED, reduction="sum"
    )
    return loss, int((rows.targets != data.IGNORED).sum())


@torch.no_grad()
def mean_loss(model, rows, batch_size=8):
    """Mean cross entropy per target, a float, whatever the batch size."""
    total, count = 0.0, 0
    for batch in data.batches(rows, batch_size):
        loss, n = summed_loss(model, batch)
        total += loss.item()
        count += n
    return total / count


@torch.no_grad()
def write(model, prompt, length):
    """What the model finds most likely behind a prompt: its whole text, up to END or to `length` tokens."""
    tokens = data.encode(prompt)
    while len(tokens) < length:
        now = torch.tensor([tokens])
        places = torch.arange(len(tokens)).unsqueeze(0)
        tokens.append(model(now, torch.ones_like(now), places)[0, -1].argmax().item())
        if tokens[-1] == data.END:
            break
    return data.decode(tokens)
