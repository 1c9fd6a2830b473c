"""The loss of a segmentation model: what `mask_loss` and `overlap` promise.

Both of its terms are smallest where the chances are the mask.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, raises

pytestmark = pytest.mark.float64

SCORES = [[[1.0, -2.0, 0.5], [0.0, 3.0, -1.0]], [[-1.0, 0.25, 2.0], [-3.0, 0.0, 1.0]]]
MASK = [[[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]], [[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]]
CLAIM = "the slope of the loss along the scores is that of cross entropy + weight * (1 - overlap)"
ORACLE = (
    "closed form: (chance - mask) / pixels - weight * chance * (1 - chance) * (2 mask - overlap) / (sums + 1)"
)
CONFIG = {"scores": SCORES, "mask": MASK, "weight": 2.0}


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def flat(image):
    return [x for row in image for x in row]


def overlap_of(chances, mask):
    return (2 * sum(c * m for c, m in zip(chances, mask)) + 1) / (sum(chances) + sum(mask) + 1)


def by_hand(scores, masks, weight):
    total = 0.0
    for image, mask in zip(map(flat, scores), map(flat, masks)):
        chances = [1 / (1 + math.exp(-x)) for x in image]
        pixels = [-math.log(c if m else 1 - c) for c, m in zip(chances, mask)]
        total += sum(pixels) / len(pixels) + weight * (1 - overlap_of(chances, mask))
    return total / len(scores)


def slopes(scores, masks, weight):
    """The closed form, image by image."""
    result = []
    for image, mask in zip(scores, masks):
        chances, wanted = [1 / (1 + math.exp(-x)) for x in flat(image)], flat(mask)
        below, dice = sum(chances) + sum(wanted) + 1, overlap_of(chances, wanted)
        row = [
            (c - m) / len(wanted) - weight * c * (1 - c) * (2 * m - dice) / below
            for c, m in zip(chances, wanted)
        ]
        result.append([[x / len(scores) for x in row[:3]], [x / len(scores) for x in row[3:]]])
    return result


def report_for(module, device, weight=2.0):
    scores = tensor(SCORES, device).requires_grad_()
    module.mask_loss(scores, tensor(MASK, device), weight).backward()

    def exact(at):
        return by_hand(at.tolist(), MASK, weight)

    numeric = gradients.central_difference(exact, tensor(SCORES, device))
    analytic = tensor(slopes(SCORES, MASK, weight), device)
    what = f"the slope of the loss along the scores, weight {weight}"
    return gradients.compare(scores.grad, analytic=analytic, numeric=numeric, what=what)


# What mask_loss promises


@pytest.mark.parametrize("weight", [0.5, 1.0, 8.0])
def test_a_perfect_mask_costs_nothing(solution, device, weight):
    mask = tensor(MASK, device)
    close(
        solution.mask_loss(200 * mask - 100, mask, weight).item(),
        0.0,
        f"the loss of the mask, weight {weight}",
    )
    # the opposite: each pixel costs 100, and the overlaps are 1 / (2 + 4 + 1) and 1 / (5 + 1 + 1)
    worst = solution.mask_loss(100 - 200 * mask, mask, weight).item()
    close(worst, 100 + weight * (1 - 1 / 7), f"the loss of the opposite of the mask, weight {weight}")


@pytest.mark.parametrize("weight", [0.0, 1.0, 2.5])
def test_the_loss_is_what_the_formula_says(solution, device, weight):
    for n in (1, 2):
        got = solution.mask_loss(tensor(SCORES[:n], device), tensor(MASK[:n], device), weight).item()
        close(got, by_hand(SCORES[:n], MASK[:n], weight), f"the loss of {n} images, weight {weight}")


def test_the_overlap_pulls_toward_the_mask(solution, device, evidence):
    report = report_for(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": tensor(SCORES, device)})
    report.require()


def test_the_slope_is_right_inside_a_larger_expression(solution, device):
    scores = tensor(SCORES, device).requires_grad_()
    (3 * solution.mask_loss(scores, tensor(MASK, device), 4.0)).backward()
    close(
        scores.grad / 3, slopes(SCORES, MASK, 4.0), "a third of the slope of three times the loss, weight 4"
    )


# What already works and must stay


def test_overlap_is_a_score(solution, device):
    mask = tensor(MASK, device)
    close(solution.overlap(mask, mask), [1.0, 1.0], "the overlap of two masks with themselves")
    got = solution.overlap(tensor(SCORES, device).sigmoid(), mask)
    wanted = [overlap_of([1 / (1 + math.exp(-x)) for x in flat(s)], flat(m)) for s, m in zip(SCORES, MASK)]
    close(got, wanted, "the overlap of two images")


def test_two_empty_masks_overlap(solution, device):
    nothing = torch.zeros(2, 3, 2, dtype=torch.float64, device=device)
    close(solution.overlap(nothing, nothing), [1.0, 1.0], "the overlap of empty masks")


def test_without_weight_it_is_the_cross_entropy(solution, device):
    got = solution.mask_loss(tensor(SCORES, device), tensor(MASK, device), 0.0).item()
    close(got, by_hand(SCORES, MASK, 0.0), "the loss with weight 0")


def test_large_scores_are_exact(solution, device):
    mask = tensor([[[1.0, 0.0]]], device)
    got = solution.mask_loss(tensor([[[-1000.0, 1000.0]]], device), mask, 0.0).item()
    close(got, 1000.0, "the cross entropy at scores of -1000 and 1000, both at fault")


def test_other_shapes_are_refused(solution, device):
    for shape in ((1, 2, 3), (2, 3, 2), (2, 1, 3)):
        with raises(ValueError, "differ", f"scores of shape (2, 2, 3) and a mask of {shape}"):
            solution.mask_loss(tensor(SCORES, device), torch.zeros(shape, dtype=torch.float64, device=device))


# The documented failure


def test_a_perfect_mask_pays_the_full_weight(broken, device):
    mask = tensor(MASK, device)
    close(broken.mask_loss(200 * mask - 100, mask, 3.0).item(), 3.0, "the loss of the mask itself, weight 3")


def test_the_overlap_pushes_away_from_the_mask(broken, device, evidence):
    report = report_for(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config=CONFIG, checkpoint={"scores": tensor(SCORES, device)})
    close(
        report.autograd,
        slopes(SCORES, MASK, -2.0),
        "the slope of the loss, with the overlap the other way round",
    )
