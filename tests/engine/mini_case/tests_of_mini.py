"""What the project promises."""

import torch

from torchkata.checks import close


def points(count):
    return torch.arange(2.0 * count, dtype=torch.float64).reshape(count, 2) / 7


def line(solution):
    model = solution.model.Line()
    with torch.no_grad():
        model.linear.weight.copy_(torch.tensor([[1.0, -1.0]]))
        model.linear.bias.zero_()
    return model


def test_evaluation_drops_nothing(solution, device):
    model = line(solution).train()
    close(solution.train.evaluate(model, points(4), 2), 3 / 7, "mean error")


def test_evaluation_does_not_depend_on_the_batch_size(solution, device):
    model = line(solution).eval()
    close(
        solution.train.evaluate(model, points(5), 3), 4 / 7, "mean error of five points in batches of three"
    )


def test_every_step_follows_its_own_gradient(solution, device):
    model = line(solution)
    model.dropout.p = 0.0
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    data = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    losses = [solution.train.step(model, optimizer, data) for _ in range(3)]
    close(losses, [1.0, 9.0, 81.0], "the losses of three steps")


def test_training_learns(solution, device):
    torch.manual_seed(1)
    model = line(solution)
    model.dropout.p = 0.0
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    first = solution.train.step(model, optimizer, points(2))
    assert solution.train.step(model, optimizer, points(2)) < first
