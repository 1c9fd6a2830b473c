"""Turned queries and keys: what `Rotary` and `rotate` promise.

The angles are computed here in float64. Vectors hold 1, -1 and 0.5, which every dtype has, so that what is
off comes from the angles.
"""

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

HALVES = [torch.bfloat16, torch.float16]
DTYPES = [torch.float32, *HALVES]


def vectors_of(length, width, device):
    """(2, length, width), with the values 1, -1 and 0.5."""
    values = torch.tensor([1.0, -1.0, 0.5], dtype=torch.float64, device=device)
    count = torch.arange(2 * length * width, device=device)
    return values[(count * 7 + count // 5) % 3].view(2, length, width)


def by_hand(vectors, base=10000.0):
    length, width = vectors.shape[-2:]
    exponents = torch.arange(0, width, 2, dtype=torch.float64, device=vectors.device) / width
    positions = torch.arange(length, dtype=torch.float64, device=vectors.device)
    angles = positions[:, None] * base**-exponents
    x, y = vectors[..., : width // 2], vectors[..., width // 2 :]
    turned = x * angles.cos() - y * angles.sin(), x * angles.sin() + y * angles.cos()
    return torch.cat(turned, dim=-1)


def check(module, length, width, dtype, device, base=10000.0, cast=True):
    vectors = vectors_of(length, width, device)
    rotary = module.Rotary(width, base).to(device)
    model = torch.nn.Sequential(rotary, torch.nn.Linear(2, 2))
    got = module.rotate(model.to(dtype)[0] if cast else rotary, vectors.to(dtype))
    equal([str(got.dtype), tuple(got.shape)], [str(dtype), tuple(vectors.shape)], "dtype and shape")
    near = 0.003 if dtype == torch.float32 else 4 * torch.finfo(dtype).eps
    what = f"{length} turned vectors of width {width} in {dtype}"
    close(got.double(), by_hand(vectors, base), what, rtol=0.0, atol=near)


# What they promise


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("width", [2, 8, 32])
def test_far_positions_are_turned_right_in_half_precision(solution, device, dtype, width):
    check(solution, 300, width, dtype, device)
    check(solution, 4096 if width == 8 else 1200, width, dtype, device)


@pytest.mark.parametrize("dtype", HALVES)
def test_near_positions_are_turned_right_in_half_precision(solution, device, dtype):
    check(solution, 100, 16, dtype, device)
    check(solution, 100, 16, dtype, device, base=100.0)


def test_six_hundred_positions_have_six_hundred_codes(solution, device):
    rotary = solution.Rotary(4).to(device, torch.bfloat16)
    codes = solution.rotate(rotary, torch.ones(600, 4, dtype=torch.bfloat16, device=device))
    equal(len(set(map(tuple, codes.tolist()))), 600, "the number of different codes of 600 positions")


@pytest.mark.parametrize("dtype", HALVES)
def test_neighbors_have_the_same_product_everywhere(solution, device, dtype):
    rotary = solution.Rotary(4).to(device, dtype)
    codes = solution.rotate(rotary, torch.ones(4000, 4, dtype=dtype, device=device)).double()
    products = (codes[:-1] * codes[1:]).sum(dim=1)
    wanted = by_hand(torch.ones(2, 4, dtype=torch.float64, device=device))
    wanted = (wanted[0] * wanted[1]).sum().expand(3999)
    close(products, wanted, f"the products of 3999 neighbors in {dtype}", rtol=0, atol=0.06)


def test_one_cast_after_the_other_is_as_good_as_one(solution, device):
    vectors = vectors_of(400, 8, device)
    rotary = solution.Rotary(8).to(device).half().bfloat16()
    got = solution.rotate(rotary, vectors.bfloat16())
    close(got.double(), by_hand(vectors), "vectors turned after two casts", rtol=0, atol=0.04)


# What already works and must stay


@pytest.mark.parametrize("width", [2, 8, 32])
def test_float32_is_right_up_to_4096(solution, device, width):
    check(solution, 4096 if width == 8 else 700, width, torch.float32, device)
    check(solution, 50, width, torch.float32, device, base=100.0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_first_positions_are_turned_right(solution, device, dtype):
    check(solution, 2, 8, dtype, device)
    check(solution, 1, 4, dtype, device)


@pytest.mark.parametrize("dtype", DTYPES)
def test_shape_and_dtype_are_those_of_the_vectors(solution, device, dtype):
    rotary = solution.Rotary(6).to(device, dtype)
    for shape in ((5, 6), (2, 3, 4, 6), (1, 0, 6)):
        got = solution.rotate(rotary, torch.ones(shape, dtype=dtype, device=device))
        equal([str(got.dtype), tuple(got.shape)], [str(dtype), shape], "dtype and shape")


def test_it_has_no_parameters_and_leaves_no_trace_in_a_state_dict(solution, device):
    rotary = solution.Rotary(8).to(device)
    equal(len(list(rotary.parameters())), 0, "the number of parameters")
    equal(list(rotary.state_dict()), [], "the names in its state dict")


@pytest.mark.parametrize("dtype", DTYPES)
def test_it_moves_with_the_model(solution, device, dtype):
    model = torch.nn.Sequential(solution.Rotary(4).to(device)).to("meta", dtype)
    got = solution.rotate(model[0], torch.ones(3, 5, 4, dtype=dtype, device="meta"))
    found = [got.device.type, str(got.dtype), tuple(got.shape)]
    equal(found, ["meta", str(dtype), (3, 5, 4)], "device, dtype and shape after a move to another device")


def test_gradients_are_turned_back(solution, device):
    rotary = solution.Rotary(4).to(device)
    vectors = vectors_of(3, 4, device)[0].float().requires_grad_(True)
    (solution.rotate(rotary, vectors) * solution.rotate(rotary, vectors)).sum().backward()
    close(vectors.grad, 2 * vectors.detach(), "the gradient of the squared length, which doesn't turn")


# The documented failure


def test_beyond_256_neighbors_fall_together(broken, device):
    rotary = broken.Rotary(4).to(device, torch.bfloat16)
    codes = broken.rotate(rotary, torch.ones(600, 4, dtype=torch.bfloat16, device=device))
    equal(len(set(map(tuple, codes.tolist()))), 407, "the number of different codes of 600 positions")
    equal(codes[257].tolist(), codes[256].tolist(), "the codes of positions 257 and 256")


def test_below_256_angles_are_rounded_already(broken, device):
    rotary = broken.Rotary(4, base=1000.0).to(device, torch.bfloat16)
    angle = rotary(251)[250, 1].item()  # 250 times the speed 0.0316, which is 7.9057
    equal(angle, 7.9375, "the angle of position 250")
