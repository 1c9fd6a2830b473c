"""Programs that take time, memory, output, disk or processes without end are stopped, and said so."""

import os
import textwrap

import pytest

ENDLESS = {
    "a loop": "while True: pass",
    "a loop in C": "sum(itertools.repeat(0))",
    "a number with a billion digits": "9 ** 9 ** 9 ** 9",
    "a regular expression that goes back and forth": "re.match(r'(a+)+$', 'a' * 40 + 'b')",
    "matrices": "x = torch.ones(600, 600)\nwhile True: x @ x",
    "one very large product of matrices": "torch.ones(9000, 9000) @ torch.ones(9000, 9000)",
    "a convergence that never comes": "x = torch.tensor(1.0)\nwhile x != x + 1: x = x * 0.5 + 0.5",
    "sleep": "time.sleep(3600)",
    "a lock taken twice": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "two threads that wait for each other": """
        first, second = threading.Lock(), threading.Lock()
        def take(one, other):
            with one:
                time.sleep(0.05)
                with other: pass
        threads = [threading.Thread(target=take, args=pair) for pair in ((first, second), (second, first))]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    """,
    "a thread that never ends": "t = threading.Thread(target=time.sleep, args=(3600,)); t.start(); t.join()",
    "a child that never ends": "os.waitpid(linger(), 0)",
    "an empty pipe": "r, w = os.pipe(); os.read(r, 1)",
    "a queue that nobody fills": "import queue; queue.Queue().get()",
    "a named pipe": "os.mkfifo('pipe'); open('pipe')",
    "a signal": "signal.pause()",
    "SIGSTOP": "os.kill(os.getpid(), signal.SIGSTOP)",
    "SIGSTOP for its whole group": "os.killpg(0, signal.SIGSTOP)",
    "deaf ears": """
        for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        time.sleep(3600)
    """,
    "an interrupt that is swallowed": """
        while True:
            try: time.sleep(3600)
            except BaseException: pass
    """,
    "a text of an exception that takes for ever": """
        class Slow(Exception):
            def __str__(self): time.sleep(3600)
        raise Slow
    """,
    "an attribute that takes for ever": """
        class Slow:
            def __getattribute__(self, name): time.sleep(3600)
            def __del__(self): time.sleep(3600)
        Slow().value
    """,
    "standard output that takes for ever": """
        class Slow:
            def flush(self): time.sleep(3600)
            def write(self, text): time.sleep(3600)
        sys.stdout = Slow()
    """,
    "itself": "signal.signal(signal.SIGSEGV, signal.SIG_IGN); os.execv('/bin/sleep', SLEEP)",
}
# Whatever is asked for, a quarter of a gibibyte is what there is.
HUNGRY = {
    "bytes": "bytearray(16 << 30)",
    "a tensor": "torch.zeros(4 << 30)",
    "a tensor that nobody has written to": "torch.empty(1 << 40)",
    "a text": "'torch' * (4 << 30)",
    "an array": "import numpy; numpy.ones(1 << 32)",
    "a list that grows": "x = [0]\nwhile True: x = [*x, *x]",
    "tensors that are kept": "kept = []\nwhile True: kept.append(torch.ones(1 << 22))",
    "a graph that is kept": "x = torch.ones(1 << 20, requires_grad=True)\nwhile True: x = x * 2",
    "a mapping": "import mmap; mmap.mmap(-1, 16 << 30)",
}
FLOODS = {
    "print": "while True: print('solved')",
    "one line": "while True: print('solved', end='')",
    "standard error": "while True: sys.stderr.write('solved')",
    "the descriptor": "while True: os.write(1, b'solved' * 1000)",
    "libc": "while True: libc.puts(b'solved' * 1000)",
    "warnings": "while True: warnings.warn(str(time.time()) * 100)",
    "a thread": """
        def flood():
            while True: os.write(2, b'solved' * 1000)
        threading.Thread(target=flood).start(); time.sleep(3600)
    """,
    "another process": "os.posix_spawn('/bin/sh', ['sh', '-c', 'yes solved'], {}); time.sleep(3600)",
    "another process, and an honest end": """
        os.posix_spawn('/bin/sh', ['sh', '-c', 'yes solved'], {})
        while True: pass
    """,
    "reports": "while True: os.write(pipe(), b'x' * 4096)",
    "empty reports": "while True: os.write(pipe(), b'\\n' * 4096)",
}
# What the operating system answers; the program goes on, and is the broken one that it was.
REFUSED = {
    "a file of more than 64 MiB": ("open('large', 'wb').write(bytes(65 << 20))", "File too large"),
    "a sparse file": ("open('large', 'wb').truncate(1 << 40)", "File too large"),
    "a file laid out in advance": ("os.posix_fallocate(os.open('f', 66), 0, 1 << 30)", "File too large"),
    "a tensor saved to more than 64 MiB": ("torch.save(torch.zeros(20 << 20), 'large.pt')", ""),
    "an endless recursion": ("def f(): f()\nf()", "RecursionError"),
    "an endless recursion through torch": (
        "def f(x): return torch.ones(1).apply_(f)\nf(0)",
        "RecursionError",
    ),
    "more memory by way of a higher limit": (
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 50, 1 << 50)); bytearray(16 << 30)",
        "",
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_takes_for_ever_is_stopped(attack, what):
    found = attack(ENDLESS[what], "call", seconds=0.3)
    assert found.verdict == "timeout", found
    # What computes is stopped at its limit; what waits, or doesn't get its turn, at five times that.
    stops = ("after 0.3 seconds of computing", "waiting after 1.5 seconds", "after 1.5 seconds by the clock")
    assert any(stop in found.message for stop in stops), found


@pytest.mark.parametrize("what", HUNGRY)
def test_what_takes_all_memory_is_told_so(attack, what):
    found = attack(HUNGRY[what], "call", memory=1 << 28)
    assert found.verdict == "memory", found
    assert "0.25 GiB" in found.message


def test_an_error_of_memory_that_is_handled_is_no_error(attack):
    code = "try: bytearray(16 << 30)\nexcept MemoryError: pass"
    assert attack(code).verdict == "pitfall"


def test_children_have_the_same_limit_of_memory_each(attack):
    code = """
    child = os.fork()
    if child == 0:
        try: bytearray(16 << 30)
        except MemoryError: os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    """
    assert attack(code).verdict == "pitfall"


@pytest.mark.parametrize("what", FLOODS)
def test_what_prints_without_end_is_stopped(attack, what):
    found = attack(FLOODS[what], "call")
    assert found.verdict == "output_limit", found
    assert len(found.output) < 30_000


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_system_refuses_is_the_programs_own_error(attack, what):
    code, words = REFUSED[what]
    found = attack(code, "call")
    assert found.verdict in ("failing", "memory"), found
    assert words in found.first_failed.message


@pytest.mark.parametrize(
    "code",
    [
        "[open(f'file {number}', 'w').close() for number in range(2000)]",
        "os.mkdir('locked'); open('locked/file', 'w').close(); os.chmod('locked', 0); os.chmod('.', 0)",
        "open('\\udcff\\n', 'w').close(); os.mkfifo('pipe'); os.symlink('/', 'root'); os.symlink('l', 'l')",
        """
        here = os.getcwd()
        for _ in range(1050):  # deeper than Python recurses, and longer than a path may be
            os.mkdir('folder'); os.chdir('folder')
        os.chdir(here)
        """,
        "socket.socket(socket.AF_UNIX).bind('socket'); os.mkdir('d'); os.link('socket', 'd/socket')",
        "tempfile.mkdtemp(); tempfile.mkstemp(); tempfile.NamedTemporaryFile(delete=False)",
    ],
    ids=["many files", "locked folders", "odd files", "deep folders", "sockets", "temporary files"],
)
def test_whatever_a_program_leaves_in_its_folder_goes(attack, code):
    found = attack(code, "once")
    assert found.verdict in ("pitfall", "failing"), found  # who locks its own folder, locks itself out


@pytest.mark.parametrize("folder_mode", [0o500, 0o000])
def test_the_clean_up_follows_no_link(attack, arena, folder_mode):
    code = f"""
    os.mkdir('locked')
    os.symlink({str(arena.root / "fixed")!r}, 'locked/folder')
    os.symlink({str(arena.root / "pyproject.toml")!r}, 'locked/file')
    os.chmod('locked', {folder_mode})
    """
    assert attack(code, "once").verdict == "pitfall"


# Processes and threads. Each is bounded, should nobody stop it.

CROWDS = {
    "a child": "linger()",
    "a child in a session of its own": "linger(setsid=True)",
    "a child in a group of its own": "linger(setpgroup=0)",
    "a hundred children": "[linger() for _ in range(100)]",
    "a hundred sessions": "[linger(setsid=True) for _ in range(100)]",
    "a daemon": """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv('/bin/sleep', SLEEP)
            os._exit(0)
        os.wait()
    """,
    "a child of the parent's": """
        # The copy counts as a sibling of this process, and as nobody's child here.
        clone = 56 if os.uname().machine == 'x86_64' else 220
        if libc.syscall(clone, 0x8000 | signal.SIGCHLD, 0, 0, 0, 0) == 0:
            os.setsid(); os.execv('/bin/sleep', SLEEP)
    """,
    "an adopter of its own": """
        libc.prctl(36, 1, 0, 0, 0)
        if os.fork() == 0:
            os.fork() == 0 and os.execv('/bin/sleep', SLEEP)
            os._exit(0)
    """,
    "a child that is stopped": "os.kill(linger(setsid=True), signal.SIGSTOP)",
    "a child that keeps the reports open": """
        os.set_inheritable(pipe(), True); linger(setsid=True); os.set_inheritable(pipe(), False)
    """,
    "a copy that goes on and reports": "os.fork()",
    "a copy that goes on and reports in another session": "os.fork() or os.setsid()",
    "eight copies that go on": "[os.fork() for _ in range(3)]",
    "copies that end in children of theirs": """
        def grow(depth):
            for _ in range(2):
                if depth and os.fork() == 0:
                    os.setsid(); grow(depth - 1); time.sleep(60); os._exit(0)
        grow(5)
    """,
    "a line of heirs": """
        # Each is gone as soon as the next is there: who kills what is listed comes too late.
        if os.fork() == 0:
            for _ in range(5000):
                os.setsid()
                if os.fork(): os._exit(0)
            os._exit(0)
    """,
    "threads": "[threading.Thread(target=time.sleep, args=(3600,)).start() for _ in range(8)]",
    "a pool of processes": "import multiprocessing as m; m.get_context('fork').Pool(8)",
}


@pytest.mark.parametrize("ending", ["leaves", "stays"])
@pytest.mark.parametrize("what", CROWDS)
def test_whoever_comes_with_a_program_goes_with_it(attack, what, ending):
    """Whether it ends by itself or is stopped; that nobody is left is what the fixture looks at."""
    wait = "" if ending == "leaves" else "\ntime.sleep(3600)"
    found = attack(textwrap.dedent(CROWDS[what]) + wait, "once", 20.0 if ending == "leaves" else 0.4)
    assert found.verdict == ("pitfall" if ending == "leaves" else "timeout"), found


@pytest.mark.skipif(os.geteuid() == 0, reason="the kernel lets root have as many as it likes")
@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("code", ["linger()", "threading.Thread(target=time.sleep, args=(3600,)).start()"])
def test_there_is_an_end_to_processes_and_threads(attack, code):
    # One more than there may be, with those that there are; without a limit, none at all.
    found = attack(f"for _ in range(resource.getrlimit(resource.RLIMIT_NPROC)[0] + 1): {code}", seconds=30.0)
    assert found.verdict == "invalid", found
    assert "Resource temporarily unavailable" in found.message or "can't start new thread" in found.message
