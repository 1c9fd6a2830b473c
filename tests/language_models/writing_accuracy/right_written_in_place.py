"""The text has its full length from the start, and the model fills it in from left to right."""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = torch.cat([prompt, torch.zeros_like(answer)])
        for end in range(len(prompt), len(text)):
            text[end] = model(text[None, :end])[0, -1].argmax()
        written = text[len(prompt) :]
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
