"""The one comparison that all tests share. What it says when red is what learners read."""

from __future__ import annotations

import dis
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

# (rtol, atol) by dtype, the table of torch.testing.assert_close; whatever is not listed is exact.
TOLERANCES: dict[torch.dtype, tuple[float, float]] = {
    torch.float16: (1e-3, 1e-5),
    torch.bfloat16: (1.6e-2, 1e-5),
    torch.float32: (1.3e-6, 1e-5),
    torch.complex64: (1.3e-6, 1e-5),
    torch.float64: (1e-7, 1e-7),
    torch.complex128: (1e-7, 1e-7),
}
# How many comparisons have come out right in this process. Whoever keeps a test from comparing, or from
# failing, leaves it too low.
MADE = [0]

RAISE, TORCH = dis.opmap["RAISE_VARARGS"], str(Path(torch.__file__).parent)

# Larger tensors are shown by their worst element alone.
SHOWN_ELEMENTS = 12


class Mismatch(AssertionError):
    """A comparison that failed: what was compared, and both values as plain data.

    `expected` and `got` are None, numbers, strings or nested lists and dicts of these; `rtol` and `atol`
    are the tolerances under which another observation counts as the same one.
    """

    def __init__(
        self, what: str, expected: Any, got: Any, detail: str, *, rtol: float = 0.0, atol: float = 0.0
    ) -> None:
        super().__init__(f"{what}: {detail}")
        self.what = what
        self.expected = expected
        self.got = got
        self.rtol = rtol
        self.atol = atol


def close(
    got: object, expected: object, what: str, *, rtol: float | None = None, atol: float | None = None
) -> None:
    """Require that `got` equals `expected` within tolerance; nothing broadcasts, NaN equals nothing.

    got:        a tensor, of the shape and dtype of `expected` (a gradient, None where there is
                none, is accepted and explained); or a number, where `expected` is a number
    expected:   a tensor, on any device; a number, or a nested list of numbers, is read in float64
    what:       the thing compared, in the reader's words: "weight after 2 steps"
    rtol, atol: both or neither; by default those of `torch.testing.assert_close` for the dtype
    Raises `Mismatch`, an AssertionError, whose message names the culprit with both values.
    """
    __tracebackhide__ = True
    if isinstance(expected, torch.Tensor):
        _close_tensors(got, expected.detach(), what, rtol, atol)
    elif isinstance(expected, list | tuple):
        wanted = torch.tensor(expected, dtype=torch.float64)
        if isinstance(got, list | tuple):
            got = _tensor_of(got, wanted, what)
        _close_tensors(got, wanted, what, rtol, atol)
    else:
        _close_numbers(got, expected, what, rtol, atol)
    MADE[0] += 1


def equal(got: object, expected: object, what: str) -> None:
    """Require the same type and exactly the same value: tensors bit by bit, or plain Python data.

    An object of a foreign type is never equal, whatever its `__eq__` answers.
    """
    __tracebackhide__ = True
    if isinstance(expected, torch.Tensor):
        _close_tensors(got, expected.detach(), what, 0.0, 0.0)
    elif type(got) is not type(expected) or not _same(got, expected):
        detail = f"expected {_show(expected)}, got {_show(got)}"
        if type(got) is not type(expected) and _show(expected) == _show(got):
            detail = f"expected {_typed(expected)}, got {_typed(got)}"
        raise Mismatch(what, _plain(expected), _plain(got), detail)
    MADE[0] += 1


@contextmanager
def raises(error: type[BaseException], match: str, what: str) -> Iterator[None]:
    """Require that the block raises `error` with `match` somewhere in its message ("" for any message).

    A program that raises it by a `raise` of its own may say it in other words: no docstring promises any.
    What a message has to name, an index or a shape, it has to name all the same: a `match` with a digit.

    what: the situation, in the reader's words: "the second epoch". An exception of another kind
    goes through as it is, so that the reader sees their own error.
    """
    __tracebackhide__ = True
    wanted = f"{error.__name__} saying {match!r}" if match else error.__name__
    try:
        yield
    except error as caught:
        if match not in str(caught) and (re.search(r"\d", match) or not _is_raised(caught)):
            got = f"{type(caught).__name__}: {caught}"
            raise Mismatch(what, match, got, f"expected {wanted}, got {got}") from caught
        MADE[0] += 1
    else:
        raise Mismatch(what, error.__name__, None, f"expected {wanted}, but nothing was raised")


def _is_raised(caught: BaseException) -> bool:
    """Whether a program's own `raise` is where it comes from, and no operation that fails, or torch."""
    trace = caught.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code
    return code.co_code[trace.tb_lasti] == RAISE and not code.co_filename.startswith(TORCH)


def _close_tensors(
    got: object, expected: torch.Tensor, what: str, rtol: float | None, atol: float | None
) -> None:
    __tracebackhide__ = True
    if type(got) not in (torch.Tensor, torch.nn.Parameter):
        advice = "" if got is not None else " (no gradient reached it, or nothing was returned)"
        kind = "None" if got is None else f"{_article(type(got).__name__)} {_show(got)}"
        detail = f"expected a tensor of shape {tuple(expected.shape)}, got {kind}{advice}"
        raise Mismatch(what, _plain(expected), _plain(got), detail)
    assert isinstance(got, torch.Tensor)
    if got.shape != expected.shape:
        detail = f"expected shape {tuple(expected.shape)}, got shape {tuple(got.shape)}"
        raise Mismatch(what, _plain(expected), _plain(got), detail)
    if got.dtype != expected.dtype:
        detail = f"expected dtype {expected.dtype}, got {got.dtype}"
        raise Mismatch(what, str(expected.dtype), str(got.dtype), detail)
    if got.layout != torch.strided or got.is_meta:
        kind = "without values (device meta)" if got.is_meta else f"of layout {got.layout}"
        raise Mismatch(what, _plain(expected), kind, f"expected a tensor of values, got one {kind}")

    default = TOLERANCES.get(expected.dtype, (0.0, 0.0))
    rtol, atol = default[0] if rtol is None else rtol, default[1] if atol is None else atol
    # By torch's own function: a tensor may carry a `detach` of the program's making.
    value, wanted = torch.Tensor.detach(got).cpu(), expected.cpu()
    wrong = ~torch.isclose(value, wanted, rtol=rtol, atol=atol)
    if wrong.any():
        detail = _worst(value, wanted, wrong)
        if got.grad_fn is not None:
            detail += f"\n  (it still carries its graph: {got.grad_fn.name()})"
        raise Mismatch(what, _plain(wanted), _plain(value), detail, rtol=rtol, atol=atol)


def _close_numbers(got: object, expected: object, what: str, rtol: float | None, atol: float | None) -> None:
    __tracebackhide__ = True
    default = (1e-7, 1e-7)
    rtol, atol = default[0] if rtol is None else rtol, default[1] if atol is None else atol
    if type(got) not in (int, float) or not isinstance(expected, int | float):
        detail = f"expected the number {expected!r}, got {_article(type(got).__name__)}: {_show(got)}"
        raise Mismatch(what, _plain(expected), _plain(got), detail)
    assert isinstance(got, int | float)
    # Beside an infinite `expected`, every number would be within the relative tolerance.
    same = got == expected or (math.isfinite(expected) and abs(got - expected) <= atol + rtol * abs(expected))
    if not same:
        detail = f"expected {expected!r}, got {_show(got) if type(got) is int else repr(got)}"
        raise Mismatch(what, expected, _plain(got), detail, rtol=rtol, atol=atol)


def _tensor_of(values: object, like: torch.Tensor, what: str) -> torch.Tensor:
    """A list of Python numbers as a tensor; anything else in it is the reader's mistake."""
    __tracebackhide__ = True
    odd = [value for value in _flat(values) if type(value) not in (int, float)]
    if odd:
        cure = " (make it one: float(x) or x.item())" if hasattr(odd[0], "item") else ""
        kind = _article(type(odd[0]).__name__)
        detail = f"expected Python numbers, got {kind} among them: {_show(odd[0])}{cure}"
        raise Mismatch(what, _plain(like), _plain(values), detail)
    try:
        return torch.tensor(values, dtype=torch.float64)
    except (ValueError, TypeError, OverflowError):
        detail = f"expected shape {tuple(like.shape)}, got lists that make no tensor: {_show(values)}"
        raise Mismatch(what, _plain(like), _plain(values), detail) from None


def _flat(values: object) -> Iterator[object]:
    if isinstance(values, list | tuple):
        for value in values:
            yield from _flat(value)
    else:
        yield values


def _worst(got: torch.Tensor, expected: torch.Tensor, wrong: torch.Tensor) -> str:
    """Which element is off by how much, and the whole of both where they are small."""
    # In a dtype in which nothing wraps around and bool can be subtracted.
    wide = torch.complex128 if got.is_complex() else torch.float64
    distance = (got.to(wide) - expected.to(wide)).abs()
    # A NaN is as wrong as can be, and a comparison with it would hide it.
    distance = torch.nan_to_num(distance, nan=math.inf, posinf=math.inf).masked_fill(~wrong, -1.0)
    place = int(distance.reshape(-1).argmax())
    index = [int(i) for i in torch.unravel_index(torch.tensor(place), got.shape)]
    got_there, expected_there = got.reshape(-1)[place].item(), expected.reshape(-1)[place].item()
    off = "" if math.isinf(float(distance.max())) else f", off by {float(distance.max()):.6g}"
    if got.ndim == 0:
        return f"expected {_number(expected_there)}, got {_number(got_there)}{off}"
    lines = f"element {index} should be {_number(expected_there)}, got {_number(got_there)}{off}"
    if got.numel() <= SHOWN_ELEMENTS:
        lines += f"\n  expected {_show(expected)}\n  got      {_show(got)}"
    else:
        lines += f" ({int(wrong.sum())} of {got.numel()} elements are wrong)"
    return lines


def _same(got: object, expected: object) -> bool:
    """Equality of plain data, asked of `expected`'s own type all the way down."""
    if isinstance(expected, list | tuple):
        assert isinstance(got, list | tuple)
        return len(got) == len(expected) and all(
            type(g) is type(e) and _same(g, e) for g, e in zip(got, expected, strict=True)
        )
    if isinstance(expected, dict):
        assert isinstance(got, dict)
        return got.keys() == expected.keys() and all(
            type(got[key]) is type(value) and _same(got[key], value) for key, value in expected.items()
        )
    if isinstance(expected, torch.Tensor):
        assert isinstance(got, torch.Tensor)
        return got.dtype == expected.dtype and torch.equal(got, expected)
    return bool(expected == got)


def _plain(value: object) -> Any:
    """`value` as data that survives JSON; a foreign object is represented by its type alone."""
    if type(value) in (torch.Tensor, torch.nn.Parameter):
        assert isinstance(value, torch.Tensor)
        value = torch.Tensor.detach(value)  # without what the program may have hung on it
        if value.is_meta or value.layout != torch.strided or value.numel() > 4096:
            return f"tensor of shape {tuple(value.shape)}"
        return value.cpu().tolist() if not value.is_complex() else str(value.tolist())
    if type(value) is int and value.bit_length() > 1024:  # Python refuses to write out thousands of digits
        return f"<an integer of {value.bit_length()} bits>"
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if type(value) in (torch.dtype, torch.device):
        return f"<{value}>"
    return f"<{type(value).__name__}>"


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _show(value: object) -> str:
    plain = _plain(value)
    if isinstance(plain, list):
        text = "[" + ", ".join(_show(item) for item in plain) + "]"
    elif isinstance(plain, dict):
        text = "{" + ", ".join(f"{key}: {_show(item)}" for key, item in plain.items()) + "}"
    elif isinstance(plain, str):
        text = plain if plain.startswith("<") else repr(plain)
    else:
        text = _number(plain)
    return text if len(text) <= 300 else text[:297] + "..."


def _typed(value: object) -> str:
    return f"{_article(type(value).__name__)} {_show(value)}"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0].lower() in "aeiou" else f"a {noun}"
