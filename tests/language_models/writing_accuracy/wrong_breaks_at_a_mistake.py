"""You break off at the first mistake, and what isn't written counts as wrong. The model may well be right
again later on, and the docstring compares place by place.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = prompt
        for expected in answer:
            token = model(text.unsqueeze(0))[0, -1].argmax()
            if token != expected:
                break
            text = torch.cat([text, token.view(1)])
        written = torch.nn.functional.pad(
            text[len(prompt) :], (0, len(answer) - len(text) + len(prompt)), value=-1
        )
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
