"""A vector quantizer: what `quantize` promises.

Four codes and three entries in two dimensions. Where an entry was chosen by several codes, its slope is the
sum over these of 2 (entry - code) / elements. `solution` is the file under test, `broken` the one in broken/.
"""

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

CODES = [[0.5, 1.0], [-1.0, 0.25], [2.0, -0.5], [0.25, -0.75]]
BOOK = [[1.0, 0.0], [-1.5, 1.0], [9.0, 9.0]]
CHOSEN = [0, 1, 0, 0]
PULL = [[0.5, -1.0], [2.0, 0.25], [-0.125, 0.0], [1.0, 3.0]]  # what a decoder would send back
CLAIM = "the first part of the loss moves the entries to the codes that have chosen them"
ORACLE = "closed form: the sum over an entry's codes of 2 (entry - code) / elements"


def tensor(values, device, **options):
    return torch.tensor(values, dtype=torch.float64, device=device, **options)


def leaves(device):
    return tensor(CODES, device, requires_grad=True), tensor(BOOK, device, requires_grad=True)


def slope_of_book(device, codes=CODES, chosen=CHOSEN):
    slope = torch.zeros(len(BOOK), 2, dtype=torch.float64, device=device)
    for code, entry in zip(codes, chosen):
        slope[entry] += (tensor(BOOK[entry], device) - tensor(code, device)) * 2 / (2 * len(codes))
    return slope


def slope_of_codes(device, beta):
    return torch.stack(
        [
            beta * (tensor(code, device) - tensor(BOOK[entry], device)) * 2 / (2 * len(CODES))
            for code, entry in zip(CODES, CHOSEN)
        ]
    )


def error():
    """The mean of (code - its entry)^2 over all elements."""
    return sum((c - e) ** 2 for code, k in zip(CODES, CHOSEN) for c, e in zip(code, BOOK[k])) / 8


def grads(*of):
    """The gradients, zeros where none arrived."""
    return [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in of]


def book_report(module, device):
    codes, book = leaves(device)
    module.quantize(codes, book, 0.25)[1].backward()
    fixed = codes.detach()
    numeric = gradients.central_difference(lambda at: (at[CHOSEN] - fixed).square().mean(), book.detach())
    what = "the slope of the loss along the codebook"
    return gradients.compare(book.grad, analytic=slope_of_book(device), numeric=numeric, what=what)


# What quantize promises


def test_the_loss_moves_the_entries_to_their_codes(solution, device, evidence):
    report = book_report(solution, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"codes": CODES, "beta": 0.25}, checkpoint={})
    report.require()


@pytest.mark.parametrize("beta", [0.25, 1.0, 2.0])
def test_the_loss_moves_the_codes_with_the_weight_beta(solution, device, beta):
    codes, book = leaves(device)
    solution.quantize(codes, book, beta)[1].backward()
    of_codes, of_book = grads(codes, book)
    close(of_codes, slope_of_codes(device, beta), f"the codes' slope of the loss, beta {beta}")
    close(of_book, slope_of_book(device), f"the codebook's slope of the loss, beta {beta}")


def test_without_beta_only_the_entries_move(solution, device):
    codes, book = leaves(device)
    solution.quantize(codes, book, 0.0)[1].backward()
    of_codes, of_book = grads(codes, book)
    close(of_codes, torch.zeros_like(of_codes), "the codes' slope of the loss, beta 0")
    close(of_book, slope_of_book(device), "the codebook's slope of the loss, beta 0")


def test_both_results_in_one_objective_add_up(solution, device):
    codes, book = leaves(device)
    quantized, loss, _ = solution.quantize(codes, book, 0.5)
    (3 * loss + (tensor(PULL, device) * quantized).sum()).backward()
    wanted = 3 * slope_of_codes(device, 0.5) + tensor(PULL, device)
    close(codes.grad, wanted, "the codes' slope of three times the loss and what a decoder adds")
    close(book.grad, 3 * slope_of_book(device), "the codebook's slope of the same")


def test_one_code_alone_draws_its_entry(solution, device):
    codes, book = tensor(CODES[2:3], device, requires_grad=True), leaves(device)[1]
    solution.quantize(codes, book, 0.25)[1].backward()
    close(book.grad, slope_of_book(device, CODES[2:3], [0]), "the codebook's slope for one code")


def test_two_quantizers_in_a_row_both_learn(solution, device):
    codes, first = leaves(device)
    second = tensor([[0.25, 0.5], [-0.5, -0.25]], device, requires_grad=True)
    quantized, one, _ = solution.quantize(codes, first, 0.25)
    _, two, chosen = solution.quantize(codes - quantized.detach(), second, 0.25)
    (one + two).backward()
    rest = codes.detach() - quantized.detach()
    slope = torch.zeros_like(second)
    for code, entry in zip(rest, chosen.tolist()):
        slope[entry] += (second.detach()[entry] - code) / 4
    close(second.grad, slope, "the second codebook's slope")
    close(first.grad, slope_of_book(device), "the first codebook's slope")


# What already works and must stay


def test_the_nearest_entries_are_chosen(solution, device):
    quantized, _, chosen = solution.quantize(*leaves(device), 0.25)
    equal(chosen, torch.tensor(CHOSEN, device=device), "the chosen entries")
    close(quantized.detach(), tensor([BOOK[k] for k in CHOSEN], device), "the quantized codes")


@pytest.mark.parametrize("beta", [0.0, 0.25, 2.0])
def test_the_loss_has_the_value_of_both_parts(solution, device, beta):
    loss = solution.quantize(*leaves(device), beta)[1]
    close(loss.detach(), tensor((1 + beta) * error(), device), f"the loss with beta {beta}")


def test_the_decoder_moves_the_codes_and_not_the_book(solution, device):
    codes, book = leaves(device)
    quantized, _, _ = solution.quantize(codes, book, 0.25)
    (tensor(PULL, device) * quantized).sum().backward()
    of_codes, of_book = grads(codes, book)
    close(of_codes, tensor(PULL, device), "what reaches the codes from a decoder")
    close(of_book, torch.zeros_like(of_book), "what reaches the codebook from a decoder")


def test_the_decoder_reaches_the_encoder_behind_the_codes(solution, device):
    codes, book = leaves(device)
    quantized, _, _ = solution.quantize(codes * 1.0, book, 0.25)
    (tensor(PULL, device) * quantized).sum().backward()
    close(codes.grad, tensor(PULL, device), "what reaches an encoder through its codes")


def test_codes_and_book_keep_their_numbers(solution, device):
    codes, book = leaves(device)
    solution.quantize(codes, book, 0.25)
    close(codes.detach(), tensor(CODES, device), "the codes after the call")
    close(book.detach(), tensor(BOOK, device), "the codebook after the call")


# The documented failure


def test_the_codebook_has_no_gradient(broken, device, evidence):
    report = book_report(broken, device)
    evidence(report, claim=CLAIM, oracle=ORACLE, config={"codes": CODES, "beta": 0.25}, checkpoint={})
    equal(report.autograd is None, True, "whether no gradient has reached the codebook")


@pytest.mark.parametrize("beta", [0.25, 1.0, 2.0])
def test_the_codes_are_pushed_away_by_what_should_move_the_book(broken, device, beta):
    codes, book = leaves(device)
    broken.quantize(codes, book, beta)[1].backward()
    close(codes.grad, slope_of_codes(device, beta - 1), f"the codes' slope of the loss, beta {beta}")
