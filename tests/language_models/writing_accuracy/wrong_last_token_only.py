"""The model reads its own tokens now, but only the last one. It has no memory besides what it reads, so
it has forgotten the prompt.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = prompt
        for _ in answer:
            text = torch.cat([text, model(text[-1:].unsqueeze(0))[0, -1:].argmax(dim=1)])
        written = text[len(prompt) :]
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
