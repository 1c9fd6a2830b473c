"""Accumulation, clipping and a gradient scaler together: what `train_step` promises.

The model is y = w x from w = 0, so the slope of the error along w is the mean of -2 x target.
All numbers are chosen so that float32 holds them exactly.
"""

import math
import weakref

import pytest
import torch

from torchkata.checks import close, equal, raises

LR = 0.25
INPUTS, TARGETS = [1.0, 1.0, 2.0, 2.0], [1.0, 3.0, 1.0, 3.0]  # error 5, slope -6
CUTS = [[3, 1], [1, 3], [2, 2], [1, 2, 1], [1, 1, 1, 1]]
SCALES = [1.0, 1024.0, 65536.0]


def problem(device, scale=1024.0, enabled=True):
    model = torch.nn.Linear(1, 1, bias=False, device=device)
    torch.nn.init.zeros_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    scaler = torch.amp.GradScaler(
        device, init_scale=scale, growth_factor=2.0, growth_interval=1, enabled=enabled
    )
    return model, optimizer, scaler


def cut(sizes, device, targets=TARGETS):
    columns = [torch.tensor(v, device=device).unsqueeze(1) for v in (INPUTS, targets)]
    return list(zip(*(column[: sum(sizes)].split(sizes) for column in columns)))


# What train_step promises


@pytest.mark.parametrize("scale", SCALES)
def test_no_way_to_cut_the_batch_changes_the_step(solution, device, scale):
    for sizes in CUTS:
        model, optimizer, scaler = problem(device, scale)
        error, norm = solution.train_step(model, optimizer, scaler, cut(sizes, device), max_norm=100.0)
        close([error, norm], [5.0, 6.0], f"error and norm, pieces of {sizes}, scale {scale}")
        close(model.weight.item(), 1.5, f"the weight after a step, pieces of {sizes}, scale {scale}")


@pytest.mark.parametrize("scale", SCALES)
def test_the_whole_gradient_is_clipped_once(solution, device, scale):
    for sizes in CUTS:
        model, optimizer, scaler = problem(device, scale)
        _, norm = solution.train_step(model, optimizer, scaler, cut(sizes, device), max_norm=2.0)
        close(norm, 6.0, f"the norm before clipping, pieces of {sizes}, scale {scale}")
        close(
            model.weight.item(),
            0.5,
            f"the clipped weight, pieces of {sizes}, scale {scale}",
            rtol=1e-5,
            atol=0,
        )


def test_pieces_that_cancel_are_not_clipped(solution, device):
    model, optimizer, scaler = problem(device)
    pieces = cut([1, 1], device, [8.0, -7.0, 0.0, 0.0])  # slopes -8 and 7
    _, norm = solution.train_step(model, optimizer, scaler, pieces, max_norm=2.0)
    close(norm, 1.0, "the norm of slopes -8 and 7 together")
    close(model.weight.item(), 0.25, "the weight after a step that needs no clipping")


def test_the_scale_grows_once_per_step(solution, device):
    model, optimizer, scaler = problem(device, 256.0)
    want = 0.0
    for k in range(1, 4):
        error, norm = solution.train_step(model, optimizer, scaler, cut([1, 2, 1], device), 100.0)
        close(error, 2.5 * want**2 - 6 * want + 5, f"the error of step {k}", rtol=1e-5, atol=0)
        close(norm, abs(5 * want - 6), f"the norm of step {k}", rtol=1e-5, atol=0)
        equal(scaler.get_scale(), 256.0 * 2**k, f"the scale after step {k}")
        want -= LR * (5 * want - 6)
        close(model.weight.item(), want, f"the weight after step {k}", rtol=1e-5, atol=0)


@pytest.mark.parametrize("place", [0, 1, 3])
def test_one_infinite_piece_skips_the_step(solution, device, place):
    model, optimizer, scaler = problem(device, 256.0)
    targets = [math.inf if k == place else t for k, t in enumerate(TARGETS)]
    _, norm = solution.train_step(model, optimizer, scaler, cut([1, 2, 1], device, targets), 1.0)
    equal(math.isfinite(norm), False, f"whether the norm is finite with an infinite sample {place}")
    equal(model.weight.item(), 0.0, "the weight after a skipped step")
    equal(scaler.get_scale(), 128.0, "the scale after a skipped step")


# What already works and must stay


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("max_norm", [2.0, 100.0])
def test_a_batch_in_one_piece(solution, device, scale, max_norm):
    model, optimizer, scaler = problem(device, scale)
    error, norm = solution.train_step(model, optimizer, scaler, cut([4], device), max_norm)
    close([error, norm], [5.0, 6.0], f"error and norm in one piece, scale {scale}")
    wanted = LR * min(6.0, max_norm)
    close(model.weight.item(), wanted, "the weight after a step on one piece", rtol=1e-5, atol=0)
    equal(scaler.get_scale(), 2 * scale, "the scale after a step")


def test_without_a_scaler_the_pieces_add_up(solution, device):
    for sizes in CUTS:
        model, optimizer, scaler = problem(device, enabled=False)
        error, norm = solution.train_step(model, optimizer, scaler, cut(sizes, device), max_norm=100.0)
        close([error, norm], [5.0, 6.0], f"error and norm, pieces of {sizes}, no scaler")
        close(model.weight.item(), 1.5, f"the weight, pieces of {sizes}, no scaler")


def test_gradients_from_before_the_call_are_not_used(solution, device):
    model, optimizer, scaler = problem(device)
    model.weight.grad = torch.full_like(model.weight, 100.0)
    _, norm = solution.train_step(model, optimizer, scaler, cut([4], device), max_norm=100.0)
    close(norm, 6.0, "the norm after a stale gradient")


def test_the_pieces_go_through_the_model_one_at_a_time(solution, device):
    layers = [torch.nn.Linear(1, 1, device=device) for _ in range(2)]
    model = torch.nn.Sequential(*layers)
    sizes, waiting, hidden = [], [], []  # `hidden`: weak references to what only a graph holds

    def begin(_, args):
        sizes.append(len(args[0]))
        waiting.append(sum(tensor() is not None for tensor in hidden))

    model.register_forward_pre_hook(begin)
    layers[0].register_forward_hook(lambda _, args, output: hidden.append(weakref.ref(output)))
    scaler = torch.amp.GradScaler(device, enabled=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    solution.train_step(model, optimizer, scaler, cut([1, 2, 1], device), 1.0)
    equal(sizes, [1, 2, 1], "the samples in each forward pass")
    equal(max(waiting), 0, "the most graphs in memory when a forward pass begins")


# The documented failure


def test_the_second_piece_is_refused(broken, device):
    model, optimizer, scaler = problem(device)
    with raises(RuntimeError, "unscale_() has already been called on this optimizer", "the second piece"):
        broken.train_step(model, optimizer, scaler, cut([2, 2], device), max_norm=100.0)
    equal(model.weight.item(), 0.0, "the weight after the error")


def test_without_a_scaler_the_parts_are_clipped_one_after_the_other(broken, device):
    model, optimizer, scaler = problem(device, enabled=False)
    pieces = cut([1, 1], device, [8.0, -7.0, 0.0, 0.0])  # -8 is clipped to -2, and then 7 is added
    _, norm = broken.train_step(model, optimizer, scaler, pieces, max_norm=2.0)
    close(norm, 5.0, "the norm of a clipped -8 and 7")
    close(model.weight.item(), -0.5, "the weight: a step in the wrong direction", rtol=1e-5, atol=0)
