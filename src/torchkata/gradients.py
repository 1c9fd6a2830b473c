"""Gradient correctness: autograd, a closed form and finite differences, side by side.

Autograd computes the derivative of what was written, which need not be what was meant. So every
gradient kata compares it with two witnesses that share no code with it: a formula derived on paper
and central differences. Finite differences do not see `.detach()`: apply them to the exact
objective, or freeze the detached parts as constants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from torchkata import checks

# Relative and absolute tolerances in float64, both measured on a two-state MDP: autograd agrees
# with the closed form to 6e-16, central differences with the step below to 8e-11.
ANALYTIC = (1e-10, 1e-12)
NUMERIC = (1e-6, 1e-9)
# In float32 the same gradients differ from the float64 ones by 1.7e-7.
SINGLE = (1e-5, 1e-7)
# eps**(1/3): where the error of central differences, step**2 + eps/step, is smallest.
STEP = torch.finfo(torch.float64).eps ** (1 / 3)


def central_difference(
    objective: Callable[[torch.Tensor], torch.Tensor | float], at: torch.Tensor, step: float = STEP
) -> torch.Tensor:
    """The gradient of `objective` at `at`, as (J(at + h) - J(at - h)) / 2h, one element at a time.

    objective: maps a float64 tensor of the shape of `at` to a scalar; it is never differentiated
    at:        any shape, float64; unchanged
    step:      h for elements up to 1 in size; larger elements take `step * |element|`
    Returns a float64 tensor of the shape and device of `at`, without a graph.
    Raises TypeError for another dtype: in float32 the best step leaves an error of 4e-5.
    """
    if at.dtype != torch.float64:
        raise TypeError(f"central differences need float64, got {at.dtype}; pass at.double()")
    point = at.detach().reshape(-1)
    slope = torch.zeros_like(point)
    for i in range(point.numel()):
        above, below = point.clone(), point.clone()
        above[i] += step * max(1.0, abs(point[i].item()))
        below[i] -= step * max(1.0, abs(point[i].item()))
        with torch.no_grad():
            rise = float(objective(above.reshape(at.shape))) - float(objective(below.reshape(at.shape)))
        # Divided by the distance that rounding left, not by the one asked for.
        slope[i] = rise / (above[i] - below[i])
    return slope.reshape(at.shape)


def relative_error(got: torch.Tensor | None, expected: torch.Tensor) -> float:
    """|got - expected| / |expected| in the Euclidean norm; |got| itself where `expected` is zero.

    A gradient that is None counts as zeros, which is how a hand-written step treats it.
    Raises ValueError for another shape: nothing broadcasts.
    """
    value = torch.zeros_like(expected) if got is None else got.detach().to(expected)
    if value.shape != expected.shape:
        raise ValueError(f"a gradient of shape {tuple(value.shape)} beside one of {tuple(expected.shape)}")
    size = float(expected.norm())
    return float((value - expected).norm()) / (size if size > 0 else 1.0)


@dataclass(frozen=True)
class GradientReport:
    """One gradient seen three ways; made by `compare`."""

    what: str
    autograd: torch.Tensor | None
    analytic: torch.Tensor
    numeric: torch.Tensor | None

    @property
    def autograd_error(self) -> float:
        return relative_error(self.autograd, self.analytic)

    @property
    def numeric_error(self) -> float | None:
        return None if self.numeric is None else relative_error(self.numeric, self.analytic)

    @property
    def tolerance(self) -> tuple[float, float]:
        """(rtol, atol) of autograd against the closed form, for the dtype that both have."""
        return SINGLE if self.analytic.dtype == torch.float32 else ANALYTIC

    def require(self) -> None:
        """Raise `checks.Mismatch` unless autograd equals the closed form, within tolerance."""
        __tracebackhide__ = True
        rtol, atol = self.tolerance
        checks.close(self.autograd, self.analytic, self.what, rtol=rtol, atol=atol)


def compare(
    autograd: torch.Tensor | None,
    *,
    analytic: torch.Tensor,
    numeric: torch.Tensor | None = None,
    what: str = "gradient",
) -> GradientReport:
    """Set a gradient beside its two witnesses; ask the report to `require()` that they agree.

    autograd: the gradient under test, as found in `.grad` (None where nothing arrived)
    analytic: the closed form, of the same shape and dtype
    numeric:  `central_difference` of the exact objective; it must confirm `analytic`
    Raises `checks.Mismatch` at once when the two witnesses disagree: then the test is wrong, and
    nothing can be said about the gradient.
    """
    __tracebackhide__ = True
    if numeric is not None:
        rtol, atol = NUMERIC
        witness = numeric.to(analytic)
        checks.close(
            witness, analytic, f"{what}: finite differences against the closed form", rtol=rtol, atol=atol
        )
    return GradientReport(what, autograd, analytic.detach(), numeric)
