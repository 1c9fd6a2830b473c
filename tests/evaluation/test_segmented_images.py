"""Mean intersection over union: what `mean_iou` promises.

It's the number of the whole set, whatever the batches and their order.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import itertools

import pytest
import torch

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

NEAR = {"rtol": 1e-6, "atol": 1e-6}  # counts may be divided in float32
# (label, prediction) of four images with 2 x 3 pixels; class 3 never occurs.
LABELS = [[0, 0, 0, 0, 0, 1], [2, 2, 1, 1, 255, 0], [1, 1, 1, 1, 1, 1], [255, 255, 255, 0, 2, 2]]
PREDICTED = [[0, 0, 0, 0, 1, 1], [2, 0, 1, 2, 2, 0], [1, 1, 1, 0, 1, 1], [0, 1, 2, 0, 2, 0]]


class Model:
    """Turns a picture of class numbers into scores that are largest for that class."""

    def __init__(self, classes):
        self.classes, self.sizes, self.graphs = classes, [], []
        self.factor = torch.ones((), requires_grad=True)

    def __call__(self, images):
        self.sizes.append(len(images))
        scores = torch.nn.functional.one_hot(images, self.classes).permute(0, 3, 1, 2).float()
        scores = scores * self.factor.to(scores.device)
        self.graphs.append(scores.requires_grad)
        return scores


def images(values, device):
    return torch.tensor(values, device=device).reshape(-1, 2, 3)


def by_hand(labels, predicted, classes=4):
    pixels = [(a, b) for x, y in zip(labels, predicted) for a, b in zip(x, y) if a != 255]
    quotients = []
    for k in range(classes):
        either = sum(k in pair for pair in pixels)
        if either:
            quotients.append(pixels.count((k, k)) / either)
    return sum(quotients) / len(quotients)


def run(module, sizes, device, order=(0, 1, 2, 3), classes=4):
    order = list(order)[: sum(sizes)]
    labels, predicted = [LABELS[i] for i in order], [PREDICTED[i] for i in order]
    model = Model(classes)
    batches = zip(images(predicted, device).split(sizes), images(labels, device).split(sizes))
    return module.mean_iou(model, batches, classes), by_hand(labels, predicted, classes), model


# What mean_iou promises


@pytest.mark.parametrize("sizes", [[1, 1, 1, 1], [2, 2], [3, 1], [1, 3], [1, 2, 1]])
def test_the_batches_do_not_matter(solution, device, sizes):
    got, wanted, _ = run(solution, sizes, device)
    close(got, wanted, f"the mean IoU of four images in batches of {sizes}", **NEAR)


def test_the_order_does_not_matter(solution, device):
    for order in itertools.permutations(range(4)):
        got, wanted, _ = run(solution, [2, 2], device, order)
        close(got, wanted, f"the mean IoU in batches of 2, in the order {order}", **NEAR)


def test_a_batch_without_a_class_does_not_judge_it(solution, device):
    labels, predicted = [[0] * 6, [1] * 6, [1, 0, 0, 0, 0, 0]], [[0] * 6, [1] * 6, [0] * 6]
    batches = list(zip(images(predicted, device)[:, None], images(labels, device)[:, None]))
    close(
        solution.mean_iou(Model(2), batches, 2), (11 / 12 + 6 / 7) / 2, "the mean IoU of two classes", **NEAR
    )


# What already works and must stay


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_one_batch_is_judged_by_its_pixels(solution, device, count):
    got, wanted, _ = run(solution, [count], device)
    close(got, wanted, f"the mean IoU of one batch of {count}", **NEAR)


def test_classes_that_never_occur_are_left_out(solution, device):
    for classes in (3, 4, 9):
        got, wanted, _ = run(solution, [4], device, classes=classes)
        close(got, wanted, f"the mean IoU with {classes} classes, three of which occur", **NEAR)


def test_a_class_that_is_only_predicted_counts_with_0(solution, device):
    labels, predicted = images([[0, 0, 0, 1, 1, 1]], device), images([[0, 0, 2, 1, 1, 1]], device)
    got = solution.mean_iou(Model(3), [(predicted, labels)], 3)
    close(got, (2 / 3 + 1 + 0) / 3, "the mean IoU, where class 2 is predicted once and never a label", **NEAR)


def test_pixels_that_are_not_judged_change_nothing(solution, device):
    labels = images([[0, 1, 255, 255, 255, 255]], device)
    for rest in ([0, 0, 0, 0], [1, 0, 1, 1]):
        predicted = images([[0, 0, *rest]], device)
        close(
            solution.mean_iou(Model(2), [(predicted, labels)], 2),
            0.25,
            f"the mean IoU if the rest says {rest}",
            **NEAR,
        )
    empty = (images([[1] * 6], device), images([[255] * 6], device))
    some = (images([[0, 1, 1, 1, 1, 1]], device), images([[0, 1, 1, 1, 1, 1]], device))
    close(
        solution.mean_iou(Model(2), [empty, some], 2),
        1.0,
        "the mean IoU beside a batch that isn't judged",
        **NEAR,
    )


def test_each_batch_is_read_once_and_without_a_graph(solution, device):
    _, _, model = run(solution, [3, 1], device)
    equal(sorted(model.sizes), [1, 3], "the images in each call of the model")
    equal(any(model.graphs), False, "whether a graph was recorded")


def test_labels_of_a_byte_are_fine(solution, device):
    batch = (images(PREDICTED, device), images(LABELS, device).byte())
    close(
        solution.mean_iou(Model(20), [batch], 20),
        by_hand(LABELS, PREDICTED),
        "the mean IoU with uint8 labels",
        **NEAR,
    )


def test_nothing_to_judge_is_refused(solution, device):
    for batches in ([], [(images([[0] * 6], device), images([[255] * 6], device))]):
        with raises(ValueError, "no pixel", "judging no pixel"):
            solution.mean_iou(Model(2), batches, 2)


# The documented failure


def test_a_single_pixel_weighs_as_much_as_a_full_image(broken, device):
    labels, predicted = images([[0] * 6, [1, 0, 0, 0, 255, 255]], device), images([[0] * 6, [0] * 6], device)
    together = broken.mean_iou(Model(2), [(predicted, labels)], 2)
    close(together, (9 / 10 + 0) / 2, "the mean IoU in one batch")
    apart = broken.mean_iou(Model(2), zip(predicted.split(1), labels.split(1)), 2)
    # the first image has class 0 only, with 1; the second has 3/4 and 0
    close(apart, (1 + 3 / 8) / 2, "the mean IoU in batches of one, where it should be 9/20")
