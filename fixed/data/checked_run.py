"""Training that's checked on held-out data now and then."""

import torch
from torch.utils.data import DataLoader


def train(model, train_set, held_out, epochs, seed, check_every=0, batch_size=2, lr=0.125):
    """Train `model` in place by gradient descent on the mean squared error; return the errors of the checks.

    model:       maps (n, features) to (n, outputs); may have layers that draw in training mode, such
                 as dropout; it's trained in that mode
    train_set, held_out: data sets of pairs (input, target), neither of them empty
    check_every: after every so many epochs, the mean squared error on all of `held_out`, in evaluation
                 mode, goes on the list that's returned; 0 for no checks
    Each epoch has an order of its own. The seed decides the orders and what the layers draw, in any
    state of the process. The trained weights don't depend on `check_every`.
    """
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    training = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    # every pass over a loader draws a seed for its workers, even without any: not from the run's generator
    checking = DataLoader(held_out, batch_size=batch_size, generator=torch.Generator())
    errors = []
    for epoch in range(1, epochs + 1):
        model.train()
        for inputs, targets in training:
            optimizer.zero_grad()
            (model(inputs) - targets).square().mean().backward()
            optimizer.step()
        if check_every and epoch % check_every == 0:
            model.eval()
            with torch.no_grad():
                parts = [(model(inputs) - targets).square() for inputs, targets in checking]
            errors.append(torch.cat(parts).mean().item())
    return errors
