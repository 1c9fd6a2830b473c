"""A decoder of letters: what its parts promise, against sums written out and rows cut otherwise."""

import math

import torch
import torch.nn.functional as F

from torchkata.checks import close, equal

TEXTS = ["ida.", "tom likes.", "lena paints a lamp.", "otto.", "a boat."]


def make_model(solution, dtype=torch.float32):
    torch.manual_seed(1)
    model = solution.model.Decoder(solution.data.VOCABULARY, 24, 8, 2, 2, dtype)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn(parameter.shape))
    return model


def call(model, rows):
    return model(rows.tokens, rows.documents, rows.positions)


def flat(model):
    return torch.nn.utils.parameters_to_vector(model.parameters()).detach().clone()


def test_documents_are_packed_whole(solution):
    rows = solution.data.pack(["to.", "a.", "see"], 8)
    encode, end, pad = solution.data.encode, solution.data.END, solution.data.PAD
    equal(rows.tokens[0].tolist(), [*encode("to."), end, *encode("a."), end, pad], "tokens of the first row")
    equal(rows.documents[0].tolist(), [1, 1, 1, 1, 2, 2, 2, 0], "numbers of the documents of the first row")
    equal(rows.positions[0].tolist(), [0, 1, 2, 3, 0, 1, 2, 0], "positions in the first row")
    no = solution.data.IGNORED
    wanted = [*encode("o."), end, no, *encode("."), end, no, no]
    equal(rows.targets[0].tolist(), wanted, "targets of the first row")


def test_a_letter_reads_what_is_before_it_in_its_document(solution):
    got = solution.model.visible(torch.tensor([[1, 1, 2, 2, 0]]))[0, 0].tolist()
    wanted = [[q == k or (k < q and (q, k) in ((1, 0), (3, 2))) for k in range(5)] for q in range(5)]
    equal(got, wanted, "what the letters of two documents, and one place of padding, may read")


def test_a_later_letter_changes_no_earlier_logits(solution):
    model = make_model(solution)
    rows = solution.data.pack(["lena paints."], 24)
    other = rows.tokens.clone()
    other[0, 6:13] = torch.arange(3, 10)
    with torch.no_grad():
        first, second = call(model, rows), model(other, rows.documents, rows.positions)
    close(second[0, :6], first[0, :6], "logits of six letters when the later ones are exchanged")


def test_a_document_has_the_same_logits_alone_and_behind_another(solution):
    model = make_model(solution)
    packed = solution.data.pack(["tom.", "lena paints."], 24)
    alone = solution.data.pack(["lena paints."], 24)
    with torch.no_grad():
        got, wanted = call(model, packed)[0, 5:18], call(model, alone)[0, :13]
    close(got, wanted, "logits of a document behind another one", rtol=1e-4, atol=1e-4)


def test_every_parameter_gets_a_gradient(solution):
    model = make_model(solution)
    rows = solution.data.pack(TEXTS, 24)
    solution.evaluate.summed_loss(model, rows)[0].backward()
    idle = [n for n, p in model.named_parameters() if p.grad is None or p.grad.abs().sum() == 0]
    equal(idle, [], "parameters without a gradient")


def test_input_and_output_share_one_table(solution):
    model = make_model(solution)
    with torch.no_grad():
        model.letters.weight[4].zero_()
        logits = call(model, solution.data.pack(["ida."], 24))
    close(logits[..., 4], torch.zeros(1, 24), "scores of a letter whose row in the table is zero")


def test_logits_and_weights_are_float32(solution):
    model = solution.train.make_model(solution.train.Config(width=8, heads=2))
    logits = call(model, solution.data.pack(["ida."], 24))
    equal(str(logits.dtype), "torch.float32", "dtype of the logits")
    equal(sorted({str(p.dtype) for p in model.parameters()}), ["torch.float32"], "dtypes of the weights")


def test_very_small_steps_move_the_weights(solution):
    config = solution.train.Config(width=8, heads=2, lr=1e-5, weight_decay=0.0)
    model = solution.train.make_model(config)
    before = flat(model)
    optimizer = solution.train.make_optimizer(model, config)
    for _ in range(4):
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        optimizer.step()
    moved = (before - flat(model)).double().mean().item()
    close(moved / 4e-5, 1.0, "mean way of the weights in four steps of 1e-5, over 4e-5", rtol=0.05, atol=0.0)


def test_norms_do_not_overflow_or_vanish(solution):
    norm = solution.model.Norm(4, eps=0.0)
    x = torch.tensor([3e-3, -3e-3, 3e-3, 3e-3])
    for scale in 1.0, 1e6:
        got = norm(x * scale).detach()
        close(got, torch.tensor([1.0, -1.0, 1.0, 1.0]), f"four equal sizes, {scale} times")


def test_the_loss_is_the_mean_of_all_targets(solution):
    model, rows = make_model(solution), solution.data.pack(TEXTS, 24)
    losses = []
    with torch.no_grad():
        for text in TEXTS:
            alone = solution.data.pack([text], 24)
            n = len(text)
            ids = torch.tensor([*solution.data.encode(text), solution.data.END])
            losses.append(F.cross_entropy(call(model, alone)[0, :n], ids[1:], reduction="none"))
    wanted = torch.cat(losses).mean().item()
    for size in 1, 2, 8:
        got = solution.evaluate.mean_loss(model, rows, size)
        close(got, wanted, f"mean loss in batches of {size}", rtol=1e-4, atol=0.0)


def test_a_step_is_the_same_however_the_rows_are_divided(solution):
    rows, ends = solution.data.pack(TEXTS, 24), []
    config = solution.train.Config(lr=0.01)
    for size in 8, 2, 1:
        model = make_model(solution)
        optimizer = torch.optim.SGD(model.parameters(), lr=config.lr)
        group = list(solution.data.batches(rows, size))
        loss, norm = solution.train.train_step(model, optimizer, group, 1e6)
        ends.append((loss, norm, flat(model)))
    for size, (loss, norm, weights) in zip((2, 1), ends[1:]):
        close(loss, ends[0][0], f"loss of a step in batches of {size}", rtol=1e-4, atol=0.0)
        close(norm, ends[0][1], f"norm of its gradient in batches of {size}", rtol=1e-4, atol=0.0)
        close(weights, ends[0][2], f"weights behind it in batches of {size}", rtol=1e-4, atol=1e-5)


def test_a_step_begins_without_old_gradients(solution):
    rows = solution.data.pack(TEXTS, 24)
    model = make_model(solution)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    norms = [solution.train.train_step(model, optimizer, [rows], 1e6)[1] for _ in range(2)]
    close(norms[1], norms[0], "norm of the second of two steps that move nothing", rtol=1e-5, atol=0.0)


def test_a_step_is_clipped(solution):
    rows = solution.data.pack(TEXTS, 24)
    model = make_model(solution)
    before = flat(model)
    solution.train.train_step(model, torch.optim.SGD(model.parameters(), lr=1.0), [rows], 0.01)
    close((flat(model) - before).norm().item(), 0.01, "length of a step clipped to 0.01", rtol=0.01, atol=0.0)


def test_batches_that_are_left_make_a_smaller_group(solution):
    got = list(solution.train.groups(range(7), 3))
    equal(got, [[0, 1, 2], [3, 4, 5], [6]], "seven batches in groups of three")
    equal(list(solution.train.groups(range(6), 3)), [[0, 1, 2], [3, 4, 5]], "six batches in groups of three")


def test_the_learning_rate_ends_at_a_tenth(solution):
    config = solution.train.Config(
        texts=8, epochs=3, width=4, heads=2, depth=1, micro_batch=1, warmup=2, lr=0.5
    )
    rows = solution.data.pack(solution.data.documents(8, 1), config.length)
    rates = []
    solution.train.fit(
        solution.train.make_model(config), rows, rows, config, lambda epoch, lr, *_: rates.append(lr)
    )
    steps = 3 * math.ceil(len(rows.tokens) / 3)
    done = [(epoch * steps // 3 - 2) / (steps - 2) for epoch in (1, 2, 3)]
    wanted = [0.5 * (0.1 + 0.45 * (1 + math.cos(math.pi * part))) for part in done]
    close(rates, wanted, "rates behind the epochs")


def test_the_weights_of_norms_do_not_decay(solution):
    config = solution.train.Config(width=8, heads=2, lr=0.1, weight_decay=0.5)
    model = solution.train.make_model(config)
    optimizer = solution.train.make_optimizer(model, config)
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    close(model.norm.weight.detach(), torch.ones(8), "weights of a norm after a step without a gradient")
