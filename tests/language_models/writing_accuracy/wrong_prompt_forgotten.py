"""The model reads its own tokens, but without the prompt. After the first one it no longer knows what was
asked.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        written = model(prompt.unsqueeze(0))[0, -1:].argmax(dim=1)
        for _ in answer[1:]:
            written = torch.cat([written, model(written.unsqueeze(0))[0, -1:].argmax(dim=1)])
        written = written[: len(answer)]
        right += (written == answer).sum().item()
        total += len(answer)
    return right / total
