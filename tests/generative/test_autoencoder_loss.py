"""The loss of a variational autoencoder: what `negative_elbo` promises.

The encoders and decoders below are small formulas, so that each term can be added up by hand: for a logit s
and a pixel x, -log p = log(1 + exp(s)) - x s; for a code with mean m and variance v, KL = (m² + v - 1 -
log v) / 2.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, raises

pytestmark = pytest.mark.float64

MEANS = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]]
LOG_VARS = [[0.0, -1.0, 0.5], [-2.0, 1.0, 0.25]]
NOISE = [[1.0, -0.5, 0.25], [-2.0, 0.5, 1.0]]
PICTURES = [[[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]], [[0.0, 1.0, 1.0], [1.0, 0.25, 0.0]]]
CLAIM = "the gradient along the logits and the codes is that of -log p(picture | code) + KL, per picture"
ORACLE = "closed form (sigmoid(logit) - pixel) / batch, and m / batch, (exp(log v) - 1) / (2 batch)"


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def constant(values):
    """A network that answers the same, whatever it's asked."""
    return lambda inputs: values


def codes(means, log_vars, device):
    return torch.cat([tensor(means, device), tensor(log_vars, device)], dim=1)


def error_of(logits, pixels):
    return sum(math.log1p(math.exp(s)) - x * s for s, x in zip(logits, pixels))


def kl_of(means, log_vars):
    return sum((m * m + math.exp(v) - 1 - v) / 2 for m, v in zip(means, log_vars))


# What negative_elbo promises


@pytest.mark.parametrize("size", [(1, 2), (2, 3), (3, 2), (5, 4)])
def test_every_pixel_of_a_picture_counts(solution, device, size):
    pixels = size[0] * size[1]
    pictures = tensor([1.0, 0.0, 1.0, 1.0] * 5, device)[:pixels].reshape(1, *size)
    logits = [0.5 * k - 2 for k in range(pixels)]
    loss = solution.negative_elbo(
        constant(codes([[0.0]], [[0.0]], device)),
        constant(tensor([logits], device)),
        pictures,
        tensor([[0.0]], device),
    )
    wanted = error_of(logits, pictures.flatten().tolist())
    close(loss, tensor(wanted, device), f"the loss of one picture of {size} pixels whose KL is 0")


def loss_of(module, device, rows, latents, beta):
    """The loss of the first pictures, with the first latents, and the same by hand."""
    means, log_vars = ([row[:latents] for row in values[:rows]] for values in (MEANS, LOG_VARS))
    pictures = tensor(PICTURES, device)[:rows]
    noise = tensor([row[:latents] for row in NOISE[:rows]], device)
    slope = tensor([[1.0, -1.0, 0.5, 2.0, 0.0, -0.25]], device)
    loss = module.negative_elbo(
        constant(codes(means, log_vars, device)),
        lambda code: code.sum(dim=1, keepdim=True) * slope,
        pictures,
        noise,
        beta,
    )
    by_hand = 0.0
    for k in range(rows):
        code = sum(m + math.exp(v / 2) * n for m, v, n in zip(means[k], log_vars[k], noise[k].tolist()))
        error = error_of([code * s for s in slope[0].tolist()], pictures[k].flatten().tolist())
        by_hand += (error + beta * kl_of(means[k], log_vars[k])) / rows
    return loss, by_hand


@pytest.mark.parametrize("beta", [0.0, 0.5, 1.0, 4.0])
@pytest.mark.parametrize("latents", [1, 2, 3])
@pytest.mark.parametrize("rows", [1, 2])
def test_the_loss_is_the_mean_of_the_bounds_of_its_pictures(solution, device, rows, latents, beta):
    loss, by_hand = loss_of(solution, device, rows, latents, beta)
    what = f"the loss of {rows} pictures of 6 pixels with {latents} latents and beta {beta}"
    close(loss, tensor(by_hand, device), what)


def test_a_picture_twice_as_large_has_twice_the_error_and_the_same_kl(solution, device):
    picture, logits = tensor([[[1.0, 0.0, 1.0]]], device), tensor([[2.0, -0.5, 1.0]], device)
    encoder, noise = constant(codes([[0.5, -1.0]], [[0.0, 1.0]], device)), tensor([[0.0, 0.0]], device)
    error, kl = error_of([2.0, -0.5, 1.0], [1.0, 0.0, 1.0]), kl_of([0.5, -1.0], [0.0, 1.0])
    for times in (1, 2, 4):
        many = constant(logits.repeat(1, times))
        loss = solution.negative_elbo(encoder, many, picture.repeat(1, times, 1), noise)
        close(loss, tensor(times * error + kl, device), f"the loss of a picture of {3 * times} pixels")


def both_gradients(module, device):
    """The slopes of 3 * loss along logits (2, 6) and codes (2, 4), beside their witnesses."""
    logits = tensor([[0.5, -1.0, 2.0, 0.0, 1.0, -2.0], [1.0, 0.25, -0.5, 1.5, 0.0, 2.0]], device)
    code = codes([[0.5, -1.0], [1.5, 0.25]], [[0.0, -1.0], [-2.0, 1.0]], device)
    pictures = tensor(PICTURES, device)
    start = torch.cat([logits, code], dim=1)

    def objective(at):
        s, m, v = at[:, :6], at[:, 6:8], at[:, 8:]
        error = ((1 + s.exp()).log() - pictures.flatten(1) * s).sum()
        return 3 * (error + ((m**2 + v.exp() - 1 - v) / 2).sum()) / 2

    numeric = gradients.central_difference(objective, start)
    analytic = torch.cat(
        [
            1.5 * (1 / (1 + (-logits).exp()) - pictures.flatten(1)),
            1.5 * code[:, :2],
            1.5 * (code[:, 2:].exp() - 1) / 2,
        ],
        dim=1,
    )
    logits.requires_grad_()
    code.requires_grad_()
    noise = torch.zeros(2, 2, dtype=torch.float64, device=device)
    loss = module.negative_elbo(constant(code), constant(logits), pictures, noise)
    (3 * loss).backward()
    got = torch.cat([logits.grad, code.grad], dim=1)
    what = "the slope of 3 * loss along 6 logits, 2 means and 2 log-variances per picture"
    return gradients.compare(got, analytic=analytic, numeric=numeric, what=what)


def test_logits_and_codes_are_pulled_by_the_gradient_of_the_bound(solution, device, evidence):
    report = both_gradients(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"means": MEANS}, checkpoint={})
    report.require()


# What already works and must stay


def one_pixel(module, device, rows, latents, beta=1.0):
    """The loss of pictures of a single pixel, and the same by hand."""
    means, log_vars, noise = ([row[:latents] for row in values[:rows]] for values in (MEANS, LOG_VARS, NOISE))
    pixels = [1.0, 0.25][:rows]
    loss = module.negative_elbo(
        constant(codes(means, log_vars, device)),
        lambda code: code.sum(dim=1, keepdim=True),
        tensor(pixels, device).reshape(rows, 1, 1),
        tensor(noise, device),
        beta,
    )
    by_hand = 0.0
    for m, v, n, x in zip(means, log_vars, noise, pixels):
        code = sum(a + math.exp(b / 2) * c for a, b, c in zip(m, v, n))
        by_hand += (error_of([code], [x]) + beta * kl_of(m, v)) / rows
    return loss, by_hand


@pytest.mark.parametrize("beta", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("latents", [1, 3])
@pytest.mark.parametrize("rows", [1, 2])
def test_pictures_of_one_pixel_have_this_loss(solution, device, rows, latents, beta):
    loss, by_hand = one_pixel(solution, device, rows, latents, beta)
    what = f"the loss of {rows} pictures of 1 pixel with {latents} latents and beta {beta}"
    close(loss, tensor(by_hand, device), what)


def test_the_encoder_learns_through_the_code(solution, device):
    code = codes([[0.5]], [[math.log(4.0)]], device).requires_grad_()
    loss = solution.negative_elbo(
        constant(code), lambda z: z, tensor([[[1.0]]], device), tensor([[-0.25]], device)
    )
    loss.backward()
    pull = 0.5 - 1  # sigmoid(0) - 1: the code is 0.5 - 2 * 0.25
    close(code.grad, [[pull + 0.5, -0.25 * pull + 1.5]], "the slope of the loss along mean and log-variance")


def test_no_pictures_are_refused(solution, device):
    empty = torch.zeros(0, 2, 3, dtype=torch.float64, device=device)
    nothing = constant(torch.zeros(0, 6, dtype=torch.float64, device=device))
    with raises(ValueError, "no pictures", "the loss of no pictures"):
        solution.negative_elbo(nothing, nothing, empty, empty[:, 0])


# The documented failure


def test_six_pixels_count_as_one(broken, device):
    loss, by_hand = loss_of(broken, device, rows=1, latents=2, beta=1.0)
    kl = kl_of(MEANS[0][:2], LOG_VARS[0][:2])
    close(loss, tensor((by_hand - kl) / 6 + kl, device), "the loss of a picture of 6 pixels")


def test_the_pull_of_the_pixels_is_a_sixth(broken, device, evidence):
    report = both_gradients(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"means": MEANS}, checkpoint={})
    sixth = report.analytic.clone()
    sixth[:, :6] /= 6
    close(report.autograd, sixth, "the slope of 3 * loss, where only the codes are pulled at full strength")
