"""You compare the whole text, and the prompt is the same in both. So all of its tokens count as written
and right.
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
            text = torch.cat([text, model(text.unsqueeze(0))[0, -1:].argmax(dim=1)])
        right += (text == torch.cat([prompt, answer])).sum().item()
        total += len(text)
    return right / total
