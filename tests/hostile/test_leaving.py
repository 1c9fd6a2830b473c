"""Programs that leave before they are judged, or raise what is no ordinary exception, have not solved it."""

import pytest

from tests.hostile.conftest import places

# Exceptions that are more than an error to somebody, and whose text may be bait.
RAISED = {
    "sys.exit(0)": ("sys.exit(0)", "SystemExit: 0"),
    "sys.exit with words": ("sys.exit('solved')", "SystemExit: solved"),
    "quit()": ("quit()", "SystemExit"),
    "an interrupt from the keyboard": ("signal.raise_signal(signal.SIGINT)", "KeyboardInterrupt"),
    "StopIteration": ("raise StopIteration", "StopIteration"),
    "a group with SystemExit in it": (
        "raise BaseExceptionGroup('all', [SystemExit(0)])",
        "BaseExceptionGroup",
    ),
    "a BaseException of its own": ("raise type('Mine', (BaseException,), {})('passed')", "Mine: passed"),
    "unittest's skip": ("import unittest; raise unittest.SkipTest('not today')", "SkipTest: not today"),
    "pytest's skip": (
        "import pytest; raise pytest.skip.Exception('not today', allow_module_level=True)",
        "Skipped: not today",
    ),
    "pytest's exit": ("import pytest; raise pytest.exit.Exception('done', 0)", "Exit: done"),
    "pytest's failure": ("import pytest; raise pytest.fail.Exception('done')", "Failed: done"),
    "the end of the session": (
        "import pytest; raise pytest.UsageError('no tests ran in 0.01s')",
        "UsageError: no tests ran",
    ),
    "the comparison's own exception": (
        "from torchkata.checks import Mismatch; raise Mismatch('values', [2.0], [2.0], 'are equal')",
        "are equal",
    ),
    "an exception that hides its class": (
        "raise type('AssertionError', (Exception,), {'__class__': property(lambda self: type(None))})('odd')",
        "AssertionError: odd",
    ),
    "an exception whose text is no string": (
        "raise type('Odd', (Exception,), {'__str__': lambda self: 3})()",
        "Odd: (its message can't be shown)",
    ),
    "an exception whose text is of its own kind": (
        """
        class Text(str):
            def __getitem__(self, key): os._exit(0)
            def encode(self, *_, **__): os._exit(0)
            def partition(self, *_): os._exit(0)
        raise type('Odd', (Exception,), {'__str__': lambda self: Text('odd')})()
        """,
        "Odd",
    ),
    "an exception whose text ends the process when it is asked for": (
        "raise type('Odd', (Exception,), {'__str__': lambda self: sys.exit(0)})()",
        "Odd: (its message can't be shown)",
    ),
    "a chain of a thousand causes": (
        """
        problem = None
        for number in range(1000):
            later = ValueError(f"number {number}")
            later.__cause__ = problem
            problem = later
        raise problem
        """,
        "ValueError: number 999",
    ),
    "a cause in a circle": (
        "a, b = ValueError('a'), ValueError('b'); a.__cause__, b.__cause__ = b, a; raise a",
        "ValueError: a",
    ),
}

# The verdict, and what the message names.
GONE = {
    "os._exit(0)": ("os._exit(0)", "early_exit", "exit status 0"),
    "os._exit(1)": ("os._exit(1)", "early_exit", "exit status 1"),
    "the exit status of a copy that the program has forked": ("os._exit(71)", "early_exit", "status 71"),
    "exit() of libc": ("libc.exit(0)", "early_exit", "exit status 0"),
    "the system call": ("libc.syscall(231 if os.uname().machine == 'x86_64' else 94, 0)", "early_exit", "0"),
    "another thread": (
        "threading.Thread(target=os._exit, args=(0,)).start(); time.sleep(5)",
        "early_exit",
        "0",
    ),
    "another program in its place": ("os.execv(sys.executable, ['python', '-c', ''])", "early_exit", "0"),
    "another program that says solved": (
        """os.execv('/bin/sh', ['sh', '-c', 'echo \\'{"report": "end", "tampered": []}\\' >&2'])""",
        "early_exit",
        "exit status 0",
    ),
    "a parent that leaves after a fork": ("os.fork() and os._exit(0)", "early_exit", "exit status 0"),
    "an object whose end ends the process": (
        "class Last:\n    def __del__(self, leave=os._exit): leave(0)\nLast()",
        "early_exit",
        "exit status 0",
    ),
    "a signal handler": (
        "signal.signal(signal.SIGUSR1, lambda *_: os._exit(0)); signal.raise_signal(signal.SIGUSR1)",
        "early_exit",
        "exit status 0",
    ),
    "the garbage collector": ("gc.callbacks.append(lambda *_: os._exit(0)); gc.collect()", "early_exit", "0"),
    "a hook of autograd": (
        "x = torch.ones(1, requires_grad=True); x.register_hook(lambda _: os._exit(0)); (2 * x).backward()",
        "early_exit",
        "exit status 0",
    ),
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL)", "crashed", "SIGKILL"),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM)", "crashed", "SIGTERM"),
    "a real-time signal": ("os.kill(os.getpid(), signal.SIGRTMIN + 3)", "crashed", "signal"),
    "an alarm that nobody handles": (
        "signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(5)",
        "crashed",
        "SIGALRM",
    ),
    "a timer of processor time": (
        "signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)\nwhile True: pass",
        "crashed",
        "SIGVTALRM",
    ),
    "a limit of processor time": (
        "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
        "crashed",
        "SIGKILL",
    ),
    "abort()": ("libc.abort()", "crashed", "SIGABRT"),
    "a write to address 0": ("ctypes.memset(0, 0, 1)", "crashed", "SIGSEGV"),
    "a jump to address 0": ("ctypes.CFUNCTYPE(None)(0)()", "crashed", "SIGSEGV"),
    "a tensor over memory that is not there": (
        "(ctypes.c_float * 4).from_address(8)[0]",
        "crashed",
        "SIGSEGV",
    ),
    "the default for SIGPIPE": (
        "signal.signal(signal.SIGPIPE, signal.SIG_DFL); r, w = os.pipe(); os.close(r); os.write(w, b'x')",
        "crashed",
        "SIGPIPE",
    ),
    "its whole group": ("os.killpg(os.getpgrp(), signal.SIGTERM)", "crashed", "SIGTERM"),
}

# What would end a process that ends as Python's do; a check leaves without asking.
LATER = {
    "an exit handler": "import atexit; atexit.register(os._exit, 0)",
    "an exit handler of libc": "libc.on_exit(libc._exit, None)",
    "an exit handler of threading": "threading._register_atexit(os._exit, 0)",
    "a finalizer": "import weakref; weakref.finalize(torch, os._exit, 0)",
    "another hook for exceptions": "sys.excepthook = lambda *_: os._exit(0)",
    "another hook for exceptions of threads": "threading.excepthook = lambda *_: os._exit(0)",
    "another hook for what cannot be raised": "sys.unraisablehook = lambda *_: os._exit(0)",
    "a thread that raises": "threading.Thread(target=lambda: 1 / 0).start()",
    "a thread that leaves": "threading.Thread(target=sys.exit).start()",
    "an audit hook": "sys.addaudithook(lambda *_: None)",
    "a module that raises when it is gone": "sys.modules['last'] = type('M', (), {'__del__': os._exit})()",
}


@pytest.mark.parametrize(("what", "where"), places(RAISED))
def test_what_is_raised_is_shown(attack, what, where):
    code, words = RAISED[what]
    found = attack(code, where)
    assert found.verdict == ("invalid" if where == "import" else "failing"), found
    assert words in (found.message or found.first_failed.message)


@pytest.mark.parametrize(("what", "where"), places(GONE))
def test_who_leaves_has_not_solved_it(attack, what, where):
    code, verdict, words = GONE[what]
    found = attack(code, where)
    assert found.verdict == verdict, found
    assert words in found.message


@pytest.mark.parametrize(("what", "where"), places(LATER))
def test_what_waits_for_the_end_of_the_process_waits_in_vain(attack, what, where):
    assert attack(LATER[what], where).verdict == "pitfall"
