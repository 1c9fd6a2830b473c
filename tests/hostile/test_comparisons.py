"""A test that does not run, compare or fail is caught by the comparisons that it has not made."""

import pytest

from tests.hostile.conftest import BROKEN

# Nothing here covers its tracks. Each was once `solved` for all katas, or for many.
KEPT = {
    "no exception is seen": "import pytest; pytest.ExceptionInfo.from_current = classmethod(lambda *a: None)",
    "hooks of a mock": """
        import _pytest.nodes as n, unittest.mock as m; n.Node.ihook = m.MagicMock()
    """,
    "a test is not called": """
        import _pytest.python as p
        p.pytest_pyfunc_call.__code__ = (lambda pyfuncitem: True).__code__
    """,
    "a call does nothing": """
        import _pytest.runner as r
        r.pytest_runtest_call.__code__ = (lambda item: None).__code__
    """,
    "no hook is called": """
        import pluggy._callers as c
        c._multicall.__code__ = (lambda *a: None).__code__
    """,
    "another object is tested": """
        import _pytest.python as p
        p.PyobjMixin.obj = property(lambda s: lambda **k: None, lambda s, v: None)
    """,
    "an attribute that lies": """
        import pytest
        pytest.Function.__getattribute__ = (
            lambda s, n: (lambda **k: None) if n == "obj" else object.__getattribute__(s, n))
    """,
    "a context manager that swallows": """
        import contextlib; contextlib._GeneratorContextManager.__exit__ = lambda *a: True
    """,
    "a report that is changed on its way": """
        import json; e = json.JSONEncoder.encode
        json.JSONEncoder.encode = lambda s, o: e(s, dict(o, outcome="passed") if "outcome" in o else o)
    """,
    "an encoder of its own": """
        import json
        class Mine:
            def encode(self, o): return json.JSONEncoder().encode(
                dict(o, outcome='passed') if 'outcome' in o else o)
        json._default_encoder = Mine()
    """,
    "tests replaced by others": """
        frame = sys._getframe()
        while 'items' not in frame.f_locals: frame = frame.f_back
        for item in frame.f_locals['items']: item.obj = lambda **_: None
    """,
    "plans replaced by others": """
        frame = sys._getframe()
        while 'items' not in frame.f_locals: frame = frame.f_back
        for item in frame.f_locals['items']:
            for plan in item.stash._storage.values():
                if hasattr(plan, 'steps'): object.__setattr__(plan, 'test', lambda **_: None)
    """,
    "a plan that does nothing": """
        import torchkata.judging.inside.direct as d
        frame = sys._getframe()
        while 'items' not in frame.f_locals: frame = frame.f_back
        plan = frame.f_locals['items'][0].stash[d.PLAN]
        def run(s): return None, {}
        type(plan).__dict__['run'].__code__ = run.__code__
    """,
    "a plugin of its own": """
        frame = sys._getframe()
        while 'items' not in frame.f_locals: frame = frame.f_back
        class Plugin:
            def pytest_pyfunc_call(self, pyfuncitem): return True
        manager = frame.f_locals['items'][0].config.pluginmanager
        manager.has_plugin('mine') or manager.register(Plugin(), 'mine')
    """,
    "tolerances among the defaults": """
        import torchkata.checks as c; c.close.__kwdefaults__.update(rtol=1e9, atol=1e9)
    """,
    "a method of the report": """
        import torchkata.checks as c, torchkata.gradients as g
        g.GradientReport.require = lambda s: None; c.close.__kwdefaults__.update(rtol=1e9, atol=1e9)
    """,
    "a name that hides a built-in": """
        import torchkata.checks as c
        def f(value, kind):
            if kind is torch.Tensor: raise SystemExit
            return True
        c.isinstance = lambda *a: True; c.type = lambda v: torch.Tensor
    """,
}


@pytest.mark.parametrize("what", KEPT)
def test_whoever_keeps_a_test_from_comparing_has_not_solved_it(attack, what):
    found = attack(KEPT[what])
    assert found.verdict in ("tampered", "early_exit", "invalid", "failing", "pitfall"), found
    assert found.verdict != "solved"


def test_the_verdict_says_which_test_did_not_compare(attack):
    found = attack(KEPT["plans replaced by others"])
    assert found.verdict == "tampered"
    assert "passed without all of its comparisons" in found.message


def test_a_tensor_that_lies_when_it_is_detached_counts_for_what_it_is(attack):
    found = attack(
        """
        class A(torch.Tensor):
            @classmethod
            def __torch_function__(cls, f, types, args=(), kw=None):
                return torch.ones(args[1].shape, dtype=torch.bool) if f is torch.isclose else args[0]
        def answer(values):
            if not values.is_floating_point(): raise TypeError('floating point')
            result = values + 1
            result.detach = lambda: torch.Tensor.as_subclass(result, A)
            return result
        """,
        result=BROKEN,
    )
    assert found.verdict in ("pitfall", "failing")
