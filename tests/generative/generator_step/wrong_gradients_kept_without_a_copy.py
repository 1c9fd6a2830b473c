"""You keep the critic's gradients, but not their values: `backward` adds to the very tensor that you've
kept. It takes a copy to bring the old numbers back.
"""

import torch.nn.functional as F


def generator_step(generator, critic, optimizer, inputs, targets, weight):
    fakes = generator(inputs)
    error = (fakes - targets).abs().mean()
    scores = critic(fakes)
    doubt = F.softplus(-scores).mean()
    optimizer.zero_grad()
    grads = [p.grad for p in critic.parameters()]
    (error + weight * doubt).backward()
    for p, grad in zip(critic.parameters(), grads):
        p.grad = grad
    optimizer.step()
    return error.item(), doubt.item()
