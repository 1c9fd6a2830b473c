"""Tokens that are hidden, and the places where the model is asked: what `hide` and `masked_loss` promise.

The draws are given, so that nothing here is random. `solution` is the file under test, `broken` the one in
broken/.
"""

import math

import pytest
import torch

from torchkata.checks import close, equal

MASK = 1
TOKENS = [[0, 7, 8, 9, 5, 6, 2], [0, 5, 5, 9, 2, 3, 3]]  # 0 begins a text, 2 ends it, 3 is padding
SPECIAL = [[1, 0, 0, 0, 0, 0, 1], [1, 0, 0, 0, 1, 1, 1]]
DRAWS = [[0.05, 0.10, 0.50, 0.125, 0.14, 0.90, 0.13], [0.60, 0.20, 0.149, 0.151, 0.70, 0.01, 0.14]]
NOISE = [[4, 4, 4, 4, 4, 4, 4], [6, 6, 6, 6, 6, 6, 6]]


def hidden(module, device, tokens=TOKENS, special=SPECIAL, draws=DRAWS, noise=NOISE):
    def made(values):
        return torch.tensor(values, device=device)

    return module.hide(made(tokens), made(special).bool(), made(draws), made(noise), MASK)


def uniform_loss(module, device, labels, vocabulary=10):
    logits = torch.zeros(*labels.shape, vocabulary, device=device)
    return module.masked_loss(logits, labels).item()


# What hide and masked_loss promise


def test_only_chosen_tokens_have_labels(solution, device):
    _, labels = hidden(solution, device)
    wanted = [[-100, 7, -100, 9, 5, -100, -100], [-100, -100, 5, -100, -100, -100, -100]]
    equal(labels.tolist(), wanted, "the labels; the draws of 7, 9, 5 and of the second 5 are below 0.15")


def test_a_text_that_nothing_was_hidden_in_has_no_labels(solution, device):
    _, labels = hidden(solution, device, draws=[[0.5] * 7] * 2)
    equal(labels.tolist(), [[-100] * 7] * 2, "the labels where every draw is 0.5")


def test_a_model_that_copies_what_it_sees_has_learned_nothing(solution, device):
    inputs, labels = hidden(solution, device, draws=[[0.05] * 7, [0.5] * 7])
    copied = 20.0 * torch.nn.functional.one_hot(inputs, 10).float()
    loss = solution.masked_loss(copied, labels).item()
    close(
        loss, 20.0, "the loss of a model that says what it sees, with five tokens behind the mask", atol=1e-3
    )


def test_tokens_in_plain_sight_have_no_gradient(solution, device):
    _, labels = hidden(solution, device)
    logits = torch.zeros(2, 7, 10, device=device, requires_grad=True)
    (3 * solution.masked_loss(logits, labels)).backward()
    asked = (logits.grad.abs().sum(dim=-1) > 0).tolist()
    wanted = [
        [False, True, False, True, True, False, False],
        [False, False, True, False, False, False, False],
    ]
    equal(asked, wanted, "where a gradient arrives: at the four tokens that were chosen")
    close(logits.grad[0, 1, 7].item(), 3 * -0.9 / 4, "the gradient at a hidden 7, of three times the loss")


# What already works and must stay


def test_the_model_sees_mask_noise_or_the_token_itself(solution, device):
    inputs, _ = hidden(solution, device)
    wanted = [[0, MASK, 8, 4, 5, 6, 2], [0, 5, 5, 9, 2, 3, 3]]
    equal(inputs.tolist(), wanted, "what the model sees")


def test_the_text_is_left_as_it_is(solution, device):
    tokens = torch.tensor(TOKENS, device=device)
    special = torch.tensor(SPECIAL, device=device).bool()
    draws, noise = torch.tensor(DRAWS, device=device), torch.tensor(NOISE, device=device)
    versions = [part._version for part in (tokens, special, draws, noise)]
    solution.hide(tokens, special, draws, noise, MASK)
    equal(tokens.tolist(), TOKENS, "the tokens after the call")
    equal([part._version for part in (tokens, special, draws, noise)], versions, "writes to what was given")


def test_a_mask_in_the_text_is_a_token_like_others(solution, device):
    inputs, labels = hidden(solution, device, [[MASK, 7, MASK]], [[0, 0, 0]], [[0.9, 0.8, 0.1]], [[4, 4, 4]])
    equal(inputs.tolist(), [[MASK, 7, MASK]], "what the model sees of a text with masks in it")
    equal(labels[0, 2].item(), MASK, "the label of a mask that was chosen")


def test_the_loss_is_a_mean_over_labels(solution, device):
    labels = torch.tensor([[3, -100, -100, -100], [-100, 4, 5, -100]], device=device)
    close(uniform_loss(solution, device, labels), math.log(10), "the loss of a model that guesses, 3 labels")
    logits = torch.zeros(2, 4, 10, device=device)
    logits[0, 0, 3] = 30.0
    loss = solution.masked_loss(logits, labels).item()
    close(loss, 2 / 3 * math.log(10), "the loss if one of three labels is known", atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 3, 4), (2, 2, 5)])
def test_without_labels_the_loss_is_zero_and_can_go_backward(solution, device, shape):
    logits = torch.ones(shape, device=device, requires_grad=True)
    loss = solution.masked_loss(logits, torch.full(shape[:2], -100, device=device))
    loss.backward()
    equal(loss.item(), 0.0, "the loss without labels")
    equal(logits.grad.abs().max().item(), 0.0, "the largest gradient without labels")


# The documented failure


def test_whatever_the_model_can_read_has_a_label_too(broken, device):
    _, labels = hidden(broken, device)
    wanted = [[-100, 7, 8, 9, 5, 6, -100], [-100, 5, 5, 9, -100, -100, -100]]
    equal(labels.tolist(), wanted, "the labels, of which four belong to chosen tokens")


def test_a_model_that_copies_what_it_sees_looks_good(broken, device):
    draws = [[0.9, 0.1, 0.9, 0.9, 0.9, 0.9, 0.9], [0.9] * 7]
    inputs, labels = hidden(broken, device, draws=draws)
    copied = 20.0 * torch.nn.functional.one_hot(inputs, 10).float()
    loss = broken.masked_loss(copied, labels).item()
    close(
        loss,
        20.0 / 8,
        "the loss of a model that says what it sees, with one of eight tokens hidden",
        atol=1e-3,
    )
