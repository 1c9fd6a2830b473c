"""`normalized` returns the same normalized images at every read, and leaves the originals alone.

`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch
from torch.utils.data import DataLoader

from torchkata.checks import close, equal, raises

pytestmark = pytest.mark.float64

# Three images of two channels and one pixel, with mean (1/2, 1) and std (1/4, 2).
PIXELS = [[0.0, 1.0], [1.0, 3.0], [0.5, -3.0]]
MEAN, STD = [0.5, 1.0], [0.25, 2.0]
ONCE = [[-2.0, 0.0], [2.0, 1.0], [0.0, -2.0]]
TWICE = [[-10.0, -0.5], [6.0, 0.0], [-2.0, -1.5]]


def images_of(pixels, device):
    """(samples, channels, 1, 1)"""
    return torch.tensor(pixels, dtype=torch.float64, device=device)[:, :, None, None]


def problem(module, device, pixels=PIXELS):
    images = images_of(pixels, device)
    labels = torch.arange(len(images), device=device)
    return images, module.normalized(images, labels, MEAN, STD)


def epoch(data, batch_size=2):
    """All images of one epoch as a loader gives them, in order; copies."""
    return torch.cat([images.clone() for images, _ in DataLoader(data, batch_size=batch_size)])


# What normalized promises


def test_every_epoch_reads_the_same_images(solution, device):
    _, data = problem(solution, device)
    for count in range(1, 5):
        close(epoch(data), images_of(ONCE, device), f"the images in epoch {count}")


def test_a_sample_drawn_twice_in_an_epoch_is_the_same_twice(solution, device):
    _, data = problem(solution, device)
    reads = [images.clone() for images, _ in DataLoader(data, sampler=[1, 0, 1, 1])]
    wanted = [ONCE[1], ONCE[0], ONCE[1], ONCE[1]]
    close(torch.cat(reads), images_of(wanted, device), "the images drawn as samples 1, 0, 1 and 1")


def test_the_images_that_were_passed_in_keep_their_values(solution, device):
    images, data = problem(solution, device)
    close(images, images_of(PIXELS, device), "`images` before the first read")
    data[1]
    close(images, images_of(PIXELS, device), "`images` after one read of sample 1")
    epoch(data)
    close(images, images_of(PIXELS, device), "`images` after an epoch")


def test_two_data_sets_built_from_the_same_images_do_not_disturb_each_other(solution, device):
    images, first = problem(solution, device)
    second = solution.normalized(images, torch.arange(len(images), device=device), [0.0, 1.0], [1.0, 1.0])
    epoch(first)
    wanted = [[0.0, 0.0], [1.0, 2.0], [0.5, -4.0]]
    close(epoch(second), images_of(wanted, device), "a second data set's images, after an epoch of the first")


def test_a_reader_may_change_an_image_without_affecting_later_reads(solution, device):
    images, data = problem(solution, device)
    data[2][0].mul_(0).add_(7)
    close(data[2][0], images_of(ONCE, device)[2], "sample 2, after a reader filled its own with sevens")
    close(images, images_of(PIXELS, device), "`images`, after a reader filled a sample with sevens")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_repeated_reads_do_not_drift_when_the_mean_is_not_a_binary_fraction(solution, device, dtype):
    exact = {"dtype": getattr(torch, dtype), "device": device}
    images = torch.tensor([0.1, 0.7, 0.6], **exact).reshape(1, 1, 1, 3)
    before = images.clone()
    data = solution.normalized(images, torch.zeros(1, device=device), [0.3], [0.7])
    for _ in range(3):
        image, _ = data[0]
    wanted = torch.tensor([[[-2 / 7, 4 / 7, 3 / 7]]], **exact)
    close(image, wanted, f"a {dtype} image at the third read", rtol=0, atol=4 * torch.finfo(wanted.dtype).eps)
    close(images, before, f"{dtype} `images` after three reads", rtol=0, atol=0)


# What already works and must stay


def test_the_first_epoch_is_normalized_channel_by_channel(solution, device):
    _, data = problem(solution, device)
    close(epoch(data, batch_size=1), images_of(ONCE, device), "the images in the first epoch")


def test_an_image_keeps_its_shape_and_its_label(solution, device):
    images = torch.zeros(2, 2, 3, 4, dtype=torch.float64, device=device)
    data = solution.normalized(images, torch.tensor([7, 9], device=device), MEAN, STD)
    equal(len(data), 2, "the number of samples")
    image, label = data[1]
    wanted = torch.tensor([-2.0, -0.5], dtype=torch.float64, device=device)[:, None, None].expand(2, 3, 4)
    close(image, wanted, "a black image of 3 rows and 4 columns")
    equal(int(label), 9, "the label of sample 1")


def test_too_few_labels_are_refused(solution, device):
    images = images_of(PIXELS, device)
    with raises(ValueError, "labels", "three images with two labels"):
        solution.normalized(images, torch.arange(2, device=device), MEAN, STD)


@pytest.mark.parametrize("std", [[0.25, 0.0], [-1.0, 2.0]])
def test_a_std_that_is_not_positive_is_refused(solution, device, std):
    images = images_of(PIXELS, device)
    with raises(ValueError, "positive", f"a std of {std}"):
        solution.normalized(images, torch.arange(3, device=device), MEAN, std)
    close(images, images_of(PIXELS, device), "`images` after the refusal")


# The documented failure


def test_each_epoch_normalizes_the_result_of_the_epoch_before(broken, device):
    _, data = problem(broken, device)
    close(epoch(data), images_of(ONCE, device), "the images in epoch 1")
    close(epoch(data), images_of(TWICE, device), "the images in epoch 2, normalized twice")


def test_reading_changes_the_tensor_that_was_passed_in(broken, device):
    images, data = problem(broken, device)
    data[1]
    wanted = [PIXELS[0], ONCE[1], PIXELS[2]]
    close(images, images_of(wanted, device), "`images` after one read of sample 1")
