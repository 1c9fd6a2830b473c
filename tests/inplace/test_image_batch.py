"""Pictures for a convolution: what `image_batch` promises.

Every number keeps its picture, its place and its channel.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

RED, GREEN, BLUE = [255, 0, 0], [0, 255, 0], [0, 0, 255]


def picture(rows, device):
    return torch.tensor(rows, dtype=torch.uint8, device=device)


def plain(color, height, width, device):
    return picture([[color] * width] * height, device)


def numbered(height, width, channels, device, start=0):
    """A picture whose every number is another one."""
    count = height * width * channels
    return torch.arange(start, start + count, dtype=torch.uint8, device=device).reshape(
        height, width, channels
    )


def by_hand(pictures):
    """Element by element, as the docstring says it."""
    height, width, channels = pictures[0].shape
    lists = [one.tolist() for one in pictures]
    planes = [
        [[[one[y][x][c] / 255 for x in range(width)] for y in range(height)] for c in range(channels)]
        for one in lists
    ]
    return torch.tensor(planes, dtype=torch.float32)


# What image_batch promises


def test_a_red_picture_is_red_and_nothing_else(solution, device):
    batch = solution.image_batch([plain(RED, 2, 2, device)])
    close(batch.mean(dim=(0, 2, 3)), torch.tensor([1.0, 0.0, 0.0]), "the means of red, green, blue of red")


def test_the_left_half_stays_on_the_left(solution, device):
    batch = solution.image_batch([picture([[GREEN, BLUE]] * 2, device)])
    close(batch[0, 1], torch.tensor([[1.0, 0.0]] * 2), "the green of a picture whose left half is green")
    close(batch[0, 2], torch.tensor([[0.0, 1.0]] * 2), "the blue of a picture whose right half is blue")


@pytest.mark.parametrize("shape", [(2, 2, 3), (2, 4, 3), (5, 3, 4), (3, 3, 3), (1, 3, 2)])
def test_every_number_keeps_its_place_and_its_channel(solution, device, shape):
    pictures = [numbered(*shape, device)]
    close(solution.image_batch(pictures), by_hand(pictures), f"the batch of one picture of shape {shape}")


def test_several_pictures_do_not_mix(solution, device):
    pictures = [numbered(2, 3, 3, device, start=start) for start in (0, 100, 200)]
    close(solution.image_batch(pictures), by_hand(pictures), "the batch of three pictures of shape (2, 3, 3)")


@pytest.mark.no_stand_in("it mixes a double of its own into float32")
def test_a_filter_for_red_sees_the_red_pixels(solution, device):
    batch = solution.image_batch([picture([[RED, BLUE], [GREEN, RED]], device)])
    seen = torch.nn.functional.conv2d(batch, torch.tensor([[[[1.0]], [[0.0]], [[0.0]]]], device=device))
    close(seen, torch.tensor([[[[1.0, 0.0], [0.0, 1.0]]]]), "what a 1x1 filter for red sees")


# What already works and must stay


@pytest.mark.no_stand_in("it mixes a double of its own into float32")
def test_grayscale_pictures_are_batched_and_scaled(solution, device):
    pictures = [picture([[[0], [51]], [[102], [255]]], device), picture([[[255], [0]], [[0], [153]]], device)]
    wanted = torch.tensor([[[[0.0, 0.2], [0.4, 1.0]]], [[[1.0, 0.0], [0.0, 0.6]]]])
    close(solution.image_batch(pictures), wanted, "the batch of two pictures with a single channel")


def test_the_batch_has_the_shape_and_dtype_of_its_docstring(solution, device):
    batch = solution.image_batch([numbered(4, 5, 3, device)] * 2)
    equal(tuple(batch.shape), (2, 3, 4, 5), "the shape of a batch of two pictures of shape (4, 5, 3)")
    equal(batch.dtype, torch.float32, "the dtype of the batch")
    equal(batch.device.type, device.type, "the device of the batch")


def test_the_pictures_are_not_changed(solution, device):
    pictures = [numbered(2, 2, 3, device)]
    solution.image_batch(pictures).zero_()
    equal(pictures[0], numbered(2, 2, 3, device), "the picture after its batch was overwritten")


def test_no_pictures_are_refused(solution, device):
    with raises(ValueError, "no pictures", "a batch of no pictures"):
        solution.image_batch([])


# The documented failure


def test_a_red_picture_comes_out_striped_in_all_colors(broken, device):
    batch = broken.image_batch([plain(RED, 2, 2, device)])
    # in memory 1 0 0 1 0 0 1 0 0 1 0 0, cut after every fourth number
    wanted = torch.tensor([[[[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 0.0]]]])
    close(batch, wanted, "the batch of a red picture")


def test_each_channel_holds_a_band_of_the_picture(broken, device):
    white, black = [255, 255, 255], [0, 0, 0]
    rows = [[white] * 2, [black] * 2, [black] * 2]
    batch = broken.image_batch([picture(rows, device)])
    close(batch.mean(dim=(0, 2, 3)), torch.tensor([1.0, 0.0, 0.0]), "the means of the channels")
