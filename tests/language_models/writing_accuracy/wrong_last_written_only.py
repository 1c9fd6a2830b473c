"""After its first token the model reads only the one it wrote last. It has no memory besides what it
reads, so the prompt and the rest of its text are forgotten.
"""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        written = []
        last = prompt
        for _ in answer:
            last = model(last.unsqueeze(0))[0, -1:].argmax(dim=1)
            written.append(last.item())
        right += sum(a == b for a, b in zip(written, answer.tolist()))
        total += len(answer)
    return right / total
