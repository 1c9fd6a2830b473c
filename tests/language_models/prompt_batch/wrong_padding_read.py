"""The padding is in front, but your mask says that everything is real. So it's read like text."""

import torch


@torch.no_grad()
def continue_prompts(model, prompts, pad, steps):
    if not prompts or any(len(prompt) == 0 for prompt in prompts):
        raise ValueError("there are no prompts, or an empty one")
    ids = torch.nn.utils.rnn.pad_sequence(prompts, batch_first=True, padding_value=pad, padding_side="left")
    longest = ids.shape[1]
    mask = torch.ones_like(ids, dtype=torch.bool)
    for _ in range(steps):
        positions = mask.cumsum(dim=1) - 1
        scores = model(ids, positions.clamp(min=0), mask)
        following = scores[:, -1].argmax(dim=1, keepdim=True)  # (prompts, 1)
        ids = torch.cat([ids, following], dim=1)
        mask = torch.cat([mask, torch.ones_like(following, dtype=torch.bool)], dim=1)
    return ids[:, longest:]
