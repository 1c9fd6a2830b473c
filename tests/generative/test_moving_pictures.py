"""Diffusion on scaled latents: what `training_loss` and `draw` promise.

The encoder is e(p) = (p0 p1, p0 + 2), the decoder d(l) = (l0² + l0 l1, l1 - 1): neither is linear, so a
scale can't be moved from one side of them to the other.
"""

import pytest
import torch

from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

VIDEOS = [[[1.0, 2.0], [0.5, -1.0], [2.0, 0.25]], [[-1.0, 1.5], [3.0, 1.0], [0.0, 2.0]]]
NOISE = [[[0.5, -1.0], [1.5, 0.25], [-0.75, 1.0]], [[-2.0, 0.5], [1.0, -0.25], [0.25, 2.0]]]


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def encoder(pictures):
    return torch.stack([pictures[..., 0] * pictures[..., 1], pictures[..., 0] + 2], dim=-1)


def decoder(latents):
    a, b = latents[..., 0], latents[..., 1]
    return torch.stack([a**2 + a * b, b - 1], dim=-1)


def latents_of(picture):
    return [picture[0] * picture[1], picture[0] + 2]


def decoded(a, b):
    return [a**2 + a * b, b - 1]


def says(answer, seen=None):
    def network(noisy, first):
        if seen is not None:
            seen.append((noisy.detach().clone(), first.detach().clone()))
        return answer

    return network


def stands_still(alpha_bar):
    """A network for which every frame is like the first: what differs is noise."""

    def network(noisy, first):
        return (noisy - alpha_bar**0.5 * first.unsqueeze(1)) / (1 - alpha_bar) ** 0.5

    return network


def draw(module, device, network, alpha_bar, scale, rows=2):
    first = tensor([video[0] for video in VIDEOS[:rows]], device)
    return module.draw(network, encoder, decoder, first, tensor(NOISE[:rows], device), alpha_bar, scale)


# What the two functions promise


@pytest.mark.parametrize("scale", [0.25, 1.0, 4.0])
@pytest.mark.parametrize("alpha_bar", [0.25, 0.64])
@pytest.mark.parametrize("rows", [1, 2])
def test_a_picture_that_stands_still_keeps_its_colors(solution, device, rows, alpha_bar, scale):
    got = draw(solution, device, stands_still(alpha_bar), alpha_bar, scale, rows)
    wanted = [[decoded(*latents_of(video[0]))] * 3 for video in VIDEOS[:rows]]
    close(got, wanted, f"videos that stand still, with scale {scale} and alpha_bar {alpha_bar}")


@pytest.mark.parametrize("scale", [0.25, 4.0])
def test_the_first_frames_look_the_same_in_training_and_in_use(solution, device, scale):
    trained, used, noise = [], [], tensor(NOISE, device)
    solution.training_loss(says(noise, trained), encoder, tensor(VIDEOS, device), noise, 0.64, scale)
    draw(solution, device, says(noise, used), 0.64, scale)
    wanted = [[scale * value for value in latents_of(video[0])] for video in VIDEOS]
    close(trained[0][1], wanted, f"the first frames that the network sees in training, with scale {scale}")
    close(used[0][1], wanted, f"the first frames that the network sees in use, with scale {scale}")


# What already works and must stay


@pytest.mark.parametrize("scale", [0.25, 4.0])
def test_the_guess_of_the_noise_is_taken_off_and_the_rest_decoded(solution, device, scale):
    guess = [[[0.25, 1.0], [-0.5, 0.5], [2.0, -1.0]], [[1.0, 0.0], [0.5, 1.5], [-1.0, 0.75]]]
    got = draw(solution, device, says(tensor(guess, device)), 0.64, scale)
    wanted = [
        [decoded(*[(n - 0.6 * g) / 0.8 / scale for n, g in zip(*pair)]) for pair in zip(noises, guesses)]
        for noises, guesses in zip(NOISE, guess)
    ]
    close(got, wanted, f"videos from given guesses, with scale {scale}")


@pytest.mark.parametrize("scale", [0.25, 4.0])
def test_the_network_sees_noisy_latents_of_variance_one(solution, device, scale):
    seen, noise = [], tensor(NOISE, device)
    loss = solution.training_loss(
        says(noise + 0.5, seen), encoder, tensor(VIDEOS, device), noise, 0.64, scale
    )
    close(loss, tensor(0.25, device), "the loss of guesses that are off by 0.5")
    wanted = [
        [
            [0.8 * scale * value + 0.6 * n for value, n in zip(latents_of(p), ns)]
            for p, ns in zip(video, noises)
        ]
        for video, noises in zip(VIDEOS, NOISE)
    ]
    close(seen[0][0], wanted, f"the noisy latents that the network sees in training, with scale {scale}")
    close(
        seen[0][1], [[scale * v for v in latents_of(video[0])] for video in VIDEOS], "the first frames there"
    )
    used = []
    draw(solution, device, says(noise, used), 0.64, scale)
    close(used[0][0], NOISE, "the noise that the network sees in use")


def test_with_scale_one_a_still_picture_comes_out(solution, device):
    got = draw(solution, device, stands_still(0.36), 0.36, 1.0)
    wanted = [[decoded(*latents_of(video[0]))] * 3 for video in VIDEOS]
    close(got, wanted, "videos that stand still, with scale 1")


def test_the_loss_of_a_still_network_on_a_still_video_is_zero(solution, device):
    still = tensor([[VIDEOS[0][0]] * 3, [VIDEOS[1][0]] * 3], device)
    loss = solution.training_loss(stands_still(0.64), encoder, still, tensor(NOISE, device), 0.64, 4.0)
    close(loss, tensor(0.0, device), "the loss of a network that knows that nothing moves")


def test_the_arguments_are_left_as_they_are(solution, device):
    first, noise = tensor([video[0] for video in VIDEOS], device), tensor(NOISE, device)
    solution.draw(says(noise), encoder, decoder, first, noise, 0.64, 4.0)
    equal(first.tolist(), [video[0] for video in VIDEOS], "the pictures after drawing")
    equal(noise.tolist(), NOISE, "the noise after drawing")


# The documented failure


@pytest.mark.parametrize("scale", [0.25, 4.0])
def test_a_still_picture_changes_its_colors(broken, device, scale):
    got = draw(broken, device, stands_still(0.64), 0.64, scale)
    wanted = [[decoded(*[v / scale for v in latents_of(video[0])])] * 3 for video in VIDEOS]
    close(got, wanted, f"videos that stand still, with scale {scale}")


def test_the_first_frames_have_other_units_in_use(broken, device):
    seen = []
    draw(broken, device, says(tensor(NOISE, device), seen), 0.64, 4.0)
    close(
        seen[0][1],
        [latents_of(video[0]) for video in VIDEOS],
        "the first frames that the network sees in use",
    )
    trained, noise = [], tensor(NOISE, device)
    broken.training_loss(says(noise, trained), encoder, tensor(VIDEOS, device), noise, 0.64, 4.0)
    close(trained[0][1], 4 * seen[0][1], "the first frames that the network sees in training")
