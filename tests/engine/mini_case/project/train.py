"""Train the line, then say how far off it is."""

import torch

from model import Line


def batches(points, size):
    """Split (n, 2) points into batches of `size`; the last may be smaller."""
    return [points[start : start + size] for start in range(0, len(points), size)]


def target(points):
    """The values to learn: twice the first coordinate, less the second."""
    return 2 * points[:, 0] - points[:, 1]


def step(model, optimizer, points):
    """One update on one batch. Returns its loss, the mean squared error."""
    model.train()
    optimizer.zero_grad()
    loss = (model(points) - target(points)).square().mean()
    loss.backward()
    optimizer.step()
    return loss.item()


@torch.no_grad()
def evaluate(model, points, size):
    """The mean absolute error over all points, whatever the size of a batch. Leaves the model evaluating."""
    model.eval()
    total = 0.0
    for batch in batches(points, size):
        total += (model(batch) - target(batch)).abs().sum().item()
    return total / len(points)


def main():
    """Train for some steps and print what is left of the error."""
    torch.manual_seed(0)
    points = torch.randn(10, 2, dtype=torch.float64)
    model = Line()
    model.dropout.p = 0.0
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(30):
        loss = step(model, optimizer, points)
        if epoch % 10 == 0:
            print(f"epoch {epoch} loss {loss:.3f}")
    model.dropout.p = 0.5
    print(f"mean error {evaluate(model, points, 4):.4f} again {evaluate(model, points, 3):.4f}")


if __name__ == "__main__":
    main()
