"""The rows grow as lists, and are padded anew in every step. What counts is read at the end of each."""

import torch


@torch.no_grad()
def continue_prompts(model, prompts, pad, steps):
    if not prompts or any(len(prompt) == 0 for prompt in prompts):
        raise ValueError("there are no prompts, or an empty one")
    device = prompts[0].device
    rows = [prompt.tolist() for prompt in prompts]
    for _ in range(steps):
        longest = max(len(row) for row in rows)
        ids = torch.tensor([row + [pad] * (longest - len(row)) for row in rows], device=device)
        lengths = torch.tensor([len(row) for row in rows], device=device)
        places = torch.arange(longest, device=device)
        scores = model(ids, places.expand_as(ids), places < lengths[:, None])
        for row, table in zip(rows, scores):
            row.append(table[len(row) - 1].argmax().item())
    written = [row[len(prompt) :] for row, prompt in zip(rows, prompts)]
    return torch.tensor(written, dtype=torch.int64, device=device).reshape(len(prompts), steps)
