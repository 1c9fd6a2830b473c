"""A row of zeros behind the prompt is written over; no score that's used has read one of them."""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = torch.cat([prompt, torch.zeros_like(answer)])
        for place in range(len(prompt), len(text)):
            text[place] = model(text.unsqueeze(0))[0, place - 1].argmax()
        right += (text[len(prompt) :] == answer).sum().item()
        total += len(answer)
    return right / total
