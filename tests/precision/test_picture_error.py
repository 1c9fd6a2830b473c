"""Errors of restored pictures: what `picture_error` promises.

Expected values are computed in plain Python, from the levels of all elements.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal, raises


def pictures(levels, device, height=2, width=3):
    """(pictures, 3, height, width) from the levels of each picture, repeated until it's full."""
    count = 3 * height * width
    rows = [[row[k % len(row)] for k in range(count)] for row in levels]
    return torch.tensor(rows, dtype=torch.uint8, device=device).view(len(levels), 3, height, width)


def by_hand(one, other, count=18):
    pairs = [(one[k % len(one)], other[k % len(other)]) for k in range(count)]
    error = sum(abs(a - b) for a, b in pairs) / count
    square = sum((a - b) ** 2 for a, b in pairs) / count
    return error, min(100.0, 10 * math.log10(255**2 / square)) if square else 100.0


def check(module, originals, restored, device):
    errors, psnrs = module.picture_error(pictures(originals, device), pictures(restored, device))
    wanted = [by_hand(one, other) for one, other in zip(originals, restored)]
    for got, values, name in zip((errors, psnrs), zip(*wanted), ("error", "PSNR")):
        expected = torch.tensor(values, device=device)
        close(got, expected, f"{name} of levels {originals} and {restored}", rtol=1e-5, atol=1e-4)


# What picture_error promises


def test_a_brighter_picture_has_the_error_of_a_darker_one(solution, device):
    check(solution, [[10], [20], [0], [255]], [[20], [10], [255], [0]], device)


@pytest.mark.parametrize("off", [1, 15, 16, 17, 32, 100, 181, 182, 200, 255])
def test_every_difference_counts_with_its_square(solution, device, off):
    check(solution, [[0], [off], [255 - off]], [[off], [0], [255]], device)


def test_levels_on_both_sides_of_the_original(solution, device):
    originals, restored = [[100, 7, 255], [0, 128]], [[90, 40, 200], [255, 127]]
    check(solution, originals, restored, device)
    check(solution, restored, originals, device)


def test_all_256_levels_against_all_others(solution, device):
    levels = torch.arange(256)
    one, other = (v.reshape(-1).to(torch.uint8) for v in torch.meshgrid(levels, levels, indexing="ij"))
    shape = (1, 3, 256, 256)
    stacked = [v.view(1, 256, 256).expand(3, -1, -1).reshape(shape).to(device) for v in (one, other)]
    error, psnr = solution.picture_error(*stacked)
    close(error.item(), (256**2 - 1) / (3 * 256), "the mean error of all pairs", rtol=1e-4, atol=0)
    wanted = 10 * math.log10(255**2 * 6 / (256**2 - 1))
    close(psnr.item(), wanted, "the PSNR of all pairs", rtol=1e-4, atol=0)


# What already works and must stay


def test_slightly_darker_pictures_have_the_right_errors(solution, device):
    check(solution, [[10, 20, 30], [255, 254]], [[9, 20, 15], [254, 254]], device)


def test_equal_pictures_have_100_decibels(solution, device):
    check(solution, [[0], [255], [1, 2, 3]], [[0], [255], [1, 2, 3]], device)


def test_pictures_are_judged_one_by_one(solution, device):
    originals = pictures([[10], [50, 60]], device)
    restored = pictures([[10], [45, 60]], device)
    together = solution.picture_error(originals, restored)
    for k in range(2):
        alone = solution.picture_error(originals[k : k + 1], restored[k : k + 1])
        close(alone[0], together[0][k : k + 1], f"the error of picture {k} alone")
        close(alone[1], together[1][k : k + 1], f"the PSNR of picture {k} alone")


def test_the_results_are_float32_and_the_pictures_stay(solution, device):
    originals, restored = pictures([[30, 31]], device), pictures([[29, 31]], device)
    kept = originals.clone(), restored.clone()
    results = solution.picture_error(originals, restored)
    equal([str(result.dtype) for result in results], ["torch.float32"] * 2, "the dtypes of the results")
    equal([tuple(result.shape) for result in results], [(1,), (1,)], "the shapes of the results")
    equal(originals, kept[0], "the originals after the call")
    equal(restored, kept[1], "the restored pictures after the call")


@pytest.mark.parametrize("dtype", [torch.float32, torch.int16])
def test_other_pictures_are_refused(solution, device, dtype):
    picture = pictures([[1]], device)
    with raises(ValueError, "uint8", f"pictures of {dtype}"):
        solution.picture_error(picture.to(dtype), picture.to(dtype))
    with raises(ValueError, "one shape", "pictures of two shapes"):
        solution.picture_error(picture, pictures([[1]], device, height=4))


# The documented failure


def test_ten_levels_brighter_are_246(broken, device):
    error, _ = broken.picture_error(pictures([[10], [20]], device), pictures([[20], [10]], device))
    equal(error.tolist(), [246.0, 10.0], "the errors of a picture ten levels brighter, and darker")


def test_sixteen_levels_off_are_perfect(broken, device):
    _, psnr = broken.picture_error(pictures([[116], [100], [120]], device), pictures([[100]] * 3, device))
    equal(psnr.tolist()[:2], [100.0, 100.0], "the PSNR of pictures that are 16 levels and 0 levels off")
    close(psnr[2].item(), 10 * math.log10(255**2 / 144), "of one that's 20 off", rtol=1e-4, atol=0)
