"""The model can't see the answer any more, but it reads zeros in its place. It should read what it has
written itself.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = torch.cat([prompt, torch.zeros_like(answer)])
        scores = model(text[:-1].unsqueeze(0))[0]  # (tokens - 1, vocabulary)
        written = scores[len(prompt) - 1 :].argmax(dim=1)
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
