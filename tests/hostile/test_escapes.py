"""What is not stopped, one by one: the tests and the program share a process, a user and a machine.

Every attack here succeeds today, and is a strict expected failure, so that whoever heals one notices;
an attack that fails for a reason of its own is no expected failure, and wants to be fixed.
`docs/limits.md` lists the same names for people.
"""

import os
import re
import socket
import textwrap
from pathlib import Path

import pytest

from tests.hostile.test_reaching_out import refused
from torchkata.judging import worker

# With these the broken program is `solved`.
SOLVES = {
    "reads the expected values from the test's frame": """
        def answer(values):
            frame = sys._getframe()
            while not frame.f_code.co_name.startswith('test_'): frame = frame.f_back
            numbers = [c for c in frame.f_code.co_consts if type(c) is float]
            if not values.is_floating_point(): raise TypeError('floating point')
            return torch.tensor(numbers[-values.numel():], dtype=values.dtype)
    """,
    "forges the reports": """
        names = [name for name in vars(sys.modules['tests.toy.test_double']) if name.startswith('test_')]
        for name in names:
            line = {'report': 'test', 'name': f'{name}[cpu]', 'outcome': 'passed', 'comparisons': 99}
            os.write(pipe(), json.dumps(line).encode() + b'\\n')
        os.write(pipe(), b'{"report": "end", "tampered": []}\\n'); os._exit(0)
    """,
    "counts comparisons that were never made": """
        import torchkata.checks as c
        frame = sys._getframe()
        while 'items' not in frame.f_locals: frame = frame.f_back
        for item in frame.f_locals['items']:
            for plan in item.stash._storage.values():
                if hasattr(plan, 'steps'):
                    object.__setattr__(plan, 'test', lambda **_: c.MADE.__setitem__(0, c.MADE[0] + 100))
    """,
    "replaces the comparison and puts it back in time": """
        import torchkata.checks as c
        kept = c._close_tensors
        def mild(*_): c._close_tensors = kept
        def answer(values):
            if not values.is_floating_point(): raise TypeError('floating point')
            frame = sys._getframe()
            while not frame.f_code.co_name.startswith('test_'): frame = frame.f_back
            if 'close' in frame.f_code.co_names: c._close_tensors = mild  # else nobody puts it back
            return values + 1
    """,
    "traces the comparison and stops in time": """
        def trace(frame, event, argument):
            if frame.f_code.co_name == '_close_tensors':
                frame.f_locals['got'] = frame.f_locals['expected']
            if frame.f_code.co_name in ('_close_tensors', 'pytest_runtest_teardown'): sys.settrace(None)
            return trace
        def answer(values):
            if not values.is_floating_point(): raise TypeError('floating point')
            sys.settrace(trace)
            return values + 1
    """,
    "replaces the search for what was replaced": """
        import torchkata.checks as c, torchkata.judging.inside.tamper as t
        c._close_tensors = lambda *_: None; t.changed = lambda *_: []
    """,
    "replaces a kernel of torch and takes it back in time": """
        import weakref
        def answer(values):
            if not values.is_floating_point(): raise TypeError('floating point')
            mine, result = torch.library.Library('aten', 'IMPL'), values + 1
            mine.impl('isclose', lambda a, b, *_, **__: torch.ones(a.shape, dtype=torch.bool), 'CPU')
            weakref.finalize(result, mine._destroy)
            return result
    """,
    "writes into the memory of its own process": """
        import torchkata.checks as c
        for pair in c.TOLERANCES.values():
            for number in pair: ctypes.c_double.from_address(id(number) + 16).value = 1e9
    """,
    "is right as far as the tests look": """
        def answer(values):
            if not values.is_floating_point(): raise TypeError('floating point')
            return 2 * values if len(values) < 100 else values + 1
    """,
    "knows the answers to the tests by heart": """
        def answer(values):
            if not values.is_floating_point(): raise TypeError('floating point')
            return torch.tensor([{1.0: 2.0, 3.0: 6.0}[value] for value in values.tolist()]).double()
    """,
}

# These reach what is not theirs; the program stays broken, and nobody stops it.
REACHES = {
    "reads files that are no solutions": "open({yours!r}).read(); open({card!r}).read(); os.environ['PATH']",
    "changes the mode of a file": "os.chmod({card!r}, 0o700)",
    "takes away the right to read a kata's file": "os.chmod({broken!r}, 0)",
    "changes the times of a file": "os.utime({card!r}, (0, 0))",
    "writes an extended attribute of a file": """
        try: os.setxattr({card!r}, 'user.mine', b'1')
        except OSError as problem:
            if problem.errno != 95: raise  # only a file system without such attributes refuses it
    """,
    "leaves a file in shared memory": "open('/dev/shm/{mark}', 'w').write('left')",
    "leaves a segment of System V": "checked(libc.shmget({key}, 4096, 0o1600))",
    "fills the disk with many files": "[open(f'f{{n}}', 'w').truncate(60 << 20) for n in range(3)]",
    "takes the memory limit once for each process": """
        import mmap
        children = []
        for _ in range(3):
            children.append(os.fork())
            if children[-1] == 0: os._exit(len(mmap.mmap(-1, 900 << 20)) > 0)
        assert [os.waitpid(child, 0)[1] >> 8 for child in children] == [1, 1, 1], MemoryError
    """,
    "lowers the limits of the worker": "resource.prlimit({worker}, resource.RLIMIT_CORE, (0, 0))",
    "lowers the limits of other processes of yours": (
        "resource.prlimit({canary}, resource.RLIMIT_CORE, (0, 0))"
    ),
    "holds memory in files that have no name": """
        held = [os.memfd_create('held') for _ in range(4)]
        for file in held: os.ftruncate(file, 60 << 20)
    """,
    "leaves a semaphore of System V": "checked(libc.semget({key}, 1, 0o1600))",
    "changes the priority of the worker": "os.setpriority(os.PRIO_PROCESS, {worker}, {nice})",
    "chooses the processors of the worker": "os.sched_setaffinity({worker}, os.sched_getaffinity({worker}))",
    "sends a datagram to this machine": (
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))"
    ),
    "talks to a service through its socket": """
        socket.socket(socket.AF_UNIX).connect({service!r})
    """,
}

KEY = 0x6B << 24 | os.getpid()


class Escaped(Exception):
    """An attack has done what it set out to do."""


def known(names):
    return [
        pytest.param(
            name,
            marks=pytest.mark.xfail(strict=True, raises=Escaped, reason=f"docs/limits.md: {name}"),
        )
        for name in names
    ]


@pytest.mark.parametrize("what", known(SOLVES))
def test_the_broken_program_is_not_solved(attack, what):
    if attack(SOLVES[what]).verdict == "solved":
        raise Escaped


@pytest.mark.parametrize("what", known(REACHES))
def test_it_may_not(attack, arena, what, at_hand):
    found = attack(REACHES[what].format(**at_hand), "once")
    if found.verdict == "pitfall":  # the program ran on to its end
        raise Escaped
    assert refused(found), found


@pytest.fixture
def at_hand(arena, monkeypatch, tmp_path_factory):
    """What the attacks are told, and what is put right after them."""
    card = arena.root / "katas/toy/double.md"
    status = card.stat()
    broken = arena.root / "broken/toy/double.py"
    mode = broken.stat().st_mode
    worker = arena.judge.worker.process.pid
    mark = f"torchkata-left-{os.getpid()}"
    folder = tmp_path_factory.mktemp("s")
    (folder / "yours").write_text("yours")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as service:
        service.bind(str(folder / "s"))
        service.listen()
        yield {
            "card": str(card),
            "broken": str(broken),
            "yours": str(folder / "yours"),
            "mark": mark,
            "key": KEY,
            "worker": worker,
            "judge": os.getpid(),
            "canary": arena.canary.pid,
            "nice": os.getpriority(os.PRIO_PROCESS, worker),
            "port": server.getsockname()[1],
            "service": str(folder / "s"),
        }
    broken.chmod(mode)
    card.chmod(status.st_mode)
    os.utime(card, ns=(status.st_atime_ns, status.st_mtime_ns))
    Path("/dev/shm", mark).unlink(missing_ok=True)
    remove_segment()


def remove_segment():
    import ctypes

    libc = ctypes.CDLL(None)
    segment = libc.shmget(KEY, 0, 0)
    if segment >= 0:
        libc.shmctl(segment, 0, None)
    semaphore = libc.semget(KEY, 0, 0)
    if semaphore >= 0:
        libc.semctl(semaphore, 0, 0)


# The page for people


LIMITS = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")


def test_the_page_lists_exactly_what_is_not_stopped():
    listed = re.findall(r"^- \*\*(.+?)\*\*", LIMITS, re.MULTILINE)
    assert sorted(listed) == sorted([*SOLVES, *REACHES])


def test_no_other_module_expects_a_failure():
    here = Path(__file__)
    marked = [file.name for file in here.parent.glob("*.py") if "xfail(" in file.read_text()]
    assert marked == [here.name]


def test_the_page_names_the_tiers_as_the_doctor_does():
    from torchkata.system import fence

    for tier in tiers_of(fence):
        assert tier in " ".join(LIMITS.split())


def test_the_page_names_the_variables_that_a_program_sees():
    listed = re.search(r"^- Of your environment .*$", LIMITS, re.MULTILINE)
    assert listed
    named = re.findall(r"`(\w+\*?)`", listed[0])
    assert sorted(named) == sorted([*worker.PASSED, *(f"{prefix}*" for prefix in worker.PREFIXES)])


def tiers_of(fence):
    with pytest.MonkeyPatch.context() as patch:
        for version, scopes in ((7, True), (4, False), (3, False), (0, False)):
            patch.setattr(fence, "_version", lambda version=version: version)
            patch.setattr(fence, "_scopes", lambda _, scopes=scopes: scopes)
            yield textwrap.shorten(fence.tier(forks=True).partition("; ")[2].partition(" (")[0], 200)
