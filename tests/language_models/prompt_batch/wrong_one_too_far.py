"""Places are counted from 0, so `lengths` is the place after a prompt. The longest one has none."""

import torch


@torch.no_grad()
def continue_prompts(model, prompts, pad, steps):
    if not prompts or any(len(prompt) == 0 for prompt in prompts):
        raise ValueError("there are no prompts, or an empty one")
    ids = torch.nn.utils.rnn.pad_sequence(prompts, batch_first=True, padding_value=pad)
    longest = ids.shape[1]
    lengths = torch.tensor([len(prompt) for prompt in prompts], device=ids.device)
    mask = torch.arange(longest, device=ids.device) < lengths.unsqueeze(1)
    for _ in range(steps):
        positions = mask.cumsum(dim=1) - 1
        scores = model(ids, positions.clamp(min=0), mask)
        following = scores[torch.arange(len(ids)), lengths].argmax(dim=1, keepdim=True)  # (prompts, 1)
        ids = torch.cat([ids, following], dim=1)
        mask = torch.cat([mask, torch.ones_like(following, dtype=torch.bool)], dim=1)
    return ids[:, longest:]
