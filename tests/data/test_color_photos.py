"""Photos for a pretrained backbone: what `prepare` and `restore` promise.

The numbers are those that the backbone's documentation names, channel by channel.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata.checks import close, equal, raises

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # red, green, blue
NEAR = {"rtol": 1e-5, "atol": 1e-5}
# Two photos with 2 rows of 3 pixels, (blue, green, red).
PHOTOS = [
    [[[0, 0, 255], [255, 0, 0], [0, 255, 0]], [[10, 20, 30], [235, 206, 135], [1, 2, 3]]],
    [[[9, 8, 7], [100, 100, 100], [0, 0, 0]], [[255, 255, 255], [50, 60, 40], [200, 3, 77]]],
]


def photos_of(device, values=PHOTOS):
    return [torch.tensor(photo, dtype=torch.uint8, device=device) for photo in values]


def by_hand(photo):
    """[channel][row][column] of what the backbone was trained on, from (blue, green, red) pixels."""
    channels = ((2, MEAN[0], STD[0]), (1, MEAN[1], STD[1]), (0, MEAN[2], STD[2]))
    return [[[(pixel[k] / 255 - mean) / std for pixel in row] for row in photo] for k, mean, std in channels]


def wanted(values=PHOTOS):
    return torch.tensor([by_hand(photo) for photo in values], dtype=torch.float32)


# What they promise


@pytest.mark.parametrize("color", ["red", "green", "blue"])
def test_a_pure_color_is_in_its_own_channel(solution, device, color):
    place = ("red", "green", "blue").index(color)
    pixel = [255 * (k == 2 - place) for k in range(3)]
    got = solution.prepare(photos_of(device, [[[pixel] * 3] * 2]))
    expected = [[[[((k == place) - MEAN[k]) / STD[k]] * 3] * 2 for k in range(3)]]
    close(
        got, torch.tensor(expected, dtype=torch.float32), f"a pure {color} photo, channel by channel", **NEAR
    )


def test_every_pixel_comes_out_as_documented(solution, device):
    close(solution.prepare(photos_of(device)), wanted(), "a batch of two photos", **NEAR)
    close(solution.prepare(photos_of(device)[1:]), wanted()[1:], "a batch of one photo", **NEAR)


def test_restored_photos_have_the_order_of_the_file(solution, device):
    for got, photo in zip(solution.restore(wanted().to(device)), photos_of(device)):
        equal(got, photo, "a photo from a batch that was made by hand")


# What already works and must stay


def test_what_is_restored_is_what_was_loaded(solution, device):
    photos = photos_of(device)
    for got, photo in zip(solution.restore(solution.prepare(photos)), photos):
        equal(got, photo, "a photo after `prepare` and `restore`")


def test_green_and_gray_are_where_they_were(solution, device):
    photo = [[[0, 200, 0], [0, 7, 0]]]
    got = solution.prepare(photos_of(device, [photo]))[:, 1]
    close(got, wanted([photo])[:, 1], "the green channel", **NEAR)


def test_numbers_out_of_range_are_brought_back(solution, device):
    batch = torch.full((1, 3, 1, 2), 50.0, device=device)
    batch[..., 1] = -50.0
    equal(solution.restore(batch)[0].tolist(), [[[255] * 3, [0] * 3]], "pixels far out of range, restored")


def test_shape_and_dtype_are_those_of_a_batch(solution, device):
    got = solution.prepare(photos_of(device))
    equal(tuple(got.shape), (2, 3, 2, 3), "the shape of two photos of 2 x 3 pixels")
    equal(got.dtype, torch.float32, "the dtype of the batch")


def test_the_photos_are_left_as_they_were(solution, device):
    photos = photos_of(device)
    solution.prepare(photos)
    for photo, before in zip(photos, photos_of(device)):
        equal(photo, before, "a photo after the call")


def test_what_is_no_photo_is_refused(solution, device):
    with raises(ValueError, "no photo", "an empty list"):
        solution.prepare([])
    for photo in (
        torch.zeros(2, 3, 3),
        torch.zeros(3, 2, 4, dtype=torch.uint8),
        torch.zeros(2, 3, dtype=torch.uint8),
    ):
        with raises(ValueError, "expected uint8", f"a photo of shape {tuple(photo.shape)} and {photo.dtype}"):
            solution.prepare([photo.to(device)])


# The documented failure


def test_red_arrives_in_the_last_channel(broken, device):
    got = broken.prepare(photos_of(device, [[[[0, 0, 255], [0, 0, 0]]]]))[0, :, 0]
    black = [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225]
    expected = [[black[0], black[0]], [black[1], black[1]], [(1 - 0.406) / 0.225, black[2]]]
    close(got, torch.tensor(expected), "a pure red pixel and a black one, channel by channel", **NEAR)
