"""How CUDA computes is decided in one place; a late error belongs to the test that caused it."""

import pytest
import torch

from torchkata.judging.worker import environment
from torchkata.system import policy
from torchkata.testing import restore


def test_a_check_computes_the_same_whatever_the_caller_has_set(monkeypatch):
    for name in (*policy.ENVIRONMENT, *policy.DROPPED):
        monkeypatch.setenv(name, "theirs")
    found = environment()
    assert {name: found[name] for name in policy.ENVIRONMENT} == policy.ENVIRONMENT
    assert not set(policy.DROPPED) & set(found)


def test_so_does_a_run_of_pytest(pytester, tree, monkeypatch):
    for name in (*policy.ENVIRONMENT, *policy.DROPPED):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.chdir(tree.root)
    wanted, dropped = policy.ENVIRONMENT, policy.DROPPED
    kata = tree.kata("toy/double")
    kata.test.write_text(
        f"import os\n{kata.test.read_text()}\n\ndef test_the_environment_is_ours(solution, device):\n"
        f"    assert {{n: os.environ[n] for n in {wanted!r}}} == {wanted!r}\n"
        f"    assert not set({dropped!r}) & set(os.environ)\n"
    )
    result = pytester.runpytest_inprocess("-k", "the_environment_is_ours")
    assert result.parseoutcomes().get("failed") is None
    assert result.parseoutcomes()["passed"] >= 1


def test_float32_begins_as_float32(monkeypatch):
    with restore.restored():
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.allow_tf32 = True
        policy.apply()
        assert torch.get_float32_matmul_precision() == "highest"
        assert torch.backends.cudnn.allow_tf32 is False


@pytest.fixture
def late(monkeypatch):
    """A device whose first wait reports an error of a program that has returned long since."""
    waits = []

    def wait():
        waits.append(1)
        if len(waits) == 1:
            raise RuntimeError("CUDA error: device-side assert triggered")

    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "synchronize", wait)
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", list)
    monkeypatch.setattr(torch.cuda, "set_rng_state_all", lambda states: None)
    monkeypatch.setattr(torch.cuda, "manual_seed_all", lambda seed: None)
    return waits


def test_a_late_error_belongs_to_the_test_that_caused_it(pytester, tree, monkeypatch, late):
    monkeypatch.chdir(tree.root)
    result = pytester.runpytest_inprocess("--tb=line", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1, passed=9)
    result.stdout.fnmatch_lines(["*CUDA error: device-side assert triggered*"])
    assert len(late) == 10
