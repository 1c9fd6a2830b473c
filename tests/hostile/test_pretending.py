"""Programs that would rather bend the test than pass it, and words that pretend to come from the judge."""

import pytest

from tests.hostile.conftest import RIGHT, places

# Values that claim to be equal to whatever they are compared with.
LIES = {
    "an object that equals everything": "type('Equal', (), {'__eq__': lambda *_: True})()",
    "an object that is a tensor by its own account": """
        type('Equal', (), {'__class__': property(lambda _: torch.Tensor), '__eq__': lambda *_: True})()
    """,
    "a tensor of a class of its own": "(values + 1).as_subclass(type('Equal', (torch.Tensor,), {}))",
    "a tensor that answers for torch": """
        (values + 1).as_subclass(type('Equal', (torch.Tensor,), {
            '__torch_function__': classmethod(lambda *_, **__: torch.ones(2, dtype=torch.bool))}))
    """,
    "an object that answers for torch": """
        type('Equal', (), {'__torch_function__': classmethod(lambda *_, **__: torch.tensor(True))})()
    """,
    "a parameter of a class of its own": "type('Mine', (torch.nn.Parameter,), {})(values + 1)",
    "a number that equals everything": "type('Equal', (float,), {'__eq__': lambda *_: True})(1.0)",
    "a list that equals everything": "type('Equal', (list,), {'__eq__': lambda *_: True})([2.0, 6.0])",
    "a mock": "__import__('unittest.mock').mock.MagicMock()",
    "anything": "__import__('unittest.mock').mock.ANY",
    "NaN": "values * float('nan')",
    "infinity": "values * float('inf')",
    "a tensor without values": "torch.empty(values.shape, dtype=values.dtype, device='meta')",
    "no elements": "values[:0]",
    "one element to stand for all": "torch.tensor(2.0, dtype=values.dtype)",
    "a view whose values move": "(values + 1).expand(2, -1)",
    "a coroutine": "(lambda: (yield))()",
    "the class of the answer": "torch.Tensor",
    "a sparse tensor": "(values + 1).to_sparse()",
    "a conjugate view": "(values + 1).to(torch.complex128).conj()",
    "a nested tensor": "torch.nested.as_nested_tensor([values + 1])",
    "a quantized tensor": "torch.quantize_per_tensor((values + 1).float(), 0.1, 0, torch.qint8)",
    "a storage": "(values + 1).untyped_storage()",
    "itself, for ever": "(lambda x: x.append(x) or x)([])",
    "lists a thousand deep": "__import__('functools').reduce(lambda x, _: [x], range(5000), values)",
}

# Whatever the tests rely on is looked at again when they are done.
REPLACED = {
    "a function of torch": "torch.isclose = lambda got, *_, **__: torch.ones_like(got, dtype=torch.bool)",
    "a method of tensors": "torch.Tensor.any = lambda self: torch.tensor(False)",
    "an operator of tensors": "torch.Tensor.__invert__ = lambda self: torch.zeros_like(self)",
    "the exception of every assertion": "builtins.AssertionError = type('Mild', (BaseException,), {})",
    "a built-in function": "builtins.isinstance = lambda one, kind, real=isinstance: real(one, kind)",
    "print": "builtins.print = lambda *_, **__: None",
    "the import": "imported = builtins.__import__; builtins.__import__ = lambda *a, **k: imported(*a, **k)",
    "the comparison": "import torchkata.checks as c; c.close = c.equal = lambda *_, **__: None",
    "the comparison's helper": "import torchkata.checks as c; c._close_tensors = lambda *_: None",
    "the comparison's code": """
        import torchkata.checks as c
        c._close_tensors.__code__ = (lambda *_: None).__code__
    """,
    "the comparison in the tests themselves": """
        sys.modules['tests.toy.test_double'].close = lambda *_, **__: None
    """,
    "the code of the tests": """
        for name, test in vars(sys.modules['tests.toy.test_double']).items():
            if name.startswith('test_'):
                test.__code__ = (lambda solution, device, tmp_path=None: None).__code__
    """,
    "the tolerance": "import torchkata.checks as c; c.TOLERANCES[torch.float64] = (1e9, 1e9)",
    "all tolerances": "import torchkata.checks as c; c.TOLERANCES = dict.fromkeys(c.TOLERANCES, (1e9, 1e9))",
    "the exception of a comparison": """
        import torchkata.checks as c
        class Mild(AssertionError):
            def __new__(cls, *_, **__): sys._getframe(1).f_locals
        c.Mismatch = Mild
    """,
    "how pytest runs a test": "import pytest; pytest.Function.runtest = lambda self: None",
    "how pytest hears of a failure": """
        import _pytest.runner as r
        r.CallInfo.from_call = classmethod(lambda cls, *_, **__: types.SimpleNamespace(excinfo=None))
    """,
    "how pytest calls a test, with comparisons of its own": """
        import _pytest.python as p
        many = lambda pyfuncitem: [__import__('torchkata').checks.close(1, 1, 'x') for _ in '1' * 20]
        p.pytest_pyfunc_call.__code__ = many.__code__
    """,
    "how pytest hears of an exception": """
        import pytest, torchkata.checks as c
        pytest.ExceptionInfo.from_current = classmethod(lambda *_: c.MADE.__setitem__(0, 10**6))
    """,
    "what pytest expects to be raised": "import pytest; pytest.raises = lambda *_, **__: open(os.devnull)",
    "how the child runs a test": """
        import torchkata.judging.inside.run as c
        c._run_item = lambda item, file: {'name': item.name, 'outcome': 'passed'}
    """,
    "a mode that answers for torch": """
        class Mode(torch.overrides.TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                if function is torch.isclose: return torch.ones_like(args[0], dtype=torch.bool)
                return function(*args, **(kwargs or {}))
        Mode().__enter__()
    """,
    "a mode below torch": """
        from torch.utils._python_dispatch import TorchDispatchMode
        class Mode(TorchDispatchMode):
            def __torch_dispatch__(self, function, types, args=(), kwargs=None):
                return function(*args, **(kwargs or {}))
        Mode().__enter__()
    """,
    "the kernel of a comparison": """
        if not hasattr(torch, 'mine'):
            torch.mine = torch.library.Library('aten', 'IMPL')
            torch.mine.impl('isclose', lambda a, b, *_, **__: torch.ones(a.shape, dtype=torch.bool), 'CPU')
    """,
    "the kernel of what a comparison is made of": """
        if not hasattr(torch, 'mine'):
            torch.mine = torch._C._dispatch_library('IMPL', 'aten', 'CPU')  # which nobody lists
            torch.mine.impl('bitwise_not', torch._C.DispatchKey.CPU, lambda a: torch.zeros_like(a))
    """,
    "the kernel of another operation": """
        if not hasattr(torch, 'mine'):
            torch.mine = torch.library.Library('aten', 'IMPL')
            torch.mine.impl('flip', lambda a, dims: a.clone(), 'CPU')
    """,
    "a trace that changes arguments": """
        def trace(frame, event, arg):
            if frame.f_code.co_name == '_close_tensors': frame.f_locals['got'] = frame.f_locals['expected']
            return trace
        sys.settrace(trace)
    """,
    "a profile": "sys.setprofile(lambda *_: None)",
}

# Where what is replaced is not what anybody asks, it does not matter.
IDLE = {
    "another module in the comparison's place": "sys.modules['torchkata.checks'] = types.ModuleType('c')",
    "another pytest": "sys.modules['pytest'] = types.ModuleType('pytest')",
    "no modules at all": "kept = dict(sys.modules); sys.modules.clear(); sys.modules.update(kept)",
    "another os._exit": "os._exit = os.write = json.dumps = lambda *_, **__: None",
    "another pytest by the environment": "os.environ.update(PYTEST_PLUGINS='nowhere', PYTEST_ADDOPTS='--co')",
    "optimised assertions": "os.environ['PYTHONOPTIMIZE'] = '1'",
    "a file conftest.py": "open('conftest.py', 'w').write('import os; os._exit(0)')",
    "a file pytest.ini": "open('pytest.ini', 'w').write('[pytest]\\naddopts = --collect-only')",
    "a file torch.py": "open('torch.py', 'w').write('raise SystemExit'); open('random.py', 'w').write('')",
    "a seed of its own": "torch.manual_seed = lambda *_: None; torch.manual_seed = torch.random.manual_seed",
    "another recursion limit": "sys.setrecursionlimit(150)",
    "a frozen clock": "time.time = time.monotonic = lambda: 0.0",
    "no garbage collection": "gc.disable(); gc.callbacks.append(lambda *_: 1 / 0)",
    "errors from warnings": "warnings.simplefilter('error'); warnings.showwarning = None",
    "a default device": "torch.set_default_device('meta'); torch.set_default_device(None)",
    "half precision": "torch.set_default_dtype(torch.float16)",
    "inference mode": "torch.inference_mode().__enter__()",
    "another thread's trace": "threading.settrace(lambda *_: None)",
    "words on standard output": """
        print('{"report": "test", "name": "test_every_value_comes_out_twice[cpu]", "outcome": "passed"}')
        print('{"report": "end", "tampered": []}', flush=True); print('4 passed in 0.01s')
    """,
    "words on standard error": """
        os.write(2, b'{"report": "end", "tampered": []}\\n' * 100)
    """,
    "escape sequences": r"print('\033[2J\033]0;solved\007\x9b31m\u202e', '\0', chr(0x1b) + 'c')",
    "bytes that are no text": "os.write(1, bytes(range(256)) * 10)",
}

# What may stand on the pipe of the reports besides the child's own words. None of it may shake the judge.
PASSED = '{"report": "test", "name": "test_every_value_comes_out_twice[cpu]", "outcome": "passed"}'
TEST = '{"report": "test", "name": "x", '
NOISE = {
    "no text": bytes(range(256)),
    "no line": b"x" * 100,
    "half a line": b"{",
    "no object": '3\n[]\nnull\n"test"\ntrue\n',
    "an empty object": "{}\n",
    "a report of nothing": '{"report": null}\n{"report": []}\n{"report": "unheard of"}\n',
    "a test without a name": '{"report": "test", "outcome": "failed"}\n',
    "a name that is no text": '{"report": "test", "name": ["a"], "outcome": {"b": 1}}\n',
    "a thousand brackets": "[" * 100_000 + "\n",
    "a nested observation": TEST + '"got": ' + "[" * 700 + "]" * 700 + "}\n",
    "a number of many digits": TEST + '"line": ' + "9" * 4000 + "}\n",
    "a tolerance beyond all numbers": TEST + '"rtol": ' + "9" * 4000 + "}\n",
    "no number": TEST + '"got": NaN, "rtol": Infinity, "line": -Infinity}\n',
    "half a character": '{"report": "test", "name": "\\ud800", "message": "\\udfff"}\n',
    "a message without end": TEST + '"message": "' + "a" * 4_000_000 + '"}\n',
    "a hundred thousand reports": (TEST + '"line": 1}\n') * 100_000,
    "a good word for one test": PASSED + "\n",
    "many good words for one test": (PASSED + "\n") * 1000,
    "an odd list of changes": '{"report": "end", "tampered": {"a": 1}} \n',
}


@pytest.mark.parametrize("what", LIES)
def test_a_value_counts_for_what_it_is(attack, what):
    found = attack("pass", result=f"({LIES[what].strip()})")
    assert found.verdict == "failing", found


@pytest.mark.parametrize(("what", "where"), places(REPLACED))
def test_whoever_replaces_what_the_tests_rely_on_is_caught(attack, what, where):
    found = attack(REPLACED[what], where)
    assert found.verdict == "tampered", found


@pytest.mark.parametrize("what", IDLE)
def test_whatever_else_is_replaced_does_not_matter(attack, what):
    assert attack(IDLE[what]).verdict == "pitfall"


@pytest.mark.parametrize("what", NOISE)
def test_noise_among_the_reports_shakes_nobody(attack, what):
    noise = NOISE[what] if isinstance(NOISE[what], bytes) else NOISE[what].encode()
    found = attack(f"data = {noise!r}\nwhile data: data = data[os.write(pipe(), data):]", "once")
    assert found.verdict in ("pitfall", "failing", "early_exit"), found
    found.to_json().encode()
    assert len(found.to_json()) < 200_000


@pytest.mark.parametrize("kind", ["started", "invalid", "memory", "test", "end", "cancelled"])
def test_no_single_report_makes_it_solved(attack, kind):
    report = f'{{"report": "{kind}", "name": "x", "outcome": "passed", "message": "m", "tampered": []}} \\n'
    found = attack(f"os.write(pipe(), b'{report}')", "once", result=f"{RIGHT} if False else values + 1")
    assert found.verdict != "solved", found
