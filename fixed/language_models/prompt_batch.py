"""Let a language model continue many prompts at once."""

import torch


@torch.no_grad()
def continue_prompts(model, prompts, pad, steps):
    """Return the `steps` most likely next tokens of each prompt, one after the other.

    model:   called as model(ids, positions, mask), all (prompts, places): int64, int64 from 0 on, and
             bool, True at real tokens. Returns scores (prompts, places, vocabulary). Those of a place
             depend on its id, on its position, and on the real tokens up to it
    prompts: list of 1-D int64 tensors of one token or more, unchanged
    pad:     id that fills up the short ones; it can be the id of a word too
    steps:   int, 0 or more

    A prompt is continued in a batch as it is alone: its real tokens have the positions 0, 1, 2 and so
    on. The model is called once for each step, with all prompts together.
    Returns (prompts, steps), int64; nothing is recorded for a backward pass. Raises ValueError if
    there are no prompts, or an empty one.
    """
    if not prompts or any(len(prompt) == 0 for prompt in prompts):
        raise ValueError("there are no prompts, or an empty one")
    ids = torch.nn.utils.rnn.pad_sequence(
        prompts, batch_first=True, padding_value=pad, padding_side="left"
    )  # every prompt ends in the last column, where the next token is read
    longest = ids.shape[1]
    lengths = torch.tensor([len(prompt) for prompt in prompts], device=ids.device)
    mask = torch.arange(longest, device=ids.device) >= longest - lengths.unsqueeze(1)
    for _ in range(steps):
        positions = mask.cumsum(dim=1) - 1
        scores = model(ids, positions.clamp(min=0), mask)
        following = scores[:, -1].argmax(dim=1, keepdim=True)  # (prompts, 1)
        ids = torch.cat([ids, following], dim=1)
        mask = torch.cat([mask, torch.ones_like(following, dtype=torch.bool)], dim=1)
    return ids[:, longest:]
