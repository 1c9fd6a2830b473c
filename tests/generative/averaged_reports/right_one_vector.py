"""All weights as one vector, kept aside during the report."""

import torch


def train(model, batches, lr, decay, every, report):
    average = [p.detach().clone() for p in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    for n, (inputs, targets) in enumerate(batches, start=1):
        loss = (model(inputs) - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        d = min(decay, (1 + n) / (10 + n))
        with torch.no_grad():
            for mean, p in zip(average, model.parameters()):
                mean.lerp_(p, 1 - d)
            if n % every == 0:
                weights = list(model.parameters())
                trained = torch.nn.utils.parameters_to_vector(weights).clone()
                torch.nn.utils.vector_to_parameters(
                    torch.nn.utils.parameters_to_vector(average).clone(), weights
                )
                try:
                    report(n, model)
                finally:
                    torch.nn.utils.vector_to_parameters(trained, weights)
    return average
