"""The stand-in device, started: torch's lazy tensors, less the quirks that no accelerator has.

Imported by nobody but `devices`, and only when somebody asks for the stand-in.
"""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch._lazy import ts_backend
from torch.optim.optimizer import register_optimizer_step_post_hook

_torch: Any = torch  # less than half of what is used here has annotations
LIBRARY = _torch.library.Library("aten", "IMPL")  # as long as it lives, so long do its kernels
_reduce = _torch.Tensor._reduce_ex_internal


def start() -> None:
    """Once in a process. Raises whatever a torch without the backend raises."""
    _keep_no_graphs()
    ts_backend.init()  # type: ignore[no-untyped-call]
    torch.ones(1, device="lazy").item()
    # The backend's own views of several parts are tensors that its other operations refuse.
    LIBRARY.impl("split.Tensor", _split, "AutogradLazy")
    LIBRARY.impl("split_with_sizes", _split_with_sizes, "AutogradLazy")
    LIBRARY.impl("unbind.int", _unbind, "AutogradLazy")
    # Its own backward of these gives float64 for float32.
    LIBRARY.impl("log_softmax.int", _log_softmax, "AutogradLazy")
    LIBRARY.impl("softmax.int", _softmax, "AutogradLazy")
    # Its own batch norm leaves the running statistics as they are, or reads memory that isn't its own.
    LIBRARY.impl("batch_norm", _batch_norm, "AutogradLazy")
    # Its own random numbers are drawn when it computes them, which may be after the next seed.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has kernels of its own for these, and that is why
        for name in ("normal_", "uniform_", "bernoulli_.float"):
            LIBRARY.impl(name, _drawn(name.partition(".")[0]), "Lazy")
        # What the three become where a tensor was made on the device at once.
        for name, place in {
            "uniform": "uniform_",
            "normal_functional": "normal_",
            "bernoulli.p": "bernoulli_",
        }.items():
            LIBRARY.impl(name, _drawn_anew(place), "Lazy")
    LIBRARY.impl("native_dropout", _dropout, "AutogradLazy")
    # It computes nothing until somebody looks, and a hundred steps make a graph that takes it minutes.
    register_optimizer_step_post_hook(lambda *_: _torch._lazy.mark_step())
    # What torch asks of every accelerator by its name: `torch.utils.checkpoint` puts random numbers back.
    if not hasattr(torch, "lazy"):
        _torch._register_device_module("lazy", _module())
    # It has no storage to be saved, so it's saved as the tensors of other devices without one are.
    _torch.Tensor._reduce_ex_internal = _saved


def _keep_no_graphs() -> None:
    """It takes graphs of other shapes or dtypes for the same, and runs what it has compiled for another one:
    wrong numbers, without a word. With room for none, none is mistaken."""
    library = ctypes.CDLL(str(next(Path(torch.__file__).parent.glob("lib/libtorch_cpu.*"))))
    try:
        ctypes.c_int.in_dll(library, "FLAGS_torch_lazy_compilation_cache_size").value = 0
    except ValueError:
        raise RuntimeError("its cache of graphs, which mistakes them, can't be switched off") from None


def _module() -> ModuleType:
    """`torch.lazy`, as there is `torch.cuda`: one device, whose random numbers are the CPU's."""
    made: Any = ModuleType("torch.lazy")
    made._initialized = True
    made.is_available = lambda: True
    made.is_initialized = lambda: True
    made.device_count = lambda: 1
    made.current_device = lambda: 0
    made.device = lambda index: nullcontext()
    made.get_rng_state = lambda device=None: torch.get_rng_state()
    made.set_rng_state = lambda state, device=None: torch.set_rng_state(state)
    made.get_amp_supported_dtype = lambda: [torch.float16, torch.bfloat16]
    made.synchronize = lambda device=None: None
    return made  # type: ignore[no-any-return]


def _drawn(name: str) -> Callable[..., Tensor]:
    def draw(self: Tensor, *how: float, generator: torch.Generator | None = None) -> Tensor:
        values = torch.empty(self.shape, dtype=self.dtype)
        return self.copy_(getattr(values, name)(*how, generator=generator))

    return draw


def _drawn_anew(name: str) -> Callable[..., Tensor]:
    def draw(self: Tensor, *how: float, generator: torch.Generator | None = None) -> Tensor:
        values = torch.empty(self.shape, dtype=self.dtype)
        return getattr(values, name)(*how, generator=generator).to(self.device)  # type: ignore[no-any-return]

    return draw


def _dropout(self: Tensor, p: float, train: bool | None) -> tuple[Tensor, Tensor]:
    kept = torch.ones(self.shape, dtype=self.dtype)
    if train is False:
        return self.clone(), kept.bool().to(self.device)
    kept = kept.bernoulli_(1 - p).to(self.device)
    return self * kept * (0.0 if p == 1 else 1 / (1 - p)), kept.bool()


def _split(self: Tensor, size: int, dim: int = 0) -> list[Tensor]:
    whole = self.shape[dim]
    return [self.narrow(dim, at, min(size, whole - at)) for at in range(0, max(whole, 1), max(size, 1))]


def _split_with_sizes(self: Tensor, sizes: Sequence[int], dim: int = 0) -> list[Tensor]:
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    return [self.narrow(dim, at, size) for at, size in zip(starts, sizes)]


def _unbind(self: Tensor, dim: int = 0) -> list[Tensor]:
    return [self.select(dim, at) for at in range(self.shape[dim])]


def _log_softmax(self: Tensor, dim: int, dtype: torch.dtype | None = None) -> Tensor:
    shifted, total, wanted = _powers(self, dim, dtype)
    return (shifted - total.log()).to(wanted)


def _softmax(self: Tensor, dim: int, dtype: torch.dtype | None = None) -> Tensor:
    shifted, total, wanted = _powers(self, dim, dtype)
    return (shifted.exp() / total).to(wanted)


def _powers(self: Tensor, dim: int, dtype: torch.dtype | None) -> tuple[Tensor, Tensor, torch.dtype]:
    """Exponents, the sum of their powers and the result's dtype; in float32 at least, as accelerators do."""
    wanted = dtype or self.dtype
    wide = self.to(torch.float32 if wanted in (torch.float16, torch.bfloat16) else wanted)
    shifted = wide - wide.amax(dim, keepdim=True).detach()
    return shifted, shifted.exp().sum(dim, keepdim=True), wanted


def _batch_norm(
    values: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
    _: bool,
) -> Tensor:
    """As the documentation of `torch.nn.BatchNorm1d` writes it out."""
    others = [dim for dim in range(values.dim()) if dim != 1]
    shape = [1, -1, *[1] * (values.dim() - 2)]
    if training or running_mean is None or running_var is None:
        mean, var = values.mean(others), values.var(others, correction=0)
        if training and running_mean is not None and running_var is not None:
            with torch.no_grad():
                running_mean.mul_(1 - momentum).add_(momentum * mean)
                running_var.mul_(1 - momentum).add_(momentum * values.var(others))
    else:
        mean, var = running_mean, running_var
    out = (values - mean.reshape(shape)) / torch.sqrt(var.reshape(shape) + eps)
    out = out if weight is None else out * weight.reshape(shape)
    return out if bias is None else out + bias.reshape(shape)


def _saved(self: Tensor, protocol: int) -> Any:
    if self.device.type != "lazy":
        return _reduce(self, protocol)
    arguments = self.detach().cpu(), self.dtype, "lazy", self.requires_grad
    return _torch._utils._rebuild_device_tensor_from_cpu_tensor, arguments
