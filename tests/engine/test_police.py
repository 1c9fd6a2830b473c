"""After a kata's test the process is as it was before, whatever the program did to it."""

import os
import random
import shutil
import warnings
from contextlib import suppress

import numpy
import pytest
import torch
import torch.distributed
from torch.nn.modules import module as nn_module
from torch.optim.optimizer import register_optimizer_step_pre_hook

from torchkata.testing import restore
from torchkata.testing.restore import restored

BACKENDS = torch.backends


def setter(owner, name, value):
    return lambda: setattr(owner, name, value)


def reader(owner, name):
    return lambda: getattr(owner, name)


def flag(owner, name):
    """Read a flag, and turn it over."""
    return reader(owner, name), lambda: setattr(owner, name, not getattr(owner, name))


def precision(owner):
    """The new door to TF32, which each backend and each operation has."""
    return reader(owner, "fp32_precision"), lambda: setattr(
        owner, "fp32_precision", "ieee" if owner.fp32_precision == "tf32" else "tf32"
    )


def hooks():
    """Everything that is called for every module or optimizer."""
    return [dict(each) for each in restore.GLOBAL_HOOKS], nn_module._global_is_full_backward_hook


def nothing(*_):
    """A hook."""


# what → how to read it, and how a program breaks it
STATE = {
    "default dtype": (torch.get_default_dtype, lambda: torch.set_default_dtype(torch.float64)),
    "default device": (torch.get_default_device, lambda: torch.set_default_device("meta")),
    "grad mode": (torch.is_grad_enabled, lambda: torch.set_grad_enabled(False)),
    "anomaly mode": (torch.is_anomaly_enabled, lambda: torch.autograd.set_detect_anomaly(True)),
    "anomaly's search for nan": (
        torch.is_anomaly_check_nan_enabled,
        lambda: torch.autograd.set_detect_anomaly(False, check_nan=False),
    ),
    "repeated warnings": (torch.is_warn_always_enabled, lambda: torch.set_warn_always(True)),
    "deterministic algorithms": (
        torch.are_deterministic_algorithms_enabled,
        lambda: torch.use_deterministic_algorithms(True),
    ),
    "deterministic algorithms, warnings only": (
        torch.is_deterministic_algorithms_warn_only_enabled,
        lambda: torch.use_deterministic_algorithms(True, warn_only=True),
    ),
    "matmul precision": (
        torch.get_float32_matmul_precision,
        lambda: torch.set_float32_matmul_precision("medium"),
    ),
    "TF32 of products": flag(BACKENDS.cuda.matmul, "allow_tf32"),
    "TF32 of convolutions": flag(BACKENDS.cudnn, "allow_tf32"),
    "cuDNN": flag(BACKENDS.cudnn, "enabled"),
    "cuDNN's benchmarks": flag(BACKENDS.cudnn, "benchmark"),
    "cuDNN's determinism": flag(BACKENDS.cudnn, "deterministic"),
    "threads": (torch.get_num_threads, lambda: torch.set_num_threads(torch.get_num_threads() + 1)),
    "torch's generator": (lambda: torch.get_rng_state().tolist(), lambda: torch.manual_seed(12345)),
    "Python's generator": (random.getstate, lambda: random.seed(12345)),
    "numpy's generator": (lambda: str(numpy.random.get_state()), lambda: numpy.random.seed(12345)),
    "module hooks": (hooks, lambda: nn_module.register_module_forward_hook(nothing)),
    "module hooks, always called": (
        hooks,
        lambda: nn_module.register_module_forward_hook(nothing, always_call=True),
    ),
    "module hooks before": (hooks, lambda: nn_module.register_module_forward_pre_hook(nothing)),
    "module hooks backward": (hooks, lambda: nn_module.register_module_full_backward_hook(nothing)),
    "parameter hooks": (hooks, lambda: nn_module.register_module_parameter_registration_hook(nothing)),
    "optimizer hooks": (hooks, lambda: register_optimizer_step_pre_hook(nothing)),
    "process group": (
        torch.distributed.is_initialized,
        lambda: torch.distributed.init_process_group(
            "gloo", store=torch.distributed.HashStore(), rank=0, world_size=1
        ),
    ),
    "a new variable": (lambda: dict(os.environ), lambda: os.environ.update(TORCHKATA_NEW="1")),
    "a lost variable": (lambda: dict(os.environ), lambda: os.environ.pop("PATH")),
    "another variable": (lambda: dict(os.environ), lambda: os.environ.update(PATH="/nowhere")),
    "warning filters": (lambda: warnings.filters[:], lambda: warnings.simplefilter("ignore")),
    "working directory": (os.getcwd, lambda: os.chdir("/")),
}
if hasattr(BACKENDS, "fp32_precision"):  # torch 2.9 and later
    STATE |= {
        "float32 precision": precision(BACKENDS),
        "float32 precision of products": precision(BACKENDS.cuda.matmul),
        "float32 precision of convolutions": precision(BACKENDS.cudnn.conv),
        "float32 precision of recurrences": precision(BACKENDS.cudnn.rnn),
        "bfloat16 products on the CPU": (
            reader(BACKENDS.mkldnn.matmul, "fp32_precision"),
            setter(BACKENDS.mkldnn.matmul, "fp32_precision", "bf16"),
        ),
    }


def everything():
    return {what: read() for what, (read, _) in STATE.items()}


@pytest.mark.parametrize("what", STATE)
def test_state_is_put_back(what):
    read, spoil = STATE[what]
    before = everything()
    with restored():
        spoil()
        assert read() != before[what], "this would show nothing"
    after = everything()
    assert {name for name in STATE if after[name] != before[name]} == set()


@restored()
def failing_program():
    """Spoils what it can, and raises."""
    for _, spoil in STATE.values():
        with suppress(RuntimeError):  # the old door to TF32 does not open once the new one was used
            spoil()
    raise KeyError("the program's own")


def test_state_is_put_back_after_a_failure_too():
    before = everything()
    with pytest.raises(KeyError, match="the program's own"):
        failing_program()
    assert everything() == before


def test_a_folder_that_is_gone_does_not_keep_the_rest_from_being_put_back(tmp_path):
    before = everything()
    with restored():
        os.chdir(tmp_path)
        shutil.rmtree(tmp_path)
        os.environ["TORCHKATA_NEW"] = "1"
        torch.set_default_dtype(torch.float64)
    assert everything() == before


def test_what_cannot_be_put_back_is_said_and_the_rest_is_put_back(monkeypatch):
    def stuck():
        raise OSError("stuck")

    monkeypatch.setattr(restore, "_hooks", lambda: iter([stuck]))
    before = everything()
    program = restored()(lambda: [os.chdir("/"), torch.set_grad_enabled(False)])
    with pytest.raises(OSError, match="stuck"):
        program()
    assert everything() == before


def test_a_default_device_leaves_no_mode_behind():
    """Setting one back to the CPU would: a mode that every call passes through, from then on."""
    modes = torch._C._len_torch_function_stack()
    with restored():
        torch.set_default_device("meta")
        assert torch._C._len_torch_function_stack() == modes + 1
    assert torch._C._len_torch_function_stack() == modes


@pytest.mark.parametrize("kept", ["high", "medium"])
def test_a_precision_that_somebody_chose_before_is_put_back(kept):
    with restored():
        torch.set_float32_matmul_precision(kept)
        with restored():
            torch.set_float32_matmul_precision("highest")
        assert torch.get_float32_matmul_precision() == kept


def test_inside_every_warning_of_torch_is_given_each_time():
    with restored():
        assert torch.is_warn_always_enabled()


def test_the_next_test_sees_nothing_of_the_last(pytester, tree, monkeypatch):
    """The fixture that applies all this, in the miniature tree: also after a test that fails."""
    kata = tree.kata("toy/double")
    kata.test.write_text("""
import os
import pytest
import torch


@pytest.mark.parametrize("time", [1, 2])
def test_it_finds_everything_in_place(broken, time):
    found = [torch.get_default_dtype(), torch.is_grad_enabled(), "TORCHKATA_NEW" in os.environ]
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    os.environ["TORCHKATA_NEW"] = "1"
    assert found != [torch.float32, True, False], "all is in place"
""")
    monkeypatch.chdir(tree.root)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["E * AssertionError: all is in place"] * 2)
