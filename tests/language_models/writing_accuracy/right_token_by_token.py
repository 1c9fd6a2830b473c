"""Each token is compared as soon as it is written, and the text grows by it, right or not."""

import torch


@torch.no_grad()
def writing_accuracy(model, prompts, answers):
    if len(prompts) != len(answers) or sum(len(answer) for answer in answers) == 0:
        raise ValueError("expected an answer for each prompt, and a token to write")
    right = total = 0
    for prompt, answer in zip(prompts, answers):
        text = prompt.tolist()
        for token in answer.tolist():
            scores = model(torch.tensor([text], device=prompt.device))
            text.append(scores[0, -1].argmax().item())
            right += text[-1] == token
            total += 1
    return right / total
