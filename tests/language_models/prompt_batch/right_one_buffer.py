"""One buffer for the prompts and all that's written; each new token goes right behind its row's last."""

import torch


@torch.no_grad()
def continue_prompts(model, prompts, pad, steps):
    if not prompts or any(len(prompt) == 0 for prompt in prompts):
        raise ValueError("there are no prompts, or an empty one")
    ids = torch.nn.utils.rnn.pad_sequence(prompts, batch_first=True, padding_value=pad)
    longest = ids.shape[1]
    lengths = torch.tensor([len(prompt) for prompt in prompts], device=ids.device)
    mask = torch.arange(longest, device=ids.device) < lengths.unsqueeze(1)
    ids = torch.nn.functional.pad(ids, (0, steps), value=pad)
    rows = torch.arange(len(ids), device=ids.device)
    mask = torch.nn.functional.pad(mask, (0, steps))
    start = lengths.clone()
    for _ in range(steps):
        positions = mask.cumsum(dim=1) - 1
        scores = model(ids, positions.clamp(min=0), mask)
        following = scores[rows, lengths - 1].argmax(dim=1)
        ids[rows, lengths] = following
        mask[rows, lengths] = True
        lengths = lengths + 1
    return ids.gather(1, start.unsqueeze(1) + torch.arange(steps, device=ids.device))
