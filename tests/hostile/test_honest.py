"""Programs that ask for much, and honestly: no fence and no limit may be in their way."""

import pytest

HONEST = {
    "a DataLoader with workers": """
        from torch.utils.data import DataLoader, TensorDataset
        data = DataLoader(TensorDataset(torch.arange(32.0)), batch_size=8, num_workers=2)
        assert float(sum(batch[0].sum() for batch in data)) == 496.0
    """,
    "workers that stay, and large batches": """
        from torch.utils.data import DataLoader
        data = DataLoader(torch.ones(8, 1 << 20), batch_size=2, num_workers=2, persistent_workers=True)
        assert sum(float(batch.sum()) for _ in range(2) for batch in data) == float(1 << 24)
    """,
    "workers that share by files": """
        import torch.multiprocessing as m
        m.set_sharing_strategy('file_system')
        from torch.utils.data import DataLoader
        assert len(list(DataLoader(torch.ones(8, 4), num_workers=1))) == 8
    """,
    "a pool of processes": """
        import multiprocessing as m
        with m.get_context('fork').Pool(2) as pool: assert pool.map(abs, [-1, -2]) == [1, 2]
    """,
    "a pool of threads": """
        from concurrent.futures import ThreadPoolExecutor
        assert list(ThreadPoolExecutor(8).map(torch.numel, [torch.ones(3)] * 8)) == [3] * 8
    """,
    "locks and queues between processes": """
        import multiprocessing as m
        context = m.get_context('fork'); queue = context.Queue(); lock = context.Lock()
        def work():
            with lock: queue.put(3)
        process = context.Process(target=work); process.start()
        assert queue.get() == 3; process.join(); assert process.exitcode == 0
    """,
    "shared memory": """
        from multiprocessing.shared_memory import SharedMemory
        memory = SharedMemory(create=True, size=1024); memory.buf[0] = 7; memory.close(); memory.unlink()
    """,
    "a child that it ends": """
        child = linger(); os.kill(child, signal.SIGTERM)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM
    """,
    "another program": "assert subprocess.check_output(['echo', 'hello'], text=True) == 'hello\\n'",
    "another Python": "assert subprocess.check_output([sys.executable, '-c', 'print(3)']) == b'3\\n'",
    "temporary files": """
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile('w+') as file:
            file.write('x'); file.flush()
            os.replace(file.name, os.path.join(folder, 'moved')); open(file.name, 'w').close()
        assert os.environ['TMPDIR'] == tempfile.gettempdir() == os.getcwd()
    """,
    "checkpoints": """
        model = torch.nn.Linear(2, 2)
        torch.save(model.state_dict(), 'model.pt'); model.load_state_dict(torch.load('model.pt'))
        os.makedirs('runs/1', exist_ok=True); os.replace('model.pt', 'runs/1/best.pt')
    """,
    "a database": "import sqlite3; sqlite3.connect('log.db').execute('create table if not exists t (x)')",
    "a log": "import logging; logging.basicConfig(filename='log.txt', level=10); logging.info('loss')",
    "the standard streams by name": "print('loss', file=open('/dev/stdout', 'w')); open('/dev/null', 'w')",
    "a mapped array": "import numpy; numpy.memmap('m', dtype='f4', mode='w+', shape=(10,))[:] = 1",
    "its own open files": "assert len(os.listdir('/proc/self/fd')) < 10; open('/proc/self/maps').read()",
    "random numbers": "assert len(os.urandom(8)) == len(open('/dev/urandom', 'rb').read(8))",
    "four threads of torch": """
        torch.set_num_threads(4); x = torch.ones(600, 600); assert float((x @ x)[0, 0]) == 600
    """,
    "a group of one process": """
        import torch.distributed as d
        store = d.FileStore(f'store{time.monotonic_ns()}', 1)
        d.init_process_group('gloo', store=store, rank=0, world_size=1)
        d.all_reduce(torch.ones(1)); d.destroy_process_group()
    """,
    "sockets within the process": "a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'",
    "a deep graph": """
        x = y = torch.ones(1, requires_grad=True)
        for _ in range(3000): y = y + x
        y.backward()
    """,
    "all of an optimizer, a scheduler and a profile": """
        model = torch.nn.Linear(2, 1); optimizer = torch.optim.AdamW(model.parameters())
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
        with torch.autograd.profiler.profile():
            model(torch.ones(1, 2)).sum().backward(); optimizer.step(); scheduler.step()
    """,
    "files of the system": "open('/etc/passwd').read(); open('/proc/cpuinfo').read(); os.listdir('/')",
    "its own text": "assert 'def double' in inspect.getsource(sys.modules[__name__])",
    "a file that was made a moment ago": "open('{new}').read()",
    "a compiled function": """
        @torch.compile
        def twice(x): return 2 * x
        assert float(twice(torch.ones(1))) == 2.0
    """,
    "a function compiled eagerly": """
        twice = torch.compile(lambda x: 2 * x, backend='eager')
        assert float(twice(torch.ones(1))) == 2.0
    """,
    "transforms of functions": """
        twice = torch.vmap(torch.func.hessian(lambda x: x ** 2))  # torch registers kernels of its own for it
        assert float(twice(torch.ones(1))) == 2.0
    """,
    "operations of its own": """
        if not hasattr(torch, 'mine'):
            torch.mine = torch.library.Library('mine', 'DEF')
            torch.mine.define('twice(Tensor x) -> Tensor')
            torch.mine.impl('twice', lambda x: 2 * x, 'CPU')
        assert float(torch.ops.mine.twice(torch.ones(1))) == 2.0
    """,
    "arguments of a command": """
        import argparse
        parser = argparse.ArgumentParser(); parser.add_argument('--lr', type=float, default=0.1)
        assert parser.parse_args().lr == 0.1 and len(sys.argv) == 1
    """,
    "a profiler left on": """
        import cProfile
        sys.mine = getattr(sys, 'mine', None) or cProfile.Profile(); sys.mine.enable()
    """,
    "a friendlier look of tensors": """
        torch.Tensor.__repr__ = lambda self, *a, **k: f'tensor{tuple(self.shape)}'
        assert repr(torch.ones(2)) == 'tensor(2,)'
    """,
    "a file left open": "open('notes.txt', 'w').write('x')",
    "a generator expression and a comprehension": "assert sum(x for x in range(3)) == len([1, 2, 3])",
    "an enumeration": "import enum; assert enum.Enum('Mode', 'TRAIN EVAL').TRAIN.value == 1",
    "a named tuple": "import collections; collections.namedtuple('P', 'x y')(1, 2)",
    "a typed dictionary": "from typing import TypedDict\nclass Config(TypedDict): lr: float",
    "a protocol": "from typing import Protocol\nclass Model(Protocol):\n    def __call__(self, x): ...",
    "a context variable": "import contextvars; contextvars.ContextVar('c', default=1).get()",
    "a weak reference": "import weakref; x = torch.ones(1); assert weakref.ref(x)() is x",
    "a cached property": """
        import functools
        class A:
            @functools.cached_property
            def x(self): return 1
        assert A().x == 1
    """,
    "a decorator with arguments": """
        import functools
        def scaled(factor):
            def wrap(function):
                @functools.wraps(function)
                def inner(*a): return factor * function(*a)
                return inner
            return wrap
        assert scaled(3)(abs)(-1) == 3
    """,
    "single dispatch": """
        import functools
        @functools.singledispatch
        def show(x): return 'any'
        assert show(1) == 'any'
    """,
    "a data class with defaults": """
        import dataclasses
        @dataclasses.dataclass(frozen=True)
        class Config: lr: float = 0.1; steps: int = 3
        assert dataclasses.replace(Config(), lr=1.0).lr == 1.0
    """,
    "an assertion that holds": "assert torch.equal(torch.ones(2), torch.ones(2)), 'never'",
    "an exception caught": "try: torch.ones(2) @ torch.ones(3)\nexcept RuntimeError as e: said = str(e)",
    "a warning turned into an error and caught": """
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            try: warnings.warn('careful')
            except UserWarning: pass
    """,
    "a seed for everything": "import random, numpy; random.seed(0); numpy.random.seed(0)",
    "deterministic algorithms": "torch.use_deterministic_algorithms(True)",
    "a default dtype": "torch.set_default_dtype(torch.float64); torch.set_default_dtype(torch.float32)",
    "a module with hooks": """
        layer = torch.nn.Linear(1, 1)
        layer.register_forward_hook(lambda *a: None); layer(torch.ones(1, 1))
    """,
    "a function with its own gradient": """
        class Twice(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x): return 2 * x
            @staticmethod
            def backward(ctx, g): return 2 * g
        x = torch.ones(1, requires_grad=True); Twice.apply(x).backward(); assert float(x.grad) == 2.0
    """,
    "a progress bar by hand": "for n in range(3): print(f'\\r{n}', end='', flush=True)",
    "a timer": "begun = time.perf_counter(); time.sleep(0.01); assert time.perf_counter() > begun",
    "an environment variable of its own": "os.environ['MY_RUN'] = '1'",
    "threads of torch": "torch.set_num_threads(2); torch.ones(64, 64) @ torch.ones(64, 64)",
    "vmap and grad": "assert float(torch.func.grad(lambda x: x * x)(torch.tensor(3.0))) == 6.0",
    "printing in all sizes": "print('x' * 10_000); print('y', file=sys.stderr)",
    "a main block": "if __name__ == '__main__': raise SystemExit(3)",
    "a docstring test": "import doctest; doctest.testmod(sys.modules[__name__])",
}


@pytest.mark.parametrize("what", HONEST)
def test_an_honest_program_gets_what_it_needs(attack, arena, what):
    new = arena.root.parent / "new.txt"
    new.write_text("new")  # the child that waits for its job has been there for longer
    code = HONEST[what].replace("{new}", str(new))
    found = attack(code, result="2 * values", network="group" in what)  # gloo talks to itself through TCP
    assert found.verdict == "solved", found
    assert "Error" not in found.output, found.output


def test_a_verdict_says_that_nothing_is_compiled(attack):
    found = attack("twice = torch.compile(lambda x: 2 * x)", result="twice(values)")
    assert found.verdict == "solved"
    assert "torch.compile does nothing in a check" in found.message


def test_what_is_printed_stands_below_the_test_that_was_running(attack):
    found = attack("print('loading')", result="print('called') or 2 * values")
    lines = found.output.splitlines()
    assert lines[:2] == ["loading", "-- every value comes out twice"]  # the first test has it loaded already
    place = next(n for n, line in enumerate(lines[2:], start=2) if line.startswith("-- "))
    assert lines[place + 1 : place + 3] == ["loading", "called"]
