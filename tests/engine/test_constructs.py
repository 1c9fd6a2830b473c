"""What no fix needs to do is found in a program's text, and nearly nothing is said of right programs."""

import ast
import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import torchkata
from torchkata.collection import programs
from torchkata.grading.constructs import findings
from torchkata.grading.harmless import counts

HEAD = """\
import torch
from torch import nn
import collections, contextlib, enum, functools, math, operator, random, warnings

"""

# Each leads from an innocent import, or from none, to the test, the judge or torch's own names.
ESCAPES = {
    "by another module's import": "sys = warnings.sys",
    "by a private name": "frame = random._os",
    "from a module's private names": "from random import _os as system",
    "by a part of torch": "torch.utils.data.sys.modules",
    "with an alias": "t = torch.utils.data\nt.os.environ",
    "through a variable that holds the module": "def patch(m): m.isclose = None\npatch(torch)",
    "through a submodule handed around": "patch = [nn.functional]\npatch[0].mse_loss = None",
    "through a default argument": "def patch(m=torch): m.isclose = None",
    "through an exception": "try: 1 / 0\nexcept Exception as e: e.__traceback__.tb_frame.f_back",
    "through a generator": "def g(): yield\ng().gi_frame.f_back.f_locals",
    "through a coroutine": "async def g(): pass\ng().cr_frame",
    "through a function's globals": "torch.isclose; nn.Module.__init__.__globals__['torch']",
    "through a builtin's owner": "print.__self__",
    "through the classes": "().__class__.__base__.__subclasses__()",
    "with the name in parts": "getattr(torch, 'is' + 'close')",
    "with the name of a frame": "getattr(g(), 'gi_frame')",
    "with getattr handed on": "functools.reduce(getattr, ['a', 'b'], torch)",
    "with a getter": "operator.attrgetter('gi_frame.f_back')",
    "in a text": "'{0.f_globals}'.format(math)",
    "in a pattern": "match math:\n    case object(__dict__=d): pass",
    "compiled": "exec('x = 1')",
    "evaluated": "eval('1')",
    "imported by a function": "__import__('sys')",
    "from a file": "open('/etc/passwd').read()",
    "from a file, by torch": "torch.from_file('tests/toy/test_double.py')",
    "rebinding an operation": "torch.isclose = torch.eq",
    "rebinding a method": "torch.Tensor.tolist = lambda self: []",
    "rebinding a method by its alias": "from torch import Tensor as T\nT.tolist = None",
    "rebinding by assignment to several": "torch.a, torch.isclose = 1, 2",
    "rebinding in a loop": "for torch.isclose in [None]: pass",
    "rebinding as a context": "with open_() as torch.isclose: pass",
    "rebinding with setattr": "setattr(torch.nn, 'Linear', None)",
    "rebinding a type's method": "type(torch.ones(1)).tolist = None",
    "rebinding a class's method": "torch.ones(1).__class__.tolist = None",
    "deleting": "del torch.isclose",
    "a kernel": "torch.library.Library('aten', 'IMPL')",
    "operations": "torch.ops.load_library('x.so')",
    "a mode": "from torch.overrides import TorchFunctionMode",
    "a private part of torch": "from torch.utils._python_dispatch import TorchDispatchMode",
    "private torch": "torch._C._set_grad_enabled(True)",
    "an answer that equals everything": "class Yes:\n    def __eq__(self, other): return True",
    "a tensor that answers itself": "class T(torch.Tensor):\n    def __torch_function__(self): pass",
    "a debugger": "import pdb",
    "collecting objects": "import gc",
    "memory": "import ctypes",
    "the comparisons": "import torchkata.checks",
    "everything": "from math import *",
    "the package around": "from . import conftest",
    "numpy beyond arrays": "import numpy\nnumpy.load(file, allow_pickle=True)",
    "numpy handed around": "import numpy as np\nf(np)",
    "numpy's memory": "import numpy as np\nnp.ctypeslib.as_array(p)",
    "numpy, from its own names": "from numpy import fromfile",
    "os beyond types": "import os\nos._exit(0)",
    "os handed around": "import os\nf(os)",
    "os, from its own names": "from os import environ",
    "a path that's made": "from pathlib import Path\nPath('/etc/passwd').read_text()",
    "a path's class handed around": "import pathlib\ndef f(p: pathlib.Path): return map(pathlib.Path, p)",
    "a file by a default": "def load(file='/etc/passwd'): return open(file)",
    "a file that's named later": "def load(file):\n    file = '/etc/passwd'\n    return open(file)",
    "a file by a helper": "def load(file): return open(file)\nload('/etc/passwd')",
    "a file with an opener": "def load(file): return open(file, opener=f)",
    "a file by a method": "class C:\n    def load(self, file): return open(file)",
    "through an exception's object": "try: torch.librar\nexcept AttributeError as e: e.obj.library",
    "through an exception's object, in a pattern": "match e:\n    case AttributeError(obj=m): f(m)",
    "through an exception's object, by name": "getattr(e, 'obj')",
    "through a module that was given": "m.library.Library('aten', 'IMPL')",
    "through a module of a pattern": "match m:\n    case object(sys=s): pass",
    "through a module of the device": "torch.get_device_module('cpu')",
    "torch by another module": "nn.functional.torch.library.Library('aten', 'IMPL')",
    "torch by another module's import": "from torch.nn.functional import torch as t\nt.library",
    "torch by another module, handed around": "patch = [nn.functional.torch]",
    "a plain module by another module": "nn.functional.math.sys",
    "what plain modules do, by torch": "torch.nn.modules.module.functools.singledispatch(f)",
    "rebinding by wrapping": "class Lies: pass\nfunctools.update_wrapper(nn.Linear, Lies, ('forward',), ())",
    "rebinding by wrapping, by keyword": "functools.wraps(Lies, assigned=('forward',))(nn.Linear)",
    "rebinding by wrapping, handed on": "functools.partial(functools.update_wrapper, nn.Linear)",
    "rebinding a type's method by a variable": "kind = type(torch.ones(1))\nkind.tolist = None",
    "setattr handed on with a module": "stack.callback(setattr, torch, 'isclose', None)",
    "setattr handed on with a computed name": "stack.callback(setattr, model, name, None)",
    "getattr handed on with a frame's name": "functools.partial(getattr, g, 'gi_frame', None)",
    "a list that is of any length": "class L(list):\n    def __len__(self): return 3",
    "a dict that has what is asked": "class D(dict):\n    def items(self): return []",
    "a dict whose method is set later": "class D(dict): pass\nD.items = f",
    "a dict whose method is set by name": "class D(dict): pass\nsetattr(D, 'items', f)",
    "a dict with another's methods": "class D(Mixin, dict): pass",
    "what a plain class is made with": "class R(contextlib.redirect_stdout): _stream = 'modules'",
    "what a plain object is made with": "r = contextlib.redirect_stdout(None)\nr._stream = 'modules'",
    "an enum that becomes another module's names": "enum.global_enum(E('C', 'close', module='m'))",
    "a type made by its metaclass": "import abc\nabc.ABCMeta('T', (torch.Tensor,), {})",
    "a storage from a file": "torch.UntypedStorage.from_file('tests/toy/test_double.py', False, 9)",
    "operations, by classes": "torch.classes.load_library('x.so')",
    "what the test asks of its model later": "model.parameters = lambda: iter(())",
    "a list of collections": "class L(collections.UserList):\n    def __getitem__(self, i): return 0",
    "an array that answers for numpy": "class A:\n    def __array_ufunc__(self, *a): pass",
    "globals": "globals()['torch']",
    "an annotation that is evaluated": "import typing\ntyping.get_type_hints(f)",
    "a file, by a plain module": "import io\nio.open('x')",
    "the builtins, by a plain module": "import enum\nenum.bltns.open",
    "types, by a plain module": "import dataclasses\ndataclasses.types.FunctionType",
    "a number that is below everything": "class Low(float):\n    def __lt__(self, o): return True",
    "a number that subtracts as it likes": "class N(float):\n    def __sub__(self, o): return 0.0",
    "a tensor of its own kind": "class T(torch.Tensor):\n    def detach(self): return self",
    "a type made at run time": "T = type('T', (torch.Tensor,), {})",
    "a metaclass": "class M(type): pass\nclass C(metaclass=M): pass",
    "the class of a result": "y = torch.ones(1)\ny.__class__ = C",
    "what a pickle does": "class P:\n    def __reduce__(self): return f, ()",
    "a traced graph": "import torch.fx",
    "vars": "vars(math)",
    "with a getter by its own name": "from operator import attrgetter as get\nget(name)(y)",
    "with a method by its name": "from operator import methodcaller\nmethodcaller(name)(y)",
    "with a formatter": "from string import Formatter\nFormatter().get_field(name, (y,), {})",
    "in a text that is computed": "('{0.' + name + '}').format(y)",
    "in a text that becomes another": "t = '{}'\nt = t[::-1]\nt.format(y)",
    "in a text that is handed over": "t = '{}'\ndef f(t): return t.format(y)",
    "as a text that's timed": "from torch.utils.benchmark import Timer\nTimer(code).timeit(1)",
    "as a pickle": "torch.load(file, weights_only=False)",
    "as a pickle, later": "functools.partial(torch.load, weights_only=not True)",
    "as a pickle, by its options": "torch.load(file, **options)",
    "by a configuration": "import logging.config\nlogging.config.dictConfig(settings)",
    "in a text that a log fills in": "import logging\nlogging.basicConfig(format=text, style='{')",
    "in a text of a log's options": "import logging\nlogging.basicConfig(**options)",
    "with a text's method handed around": "list(map(str.format, [text], [y]))",
    "in a text that a pattern renames": "t = '{}'\nmatch s:\n    case [t]: t.format(y)",
    "a module that a function in a branch imports": "if 1:\n  def f():\n    import torch as t\n    t = g(t)",
    "in a dataclass made of a text": "class P:\n    __annotations__ = {text: int}",
    "in an annotation of a dispatched function": "@functools.singledispatch\ndef f(x): return x",
    "by the fields of a pattern": "class L(abc.ABC):\n    __match_args__ = (name,)",
    "as a pickle that's declared safe": "torch.serialization.add_safe_globals([f])",
    "as a command": "torch.utils.collect_env.run('echo')",
    "another default for everybody": "torch.set_default_dtype(torch.float64)",
    "a hook on every module": "nn.modules.module.register_module_forward_pre_hook(f)",
    "a hook on every step": "torch.optim.optimizer.register_optimizer_step_pre_hook(f)",
    "with its graph hidden": "torch.autograd.graph.saved_tensors_hooks(pack, unpack)",
    "where no test can count": "rows = state.numpy()",
    "an answer that's assigned": "class Yes:\n    __eq__ = lambda self, other: True",
    "an answer that's imported": "class Yes:\n    from operator import truth as __eq__",
    "an answer from a loop": "class Yes:\n    for __eq__ in [max]: pass",
    "a pickle that's assigned": "class P:\n    __reduce__ = f",
    "a module behind a name of its own": "def f():\n    [0 for torch in []]\n    g(torch)",
    "a module in a default": "def f(torch=torch): torch.isclose = None",
    "a module that's global again": "def f():\n    global torch\n    torch = g(torch)",
    "a module that a function imports": "def f():\n    import torch as t\n    t = g(t)",
    "a module by another name": "def f():\n    t = torch\n    t.isclose = None",
}
PLAIN = {
    "a layer by its number": "class M(nn.Module):\n    def f(self, n): return getattr(self, f'block{n}')",
    "an attribute that may be missing": "getattr(model, 'bias', None)",
    "a setting": "torch.backends.cudnn.deterministic = True",
    "attributes of its own objects": "model = nn.Linear(1, 1)\nmodel.weight.grad = None\nmodel.scale = 2",
    "the class of an object": "print(model.__class__.__name__, __name__)",
    "no gradient": "with torch.no_grad(): weight -= 1",
    "a custom function": "class F(torch.autograd.Function):\n    def forward(ctx, x): return x",
    "a hook": "weight.register_hook(lambda g: g * 2)",
    "a seed": "torch.manual_seed(0); random.seed(0)",
    "a function called like its module": "mirrored = random.random() < 0.5\nimport copy; copy.copy(model)",
    "a function that hides its module": "print(torch.autograd.gradcheck(gate, (x,)))",
    "warnings": "with warnings.catch_warnings():\n    warnings.simplefilter('ignore')",
    "a worker": "torch.utils.data.get_worker_info().id",
    "a type": "def f(x: torch.Tensor, m: nn.Module) -> torch.dtype: return torch.float32",
    "functions handed around": "step = torch.optim.SGD; losses = [nn.functional.mse_loss, math.log]",
    "private names of its own": "class M(nn.Module):\n    def _helper(self): return self._scale",
    "a decorator": "@functools.lru_cache\ndef f(): pass\n@torch.no_grad()\ndef g(): pass",
    "transforms": "torch.func.vmap(torch.func.grad(f)); torch.compile(f); torch.special.expit(x)",
    "distributions": "torch.distributions.Normal(0.0, 1.0).log_prob(x)",
    "saving": "torch.save(model.state_dict(), path); torch.load(path, weights_only=True)",
    "a dataclass": "import dataclasses\n@dataclasses.dataclass\nclass C:\n    x: int = 0",
    "torch's types": "def f(device: torch.types.Device): pass",
    "a module's state": "class M(nn.Module):\n    def __getattr__(self, name): return self",
    "a named tuple": "from typing import NamedTuple\nclass S(NamedTuple):\n    x: int",
    "a log": "import logging\nlogger = logging.getLogger(__name__)\nlogger.debug('%d', 1)",
    "how a log looks": "import logging\nlogging.basicConfig(level=20, format='%(message)s', style='%')",
    "a parameter with a module's name": "import time\ndef f(time, copy): return time + 1",
    "a variable with a module's name": "import time\ndef f():\n    for time in range(3): print(time)",
    "a text to fill in": "MESSAGE: str = 'loss {:.3f}'\nprint(MESSAGE.format(1.0), '{}'.format(2))",
    "what json is": "import json\njson.dumps({'loss': 1.0})",
    "an enum of texts": "import enum\nclass Mode(str, enum.Enum):\n    MEAN = 'mean'",
    "numpy's arrays": "import numpy as np\nx = np.array([1.0]); np.mean(x); np.random.default_rng(0)",
    "a type of the system": "import os\ndef f(file): return isinstance(file, (str, os.PathLike))",
    "a path as a type": "from pathlib import Path\ndef f(file: str | Path) -> Path: return file",
    "a file that the test gave": "def save(file, x):\n    with open(file, 'wb') as out: out.write(x)",
    "operations on lists": "torch._foreach_add_(weights, grads, alpha=-0.1)",
    "a mode that is put back": "stack.callback(setattr, module, 'training', module.training)",
    "a dict of its own": "class Cache(dict):\n    def add(self, k, v): self[k] = v",
    "a wrapper": "def deco(f):\n    @functools.wraps(f)\n    def g(*a): return f(*a)\n    return g",
    "a wrapper of torch": "@functools.wraps(nn.functional.mse_loss)\ndef loss(*a): return 0",
    "random numbers of torch": "with torch.random.fork_rng(): torch.random.manual_seed(0)",
    "a module's own list": "class M(nn.Module):\n    def __init__(self, m): self.parameters = list(m)",
    "a dict of collections": "class C(collections.UserDict):\n    def add(self, k): self[k] = 1",
    "operators of its own": "class V:\n    def __add__(self, o): return self",
}  # fmt: skip


@pytest.mark.parametrize("way", ESCAPES)
def test_what_no_fix_needs_is_found(way):
    assert findings((HEAD + ESCAPES[way]).encode())


@pytest.mark.parametrize("way", PLAIN)
def test_what_fixes_do_is_not_named(way):
    assert not findings((HEAD + PLAIN[way]).encode(), counted=False)


@pytest.mark.parametrize("way", ["rows = state.numpy()", "import numpy"])
def test_numpy_is_named_where_the_tests_count_what_torch_does(way):
    assert findings(way.encode(), counted=True)
    assert not findings(way.encode(), counted=False)


def test_the_katas_that_count_are_known(repository):
    counting = {kata.id for kata in repository.katas() if counts(kata.test)}
    assert {"memory/predict_all", "memory/trajectory"} <= counting
    assert len(counting) < 10


def test_the_line_and_the_thing_are_named():
    found = findings(b"import torch\n\nimport gc\ntorch.isclose = None\n")
    assert [(finding.line, finding.what) for finding in found] == [
        (3, "imports gc"),
        (4, "rebinds torch.isclose"),
    ]


def test_what_is_no_python_has_no_findings_and_what_is_too_deep_has_one():
    assert findings(b"def") == []
    assert findings(b"\x00") == []
    assert findings(b"\xff\xfe") == []
    findings(b"x = " + b"-" * 50_000 + b"1")
    findings(b"x = torch" + b".a" * 50_000)


def test_hardly_any_right_program_of_the_collection_is_named(repository):
    rights = [file for kata in repository.katas() for file in (kata.fixed, *kata.rights)]
    named = [file for file in rights if findings(file.read_bytes())]
    assert len(rights) > 400
    assert len(named) <= len(rights) / 100, named


def test_hardly_any_wrong_or_broken_program_of_the_collection_is_named(repository):
    files = [file for kata in repository.katas() for file in (kata.broken, *kata.wrongs)]
    named = [file for file in files if findings(file.read_bytes())]
    assert len(files) > 700
    assert len(named) <= len(files) / 100, named


class Cycle:
    """What Python can only collect by running code of ours, in the middle of whatever it's about."""

    def __init__(self):
        self.itself = self

    def __del__(self):
        sum(range(200))


def test_programs_can_be_read_from_many_threads(repository):
    """They share a count inside Python: without a lock, some of these end in a SystemError."""
    texts = [file.read_bytes() for file in sorted((repository.root / "fixed").rglob("*.py"))[:100]]
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    gc.set_threshold(50)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            trees = list(pool.map(lambda text: (Cycle(), programs.tree_of(text))[1], texts * 3))
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*threshold)
    assert all(isinstance(tree, ast.Module) for tree in trees)


def test_nobody_parses_without_the_lock():
    """But in the process of a check, which has one thread for it."""
    source = Path(torchkata.__file__).parent
    found = {
        file.relative_to(source).as_posix()
        for file in source.rglob("*.py")
        if "ast.parse(" in file.read_text(encoding="utf-8")
    }
    assert found == {"collection/programs.py", "judging/inside/describe.py"}
