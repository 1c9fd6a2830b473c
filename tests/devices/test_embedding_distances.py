"""Distances after a fast pass: what `embed` and `squared_distances` promise.

TF32 keeps ten bits of a float32's mantissa. The rows here differ in the twelfth, so that their products are
exact in float32 and rounded in TF32. Dyadic numbers: what is right is right to the last bit.
"""

import torch

from torchkata.checks import close, equal, raises

STEP = 2.0**-12
WIDTH = 64  # and as many rows, all but the first ones zero: no kernel for tiny products is to be chosen
ROWS = [[1.0 + STEP, 1.0], [1.0, 1.0 + 3 * STEP]]
OTHERS = [[1.0 + STEP, 1.0], [2.0, 1.0 + STEP], [1.0, 1.0]]
# (a - b)², row by row, in Python's own floats.
DISTANCES = [[sum((x - y) ** 2 for x, y in zip(a, b)) for b in OTHERS] for a in ROWS]
EXACT = {"rtol": 0.0, "atol": 2.0**-19}  # a few roundings of float32 near 8


def rows(values, device):
    padded = torch.zeros(WIDTH, WIDTH, device=device)
    padded[: len(values), :2] = torch.tensor(values, device=device)
    return padded


def distances(module, device):
    """Those of the rows that aren't zero."""
    got = module.squared_distances(rows(ROWS, device), rows(OTHERS, device))
    return got[: len(ROWS), : len(OTHERS)]


def require_right(module, device, when):
    expected = torch.tensor(DISTANCES, device=device)
    close(distances(module, device), expected, f"the squared distances {when}", **EXACT)


class Recorded(torch.nn.Module):
    """Twice its input, and the precision that was set while it ran."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, inputs):
        self.seen.append(torch.get_float32_matmul_precision())
        return 2 * inputs


# What embed and squared_distances promise


def test_distances_after_a_fast_pass_are_right(solution, device):
    solution.embed(Recorded(), torch.ones(1, 2, device=device))
    require_right(solution, device, "after a fast pass")


def test_distances_after_a_pass_that_failed_are_right(solution, device):
    def fails(_):
        raise RuntimeError("out of patience")

    with raises(RuntimeError, "out of patience", "a model that raises"):
        solution.embed(fails, torch.ones(1, 2, device=device))
    require_right(solution, device, "after a pass that failed")


# What already works and must stay


def test_distances_before_any_pass_are_right(solution, device):
    require_right(solution, device, "before any pass")


def test_the_expensive_pass_runs_with_precision_high(solution, device):
    model = Recorded()
    for _ in range(2):
        embeddings = solution.embed(model, torch.ones(1, 2, device=device, requires_grad=True))
    equal(model.seen, ["high", "high"], "the precision during two passes")
    equal(embeddings, torch.full((1, 2), 2.0, device=device), "the embeddings of ones, doubled")
    equal(embeddings.requires_grad, False, "whether the embeddings have a graph")


def test_no_distance_is_negative_and_rows_stay_as_they_were(solution, device):
    a = rows(ROWS, device)
    got = solution.squared_distances(a, a)
    equal(bool((got >= 0).all()), True, "whether all distances of rows to themselves are at least zero")
    equal(a, rows(ROWS, device), "the rows after the call")


# The documented failure


def test_broken_is_off_by_the_size_of_tf32s_rounding_after_a_fast_pass(broken, device):
    broken.embed(Recorded(), torch.ones(1, 2, device=device))
    off = (distances(broken, device).double().cpu() - torch.tensor(DISTANCES).double()).abs().max()
    equal(bool(off > STEP), True, "whether a distance is off by more than the step")
