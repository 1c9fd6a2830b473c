"""Learning from pairs of answers: what `preference_loss` promises.

The models are bigram tables: the logits for the next token are the row of the present one. So the
probability of an answer can be multiplied by hand.
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

WORDS, BETA = 5, 0.5
KNOWN = {}  # what `expected` has computed before
# (prompt, chosen answer, rejected answer); answers have different lengths, and use token 0 too.
PAIRS = [([1, 4], [2, 0, 3, 3], [4]), ([3, 0, 2], [1], [2, 4, 0])]


def tables(device):
    """The logits of policy and reference: (words, words)."""
    grid = torch.arange(WORDS * WORDS, dtype=torch.float64, device=device).view(WORDS, WORDS)
    return (2 * torch.sin(grid)).clone(), torch.cos(1.7 * grid)


def side(answers, pad=0, extra=0, device="cpu"):
    """Tokens and mask of (prompt, answer), padded to the longest and `extra` more."""
    length = max(len(prompt) + len(answer) for prompt, answer in answers) + extra
    tokens = [p + a + [pad] * (length - len(p) - len(a)) for p, a in answers]
    mask = [[False] * len(p) + [True] * len(a) + [False] * (length - len(p) - len(a)) for p, a in answers]
    return torch.tensor(tokens, device=device), torch.tensor(mask, device=device)


def sides(pairs, device, pad=0, extra=(0, 0)):
    chosen = side([(p, c) for p, c, _ in pairs], pad, extra[0], device)
    return chosen, side([(p, r) for p, _, r in pairs], pad, extra[1], device)


def by_hand(table, base, pairs, beta=BETA):
    """The loss, one token after the other."""
    total = 0.0
    for prompt, chosen, rejected in pairs:
        gain = 0.0
        for sign, answer in ((1, chosen), (-1, rejected)):
            before = prompt[-1]
            for token in answer:
                for logits, part in ((table, sign), (base, -sign)):
                    gain = gain + part * (logits[before, token] - logits[before].exp().sum().log())
                before = token
        total = total + torch.log1p(torch.exp(-beta * gain))
    return total / len(pairs)


def run(module, pairs, device, beta=BETA, factor=1.0, **padding):
    """Loss, and the gradient of `factor` times it along the policy's table."""
    table, base = tables(device)
    table.requires_grad_(True)
    loss = module.preference_loss(
        lambda tokens: table[tokens], lambda tokens: base[tokens], *sides(pairs, device, **padding), beta
    )
    (slope,) = torch.autograd.grad(factor * loss, table)
    return loss.detach(), slope


def expected(pairs, device, beta=BETA):
    key = (str(pairs), device, beta)
    if key not in KNOWN:
        table, base = tables(device)
        slope = gradients.central_difference(lambda at: by_hand(at, base, pairs, beta), table)
        KNOWN[key] = by_hand(table, base, pairs, beta), slope
    return KNOWN[key]


def twice_as_likely(n, device, extra=0):
    """A policy, a reference and a pair: each of the chosen answer's n tokens is twice as likely for the
    policy (1/2 against 1/4, after token 1), and the rejected answer is equally likely for both."""
    table = torch.zeros(2, 2, dtype=torch.float64, device=device)
    base = torch.tensor([[0.0, 0.0], [math.log(3.0), 0.0]], dtype=torch.float64, device=device)
    chosen, rejected = side([([1], [1] * n)], 0, extra, device), side([([0], [0])], 0, 0, device)
    return lambda tokens: table[tokens], lambda tokens: base[tokens], chosen, rejected


# What preference_loss promises


@pytest.mark.parametrize("beta", [0.1, 0.5, 2.0])
def test_answers_of_different_lengths_are_compared_as_a_whole(solution, device, beta):
    loss, slope = run(solution, PAIRS, device, beta)
    wanted, wanted_slope = expected(PAIRS, device, beta)
    close(loss, wanted, f"the loss of two pairs with beta {beta}")
    close(slope, wanted_slope, "its gradient along the table", rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("extra", [(1, 0), (0, 3), (4, 9)])
def test_more_padding_changes_nothing(solution, device, extra):
    wanted, wanted_slope = expected(PAIRS, device)
    for pad in (0, 2):
        loss, slope = run(solution, PAIRS, device, extra=extra, pad=pad)
        close(loss, wanted, f"the loss with {extra} more tokens of padding, token {pad}")
        close(slope, wanted_slope, f"the gradient with {extra} more", rtol=1e-6, atol=1e-8)


def test_a_pair_counts_the_same_alone_and_in_a_batch(solution, device):
    together, _ = run(solution, PAIRS, device)
    alone = [run(solution, [pair], device)[0] for pair in PAIRS]
    close(together, (alone[0] + alone[1]) / 2, "the loss of two pairs, and the mean of both alone")


def test_a_longer_prompt_in_front_changes_nothing(solution, device):
    longer = [([0, 4, 3, 1, *prompt], chosen, rejected) for prompt, chosen, rejected in PAIRS]
    wanted, wanted_slope = expected(PAIRS, device)
    loss, slope = run(solution, longer, device)
    close(loss, wanted, "the loss with four more tokens in front of each prompt")
    close(slope, wanted_slope, "its gradient", rtol=1e-6, atol=1e-8)


def test_each_token_of_an_answer_multiplies(solution, device):
    for n in (1, 2, 5):
        loss = solution.preference_loss(*twice_as_likely(n, device), beta=1.0)
        close(loss.item(), math.log1p(0.5**n), f"the loss where each of {n} tokens is twice as likely")


def test_the_gradient_inside_a_larger_loss(solution, device):
    _, slope = run(solution, PAIRS, device, factor=-3.0)
    _, wanted = expected(PAIRS, device)
    close(slope, -3 * wanted, "the gradient of -3 times the loss", rtol=1e-6, atol=1e-8)


# What already works and must stay


def test_an_untrained_policy_is_undecided(solution, device):
    _, base = tables(device)
    pair = sides(PAIRS, device)
    loss = solution.preference_loss(lambda t: base[t], lambda t: base[t], *pair, beta=3.0)
    close(loss.item(), math.log(2.0), "the loss of a policy that equals the reference")


def test_one_token_after_one_token_is_compared_alone(solution, device):
    pairs = [([2], [3], [1])]
    wanted, wanted_slope = expected(pairs, device)
    loss, slope = run(solution, pairs, device)
    close(loss, wanted, "the loss of a pair with answers of one token and no padding")
    close(slope, wanted_slope, "its gradient", rtol=1e-6, atol=1e-8)


def test_the_reference_has_no_gradient(solution, device):
    table, base = (values.requires_grad_(True) for values in tables(device))
    loss = solution.preference_loss(lambda t: table[t], lambda t: base[t], *sides(PAIRS, device), beta=BETA)
    loss.backward()
    equal(base.grad, None, "the gradient of the reference")
    equal([tuple(loss.shape), table.grad is not None], [(), True], "the loss, and the policy's gradient")


def test_confident_pairs_keep_their_loss(solution, device):
    pairs = [([2], [3], [1])]
    for beta in (1000.0, -1000.0):
        table, base = tables(device)
        gain = (table - base)[2, 3] - (table - base)[2, 1]
        loss, _ = run(solution, pairs, device, beta=beta)
        wanted = max(0.0, -beta * gain.item())
        close(loss.item(), wanted, f"the loss with beta {beta}", rtol=1e-6, atol=1e-6)


def test_tokens_and_masks_stay_as_they_are(solution, device):
    table, base = tables(device)
    pair = sides(PAIRS, device)
    before = [values.clone() for one in pair for values in one]
    solution.preference_loss(lambda t: table[t], lambda t: base[t], *pair, beta=BETA)
    for k, values in enumerate(values for one in pair for values in one):
        equal(values, before[k], "tokens and masks after the call")


# The documented failure


def test_the_longer_the_row_the_less_a_pair_counts(broken, device):
    for extra in (0, 2, 6):
        loss = broken.preference_loss(*twice_as_likely(2, device, extra), beta=1.0)
        close(loss.item(), math.log1p(0.5 ** (2 / (2 + extra))), f"the loss with {extra} more padding")
