"""The model writes by itself now, but you stop at its first mistake and count the rest as wrong. It may
well be right again later on, and the docstring compares place by place.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text, good = prompt, True
        for token in answer:
            text = torch.cat([text, model(text.unsqueeze(0))[0, -1:].argmax(dim=1)])
            good = good and bool(text[-1] == token)
            right += good
        total += len(answer)
    return right / total
