"""The one comparison: it names the culprit with both values, and nothing passes for what it is not."""

import json
import math

import pytest
import torch

from torchkata.checks import TOLERANCES, Mismatch, close, equal, raises


class EqualsEverything:
    """What a program may return to pass a careless comparison."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("a")


class Sly(torch.Tensor):
    """A tensor that lies about its values wherever it is asked."""

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return torch.tensor(True)

    def tolist(self):
        return object()


def floats(*values, **how):
    return torch.tensor(values, dtype=torch.float64, **how)


def refused(compare, *values, **tolerances) -> Mismatch:
    """The mismatch that this comparison raises; whatever it carries must survive JSON."""
    with pytest.raises(Mismatch) as caught:
        compare(*values, "weight after 2 steps", **tolerances)
    found = caught.value
    assert found.what == "weight after 2 steps"
    assert str(found).startswith("weight after 2 steps: ")
    json.dumps([found.expected, found.got, found.rtol, found.atol])
    return found


# Tensors that agree


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (floats(1.0, 2.0), floats(1.0, 2.0)),
        (floats(1.0, 2.0), [1.0, 2.0]),
        ([1, 2.0], [1.0, 2]),
        ((1.0, 2.0), [1.0, 2.0]),
        (floats(), []),
        (floats(math.inf, -math.inf), [math.inf, -math.inf]),
        (floats(1.0, requires_grad=True) * 2, floats(2.0)),
        (torch.nn.Parameter(floats(1.0)), floats(1.0)),
        (floats(1.0), floats(1.0, requires_grad=True)),
        (torch.tensor([True, False]), torch.tensor([True, False])),
        (torch.tensor([1 + 2j]), torch.tensor([1 + 2j])),
        (torch.tensor([[3]]), torch.tensor([[3]])),
        (floats(1.0, 2.0)[::2], floats(1.0)),
    ],
    ids=str,
)
def test_what_is_the_same_passes(got, expected):
    close(got, expected, "the same")


# Tensors that do not: the message


def test_a_small_tensor_is_shown_whole_with_its_worst_element():
    found = refused(close, floats(1.0, 2.5, 4.0), [1.0, 2.0, 3.0])
    assert str(found) == (
        "weight after 2 steps: element [2] should be 3, got 4, off by 1\n"
        "  expected [1, 2, 3]\n"
        "  got      [1, 2.5, 4]"
    )
    assert (found.expected, found.got) == ([1.0, 2.0, 3.0], [1.0, 2.5, 4.0])


def test_an_element_of_a_matrix_is_named_by_its_row_and_column():
    assert "element [1, 0] should be 3, got 5, off by 2" in str(
        refused(close, floats([1.0, 2.0], [5.0, 4.0]), [[1.0, 2.0], [3.0, 4.0]])
    )


def test_a_scalar_tensor_has_no_element_to_name():
    found = refused(close, torch.tensor(2.5, dtype=torch.float64), torch.tensor(2.0, dtype=torch.float64))
    assert str(found) == "weight after 2 steps: expected 2, got 2.5, off by 0.5"


def test_a_large_tensor_is_shown_by_its_worst_element_alone():
    got = torch.zeros(100, dtype=torch.float64)
    got[41:43] = floats(0.5, 7.0)
    found = refused(close, got, torch.zeros(100, dtype=torch.float64))
    assert str(found).endswith("element [42] should be 0, got 7, off by 7 (2 of 100 elements are wrong)")
    assert found.got == got.tolist()


def test_a_huge_tensor_is_carried_by_its_shape():
    assert refused(close, torch.ones(5000), torch.zeros(5000)).got == "tensor of shape (5000,)"


def test_none_is_explained():
    found = refused(close, None, [1.0])
    assert "expected a tensor of shape (1,), got None (no gradient reached it" in str(found)
    assert found.got is None


def test_another_type_is_named_with_its_value():
    assert "expected a tensor of shape (1,), got a list [1]" in str(refused(close, [1.0], floats(1.0)))
    assert "expected a tensor of shape (1,), got a str '1'" in str(refused(close, "1", floats(1.0)))
    assert "got an int 1" in str(refused(close, 1, floats(1.0)))
    assert "got a ndarray <ndarray>" in str(refused(close, floats(1.0).numpy(), floats(1.0)))


def test_another_shape_is_named():
    found = refused(close, floats([1.0]), [1.0])
    assert str(found).endswith("expected shape (1,), got shape (1, 1)")
    assert found.got == [[1.0]]


@pytest.mark.parametrize(("got", "expected"), [((), (3,)), ((1,), (3,)), ((3,), (1, 3)), ((0,), (1,))])
def test_nothing_broadcasts(got, expected):
    ones = torch.ones(expected, dtype=torch.float64)
    said = str(refused(close, torch.ones(got, dtype=torch.float64), ones))
    assert said.endswith(f"expected shape {expected}, got shape {got}")


def test_another_dtype_is_named():
    found = refused(close, torch.tensor([1.0]), [1.0])
    assert str(found).endswith("expected dtype torch.float64, got torch.float32")
    assert (found.expected, found.got) == ("torch.float64", "torch.float32")


@pytest.mark.parametrize("values", [(math.nan, 3.0), (3.0, math.nan), (math.nan, math.nan)])
def test_nan_equals_nothing_and_is_the_worst(values):
    got, expected = (floats(0.0, value) for value in values)
    said = str(refused(close, got, expected))
    assert f"element [1] should be {values[1]:g}, got {values[0]:g}\n" in said


def test_infinity_is_not_near_anything():
    assert "should be 1, got inf\n" in str(refused(close, floats(math.inf), [1.0]))
    assert "should be inf, got 1\n" in str(refused(close, floats(1.0), [math.inf]))
    assert "should be inf, got -inf\n" in str(refused(close, floats(-math.inf), [math.inf]))


def test_a_tensor_that_carries_its_graph_is_told_so():
    assert "it still carries its graph: MulBackward0" in str(
        refused(close, floats(1.0, requires_grad=True) * 2, [1.0])
    )
    assert "graph" not in str(refused(close, floats(2.0, requires_grad=True), [1.0]))


def test_a_list_of_tensors_is_no_list_of_numbers():
    found = refused(close, [floats(1.0)[0], floats(2.0)[0]], [1.0, 2.0])
    assert "expected Python numbers, got a Tensor among them: 1" in str(found)
    assert found.got == [1.0, 2.0]


def test_a_list_of_anything_else_names_the_odd_one():
    assert "got a NoneType among them: None" in str(refused(close, [1.0, None], [1.0, 2.0]))
    assert "got a bool among them: True" in str(refused(close, [True], [1.0]))
    assert "got an EqualsEverything among them" in str(refused(close, [EqualsEverything()], [1.0]))


@pytest.mark.parametrize("got", [[[1.0], [2.0, 3.0]], [1.0, [2.0]], [10**400]])
def test_lists_that_make_no_tensor_are_shown(got):
    assert "expected shape (2,), got lists that make no tensor: [" in str(refused(close, got, [1.0, 2.0]))


def test_integers_and_booleans_are_off_by_what_they_are_off():
    wrapped = torch.tensor([0, 5], dtype=torch.uint8), torch.tensor([1, 5], dtype=torch.uint8)
    assert "element [0] should be 1, got 0, off by 1\n" in str(refused(close, *wrapped))
    masks = torch.tensor([True, True]), torch.tensor([True, False])
    found = refused(close, *masks)
    assert "element [1] should be False, got True, off by 1\n" in str(found)
    assert found.got == [True, True]


def test_the_wrong_element_is_named_where_the_difference_rounds_to_nothing():
    huge = 2**60
    said = str(refused(close, torch.tensor([huge, huge + 1]), torch.tensor([huge, huge])))
    assert f"element [1] should be {huge}, got {huge + 1}" in said


def test_complex_numbers_are_compared_and_shown():
    assert "should be (1+2j), got (1+5j), off by 3" in str(
        refused(close, torch.tensor([1 + 5j]), torch.tensor([1 + 2j]))
    )


def test_tensors_without_values_of_their_own_are_told_apart():
    assert "got one without values (device meta)" in str(
        refused(close, torch.ones(1, device="meta"), torch.ones(1))
    )
    assert "got one of layout torch.sparse_coo" in str(
        refused(close, torch.ones(1).to_sparse(), torch.ones(1))
    )


# Objects made to pass


@pytest.mark.parametrize("compare", [close, equal])
@pytest.mark.parametrize("expected", [floats(1.0), [1.0], 1.0], ids=["tensor", "list", "number"])
def test_an_object_that_equals_everything_equals_nothing_here(compare, expected):
    found = refused(compare, EqualsEverything(), expected)
    assert found.got == "<EqualsEverything>"


@pytest.mark.parametrize("compare", [close, equal])
def test_a_tensor_subclass_is_no_tensor_here(compare):
    found = refused(compare, floats(1.0).as_subclass(Sly), floats(1.0))
    assert "expected a tensor of shape (1,), got a Sly <Sly>" in str(found)
    assert found.got == "<Sly>"


@pytest.mark.parametrize("number", [type("Int", (int,), {"__eq__": EqualsEverything.__eq__})(7), True])
def test_a_number_of_a_type_of_its_own_is_no_number_here(number):
    assert "expected the number 1.0, got a" in str(refused(close, number, 1.0))


# Tolerances


@pytest.mark.parametrize("dtype", TOLERANCES, ids=str)
def test_the_tolerance_is_that_of_torch_for_the_dtype(dtype):
    rtol, atol = TOLERANCES[dtype]
    zero, large = torch.zeros(1, dtype=dtype), torch.full((1,), 1000.0, dtype=dtype)
    for inside, expected in ((zero + atol / 2, zero), (large * (1 + rtol / 2), large)):
        torch.testing.assert_close(inside, expected)
        close(inside, expected, "within tolerance")
    for outside, expected in ((zero + 2 * atol, zero), (large * (1 + 2 * rtol), large)):
        with pytest.raises(AssertionError):
            torch.testing.assert_close(outside, expected)
        found = refused(close, outside, expected)
        assert (found.rtol, found.atol) == (rtol, atol)


def test_integers_have_no_tolerance():
    found = refused(close, torch.tensor([10**9 + 1]), torch.tensor([10**9]))
    assert (found.rtol, found.atol) == (0.0, 0.0)


def test_a_tolerance_can_be_asked_for():
    close(floats(1.01), [1.0], "loose", rtol=0.1, atol=0.0)
    close(1.01, 1.0, "loose", rtol=0.0, atol=0.1)
    found = refused(close, floats(1.01), [1.0], rtol=1e-3, atol=0.0)
    assert (found.rtol, found.atol) == (1e-3, 0.0)


# Numbers


@pytest.mark.parametrize(
    ("got", "expected"),
    [(1.0, 1), (1, 1.0), (1.0 + 1e-8, 1.0), (0, 0.0), (math.inf, math.inf), (-1e300, -1e300)],
)
def test_the_same_number_passes(got, expected):
    close(got, expected, "the same")


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1.0 + 1e-6, 1.0),
        (math.nan, math.nan),
        (math.nan, 1.0),
        (1.0, math.nan),
        (1.0, math.inf),  # which every number would be near, relatively
        (math.inf, 1.0),
        (-math.inf, math.inf),
    ],
)
def test_another_number_is_shown_beside_the_expected_one(got, expected):
    found = refused(close, got, expected)
    assert str(found).endswith(f": expected {expected!r}, got {got!r}")
    assert (found.rtol, found.atol) == (1e-7, 1e-7)


def test_what_is_no_number_is_named_by_its_type():
    assert "expected the number 2.0, got a Tensor: 2" in str(
        refused(close, torch.tensor(2.0, dtype=torch.float64), 2.0)
    )
    assert "expected the number 2.0, got a NoneType: None" in str(refused(close, None, 2.0))
    assert "expected the number 2.0, got a str: '2.0'" in str(refused(close, "2.0", 2.0))
    assert "expected the number 2.0, got a complex: <complex>" in str(refused(close, 2 + 0j, 2.0))


# Exact equality


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "text",
        [],
        [1, 2.5, "a", None],
        (1, (2, [3])),
        {"a": [1], "b": {"c": None}},
        floats(1.0),
        [floats(1.0)],
    ],
)
def test_the_same_data_is_equal(value):
    equal(value, value, "the same")


@pytest.mark.parametrize(
    ("got", "expected", "said"),
    [
        (None, False, "expected False, got None"),
        (1, True, "expected True, got 1"),
        (1.0, 1, "expected an int 1, got a float 1"),
        ([1.0], [1], "expected [1], got [1]"),
        ((1,), [1], "expected a list [1], got a tuple [1]"),
        (torch.float32, torch.float64, "expected <torch.float64>, got <torch.float32>"),
        ([1, 2], [1], "expected [1], got [1, 2]"),
        ("a", "b", "expected 'b', got 'a'"),
        ([[1], [2]], [[1], [3]], "expected [[1], [3]], got [[1], [2]]"),
        ({"a": 1}, {"a": 2}, "expected {a: 2}, got {a: 1}"),
        ({"a": 1}, {"b": 1}, "expected {b: 1}, got {a: 1}"),
        ({"a": EqualsEverything()}, {"a": 1}, "expected {a: 1}, got {a: <EqualsEverything>}"),
        ([EqualsEverything()], [1], "expected [1], got [<EqualsEverything>]"),
        (math.nan, math.nan, "expected nan, got nan"),
        ([floats(1.0, 2.0)], [floats(1.0, 3.0)], "expected [[1, 3]], got [[1, 2]]"),
        (floats(1.0 + 1e-15), floats(1.0), "element [0] should be 1, got 1, off by 1.11022e-15"),
    ],
)
def test_other_data_is_not_equal_and_both_are_shown(got, expected, said):
    assert said in str(refused(equal, got, expected))


def test_a_long_value_is_cut_in_the_message():
    assert len(str(refused(equal, "a" * 10_000, "b"))) < 400


# Exceptions


def test_the_documented_exception_passes():
    with raises(ValueError, "no samples", "an empty batch"):
        raise ValueError("there are no samples here")


def test_a_subclass_of_the_documented_exception_passes():
    with raises(ArithmeticError, "zero", "a division"):
        _ = 1 / 0


def test_nothing_raised_is_a_mismatch():
    with pytest.raises(Mismatch) as caught, raises(ValueError, "no samples", "an empty batch"):
        pass
    said = "an empty batch: expected ValueError saying 'no samples', but nothing was raised"
    assert str(caught.value) == said
    assert (caught.value.expected, caught.value.got) == ("ValueError", None)


def test_another_message_is_a_mismatch_that_keeps_the_exception():
    with pytest.raises(Mismatch) as caught, raises(ValueError, "no samples", "an empty batch"):
        math.sqrt(-1.0)
    said = "an empty batch: expected ValueError saying 'no samples', got ValueError: "
    assert str(caught.value).startswith(said)
    assert caught.value.got == f"ValueError: {caught.value.__cause__}"
    assert type(caught.value.__cause__) is ValueError


def test_a_program_that_raises_it_itself_may_say_it_in_its_own_words():
    def fit(samples):
        if not samples:
            raise ValueError("nothing to fit")

    with raises(ValueError, "no samples", "an empty batch"):
        fit([])


def test_what_a_message_has_to_name_it_has_to_name_in_any_words():
    with raises(ValueError, "2", "a reward that is no number"):
        raise ValueError("the reward at index 2 is nan")
    with pytest.raises(Mismatch), raises(ValueError, "2", "a reward that is no number"):
        raise ValueError("a reward is nan")


def test_an_error_that_torch_raises_by_itself_is_in_nobodys_own_words():
    with pytest.raises(Mismatch), raises(ValueError, "a rate above 0", "a rate of -1"):
        torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=-1.0)


def test_another_exception_goes_through_as_it_is():
    original = KeyError("weight")
    with pytest.raises(KeyError) as caught, raises(ValueError, "no samples", "an empty batch"):
        raise original
    assert caught.value is original
