"""A model that is trained on several ranks and reports its progress: what `train` promises.

The ranks are threads, and `dist` stands in for torch.distributed: it knows when a rank waits forever.
`solution` is the file under test, `broken` the one in broken/, `device` the device of this run.
"""

import pytest
import torch

from torchkata import thread_ranks
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

LR = 0.125
# The targets by rank and step, one sample each; every input is 1, so that the error is (w - target)².
TARGETS = [[4.0, 1.0, -2.0, 3.0], [0.0, 5.0, 2.0, -1.0], [1.0, 1.0, 6.0, 2.0]]
STARTS = [0.5, -3.0, 2.0]


def run(module, device, size, every, bias=False):
    """By rank: where it waits forever or "done", its parameters, and its reports."""
    models = [torch.nn.Linear(1, 1, bias=bias, dtype=torch.float64, device=device) for _ in range(size)]
    reports = [[] for _ in range(size)]

    def one_rank(rank, dist):
        for parameter in models[rank].parameters():
            torch.nn.init.constant_(parameter, STARTS[rank])
        one = torch.ones(1, 1, dtype=torch.float64, device=device)
        batches = [(one, one * target) for target in TARGETS[rank]]
        module.train(models[rank], batches, LR, dist, every, lambda *seen: reports[rank].append(list(seen)))
        return "done"

    ends = thread_ranks.run(one_rank, size)
    return ends, [[parameter.item() for parameter in model.parameters()] for model in models], reports


def by_hand(size, every, bias=False):
    """The parameters after it, and the reports of rank 0."""
    count = 2 if bias else 1
    value, reports = STARTS[0], []  # weight and bias start alike, and have the same gradient
    for step, targets in enumerate(zip(*TARGETS[:size]), start=1):
        misses = [count * value - target for target in targets]
        if step % every == 0:
            reports.append([step, sum(miss**2 for miss in misses) / size])
        value -= LR * sum(2 * miss for miss in misses) / size
    return [value] * count, reports


def check(module, device, size, every, bias=False):
    wanted, expected = by_hand(size, every, bias)
    situation = f"{size} ranks, a report after every {every} of 4 steps"
    ends, parameters, reports = run(module, device, size, every, bias)
    equal(ends, ["done"] * size, f"what each rank does in the end ({situation})")
    for rank in range(size):
        close(parameters[rank], wanted, f"the parameters of rank {rank} ({situation})")
        own = expected if rank == 0 else []
        steps = [step for step, _ in reports[rank]]
        equal(steps, [step for step, _ in own], f"the steps that rank {rank} reports ({situation})")
        if own:
            errors = [error for _, error in reports[rank]]
            close(errors, [error for _, error in own], f"the errors that rank {rank} reports ({situation})")


# What train promises


@pytest.mark.parametrize(("size", "every"), [(2, 2), (3, 1), (2, 4), (3, 3)])
def test_rank_0_reports_the_mean_error_and_nobody_waits(solution, device, size, every):
    check(solution, device, size, every)


def test_a_model_of_two_parameters_is_reported_as_well(solution, device):
    check(solution, device, 2, 3, bias=True)


# What already works and must stay


@pytest.mark.parametrize("size", [2, 3])
def test_without_reports_all_ranks_end_with_one_model(solution, device, size):
    check(solution, device, size, 5)
    check(solution, device, size, 5, bias=True)


@pytest.mark.parametrize("every", [1, 2, 3])
def test_a_single_rank_reports_its_own_error(solution, device, every):
    check(solution, device, 1, every)


def test_the_mean_over_ranks_leaves_its_argument_as_it_is(solution, device):
    def one_rank(rank, dist):
        value = torch.tensor([1.0, -4.0], dtype=torch.float64, device=device) * (rank + 1)
        mean = solution.mean_over_ranks(value, dist)
        return [mean.tolist(), value.tolist()]

    for rank, (mean, value) in enumerate(thread_ranks.run(one_rank, 3)):
        close(mean, [2.0, -8.0], f"the mean over three ranks, on rank {rank}")
        close(value, [1.0 * (rank + 1), -4.0 * (rank + 1)], f"the value of rank {rank} afterwards")


# The documented failure


def test_rank_0_waits_for_ever_and_its_report_has_a_gradient_in_it(broken, device):
    ends, _, reports = run(broken, device, 2, 4)
    equal(ends, ["waits in all_reduce of size 1", "done"], "what each rank does in the end")
    weight = STARTS[0]
    for targets in list(zip(*TARGETS[:2]))[:3]:
        weight -= LR * sum(2 * (weight - target) for target in targets) / 2
    # rank 0 brings its error, and rank 1, in the same call, its gradient
    mixed = ((weight - TARGETS[0][3]) ** 2 + 2 * (weight - TARGETS[1][3])) / 2
    equal(reports[0][0][0], 4, "the step of the only report")
    close(reports[0][0][1], mixed, "the error that rank 0 reports")


def test_with_two_parameters_the_calls_do_not_fit(broken, device):
    def one_rank(rank, dist):
        model = torch.nn.Linear(2, 1, bias=False, dtype=torch.float64, device=device)
        batch = torch.ones(1, 2, dtype=torch.float64, device=device)
        broken.train(model, [(batch, batch[:, :1])] * 2, LR, dist, 2, lambda *_: None)
        return "done"

    wanted = ["waits in all_reduce of size 1", "waits in all_reduce of size 2"]
    equal(thread_ranks.run(one_rank, 2), wanted, "both ranks, in the step that is reported")
