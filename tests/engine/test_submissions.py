"""Whatever a program does, it gets the right verdict, and the next program is judged as if nothing was.

Every bad program here is the broken one, or a right one with an accident; none may come out `solved`,
hang, or leave a process behind. The judge and its worker are the real ones.
"""

import io
import signal
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

import pytest
import torch
from rich.console import Console

from torchkata.collection.catalogue import Catalogue
from torchkata.judging.inside.run import memory_of
from torchkata.judging.judge import Judge
from torchkata.judging.named import only_named
from torchkata.judging.worker import Limits
from torchkata.show import verdicts
from torchkata.system import devices

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the warm worker forks on Linux alone")

BROKEN, RIGHT = "values + 1", "2 * values"
# Nobody waits ten seconds for a loop to be stopped; everything else may take its time on a busy machine.
LIMIT = defaultdict(lambda: {"seconds": 10.0}, timeout={"seconds": 0.5})
SHOWN = Path("double.py")

# What happens: the code, the verdict where it runs at import, and the one where the function runs it.
ACTIONS = {
    "raises SystemExit": ("raise SystemExit(0)", "invalid", "failing", "SystemExit: 0"),
    "raises KeyboardInterrupt": ("raise KeyboardInterrupt", "invalid", "failing", "KeyboardInterrupt"),
    "raises GeneratorExit": ("raise GeneratorExit", "invalid", "failing", "GeneratorExit"),
    "skips": (
        "import pytest; pytest.skip('no', allow_module_level=True)",
        "invalid",
        "failing",
        "Skipped: no",
    ),
    "expects to fail": ("import pytest; pytest.xfail('no')", "invalid", "failing", "XFailed: no"),
    "ends pytest": ("import pytest; pytest.exit('bye', 0)", "invalid", "failing", "Exit: bye"),
    "leaves with status 0": ("os._exit(0)", "early_exit", "early_exit", "exit status 0"),
    "says that it passed and leaves": (
        """print('{"report": "end", "tampered": []}', flush=True); os._exit(0)""",
        "early_exit",
        "early_exit",
        "exit status 0",
    ),
    "becomes another program": ("os.execv('/bin/true', ['true'])", "early_exit", "early_exit", "status 0"),
    "waits for input": ("input()", "invalid", "failing", "EOFError"),
    # Of processor time; on a busy machine the clock may end it first, after five times that.
    "loops": ("while True: pass", "timeout", "timeout", ".5 seconds"),
    "sleeps": ("time.sleep(60)", "timeout", "timeout", "waiting after 2.5 seconds"),
    "stops itself": (
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "timeout",
        "timeout",
        "waiting after 2.5 seconds",
    ),
    "ignores SIGTERM and loops": (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
        "timeout",
        "timeout",
        "waiting after 2.5 seconds",
    ),
    "prints for ever": ("while True: print('again')", "output_limit", "output_limit", "megabyte"),
    "takes gigabytes for bytes": ("bytearray(16 << 30)", "memory", "memory", "2 GiB"),
    "takes gigabytes for a tensor": ("torch.zeros(4 << 30)", "memory", "memory", "2 GiB"),
    "is killed": ("os.kill(os.getpid(), signal.SIGKILL)", "crashed", "crashed", "SIGKILL"),
    "aborts": ("os.abort()", "crashed", "crashed", "SIGABRT"),
    "reads address 0": ("import ctypes; ctypes.string_at(0)", "crashed", "crashed", "SIGSEGV"),
    "kills its group": ("os.killpg(0, signal.SIGKILL)", "crashed", "crashed", "SIGKILL"),
    "recurses without end": ("def f(): f()\nf()", "invalid", "failing", "RecursionError"),
    "closes every file": ("os.closerange(0, 512)", "early_exit", "early_exit", "before its tests were done"),
    "empties builtins": ("vars(builtins).clear()", "early_exit", "early_exit", "before its tests were done"),
    "deletes one builtin": ("del builtins.isinstance", "early_exit", "early_exit", "before its tests"),
    "replaces a function of torch": (
        "torch.isclose = lambda got, *_, **__: torch.ones_like(got, dtype=torch.bool)",
        "tampered",
        "tampered",
        "torch.isclose",
    ),
    "replaces the comparison": (
        "import torchkata.checks as c; c._close_tensors = lambda *_: None",
        "tampered",
        "tampered",
        "torchkata.checks._close_tensors",
    ),
    "replaces the comparison's code": (
        "import torchkata.checks as c; c.close.__code__ = (lambda *_, rtol=None, atol=None: None).__code__",
        "tampered",
        "tampered",
        "torchkata.checks.close",
    ),
    "widens the tolerance": (
        "import torchkata.checks as c; c.TOLERANCES[torch.float64] = (9.0, 9.0)",
        "tampered",
        "tampered",
        "torchkata.checks.TOLERANCES",
    ),
    "gives tensors another method": (
        "torch.Tensor.any = lambda self: False",
        "tampered",
        "tampered",
        "torch.Tensor.any",
    ),
    "makes tensors equal": (
        "torch.Tensor.__invert__ = torch.zeros_like",
        "tampered",
        "tampered",
        "torch.Tensor.__invert__",
    ),
    "raises with an evil message": (
        "class Evil(Exception):\n    def __str__(self): raise OSError\nraise Evil",
        "invalid",
        "failing",
        "Evil: (its message can't be shown)",
    ),
    "raises with half a character": (r"raise ValueError('\ud800')", "invalid", "failing", r"\ud800"),
}

# What is odd but harmless: the broken program stays the broken program.
HARMLESS = {
    "prints": "print('hello')",
    "prints a report that says passed": (
        """print('{"report": "test", "name": "test_every_value_comes_out_twice[cpu]", "outcome": "passed"}')
print('{"report": "end", "tampered": []}', flush=True)"""
    ),
    "reads its input": "import sys; assert sys.stdin.read() == ''",
    "has no output": "import sys; sys.stdout = None",
    "closes its output": "import sys; sys.stdout.close(); sys.stderr.close()",
    "leaves a thread that hangs": "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "leaves a thread that nobody ends": "threading.Thread(target=time.sleep, args=(60,)).start()",
    "has an exit handler": "import atexit; atexit.register(os._exit, 0)",
    "switches gradients off": "torch.set_grad_enabled(False)",
    "moves to another folder": "os.chdir('/')",
    "changes the environment": "os.environ.clear()",
    "changes the default dtype": "torch.set_default_dtype(torch.float16)",
    "makes an optimizer": "torch.optim.Adam([torch.ones(1)])",
    "turns warnings into errors": "import warnings; warnings.simplefilter('error')",
    "answers for names that it lacks": "def __getattr__(name): return None",
}
IMPORTS = "import builtins, os, signal, threading, time\n"


@pytest.fixture(scope="module")
def entry(dojo):
    return Catalogue(dojo)["toy/double"]


@pytest.fixture(scope="module")
def submission(toy):
    """The text of a program: what `double` returns, and code before it."""

    def text(result, before=""):
        return toy.program(result).replace("import torch\n", f"import torch\n{IMPORTS}{before}\n", 1)

    return text


@pytest.fixture
def check(judge, entry, submission, monkeypatch):
    """The verdict on a program. Afterwards nothing of it is left, and a right program is solved."""

    assert judge.worker.ready  # so that no test meets a worker that is still getting warm

    def verdict(program, seconds=10.0):
        monkeypatch.setattr(judge, "limits", Limits(seconds=seconds))
        begun = time.monotonic()
        found = judge.check(entry, program if isinstance(program, bytes) else program.encode(), SHOWN)
        assert time.monotonic() - begun < 5 * seconds + 60, "it took too long to end"
        return found

    yield verdict
    monkeypatch.undo()
    after = judge.check(entry, submission(RIGHT).encode(), SHOWN)
    assert after.verdict == "solved", f"{after.message} {after.first_failed}"
    # One child waits for the next request; whatever else there is was left behind.
    worker = judge.worker.process.pid
    assert within_a_second(lambda: len(below(worker)) <= 1), below(worker)


def below(parent):
    """The processes that descend from `parent`, with their states."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, its_parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:  # gone in the meantime
            continue
        if int(its_parent) == parent:
            found += [(int(folder.name), state), *below(int(folder.name))]
    return found


def within_a_second(holds):
    for _ in range(100):
        if holds():
            return True
        time.sleep(0.01)
    return False


def ends(pid):
    return within_a_second(lambda: not Path(f"/proc/{pid}").exists())


def said(found):
    """What a person reads first."""
    return found.message or (found.first_failed.message if found.first_failed else "")


# Honest programs


@pytest.mark.parametrize("result", [RIGHT, "values + values", "torch.add(values, values)"])
def test_a_right_program_is_solved(check, submission, result):
    assert check(submission(result)).verdict == "solved"


def test_the_starting_text_is_untouched(check, entry):
    found = check(entry.kata.broken.read_bytes())
    assert found.verdict == "untouched"
    assert [test.outcome for test in found.tests] == ["failed", "passed", "passed", "passed"]


def test_another_text_with_the_same_failure_is_still_the_pitfall(check, submission):
    assert check(submission("1 + values")).verdict == "pitfall"


@pytest.mark.parametrize(
    ("result", "wrong_fix"), [("values + 2 * values", "wrong_triple"), ("values * values", "wrong_square")]
)
def test_a_known_mistake_is_recognised_in_other_words(check, submission, result, wrong_fix):
    found = check(submission(result))
    assert (found.verdict, found.wrong_fix) == ("wrong_fix", wrong_fix)
    assert found.message in ("Three times is once too often.", "Squaring doubles two alone.")


@pytest.mark.parametrize(
    ("result", "verdict", "said"),
    [
        ("values + 1", "pitfall", "only names `values.abs`, which does nothing."),
        ("3 * values", "wrong_fix", "If it's to be called: `values.abs()`."),
        ("5 * values", "failing", "only names `values.abs`"),
        ("2 * values", "solved", ""),
    ],
)
def test_a_method_that_is_named_and_not_called_is_pointed_out(check, submission, result, verdict, said):
    written = submission(result).replace("    return", "    values.abs\n    return")
    found = check(written)
    assert (found.verdict, said in found.message) == (verdict, True)
    if verdict == "solved":
        assert found.message == ""
    else:
        line = written.splitlines().index("    values.abs") + 1
        assert f"Line {line} only names" in found.message


def test_what_stood_there_from_the_start_is_called_or_cannot_be_read_is_no_slip():
    assert "Line 2 only names `x.y`" in only_named(b"x\nx.y\nz\n", b"x\n")
    for program in (b"x\n'text'\n...\nx()\n", b"x.y\nif", b"\0", b"x.y = 1"):
        assert only_named(program, b"x\n") == ""


def test_an_unknown_mistake_shows_the_first_sentence_that_fails_with_its_line(check, submission):
    found = check(submission("values - 1"))
    assert (found.verdict, found.wrong_fix) == ("failing", None)
    red = found.first_failed
    assert red.sentence == "every value comes out twice"
    assert "element [1] should be 6, got 2, off by 4" in red.message
    assert "after `double` was called" in red.message
    assert submission("values - 1").splitlines()[red.line - 1] == "def double(values):"


def test_the_line_of_an_exception_is_the_programs_own(check, submission):
    program = submission("torch.ones(2) @ torch.ones(3)")
    red = check(program).first_failed
    assert "size" in red.message
    assert program.splitlines()[red.line - 1].endswith("torch.ones(2) @ torch.ones(3)")


# Accidents and mischief


@pytest.mark.parametrize("what", ACTIONS)
def test_what_happens_at_import_has_its_verdict(check, submission, what):
    code, verdict, _, words = ACTIONS[what]
    found = check(submission(RIGHT, code), **LIMIT[verdict])
    assert found.verdict == verdict, found
    assert words in said(found)


@pytest.mark.parametrize(
    ("cuda", "hip", "gpu", "limited"),
    [
        ("13.0", None, False, True),
        (None, None, True, True),
        ("13.0", None, True, False),
        (None, "7.0", True, False),
    ],
)
def test_memory_is_limited_on_torchs_usual_build_too_unless_there_is_a_gpu(
    monkeypatch, tmp_path, cuda, hip, gpu, limited
):
    monkeypatch.setattr(torch.version, "cuda", cuda)
    monkeypatch.setattr(torch.version, "hip", hip)
    monkeypatch.setattr(devices, "DRIVERS", (str(tmp_path if gpu else tmp_path / "none"),))
    assert memory_of({"limits": {"memory": 5}}) == (5 if limited else None)


@pytest.mark.parametrize("what", ACTIONS)
def test_what_happens_in_the_call_has_its_verdict(check, submission, what):
    code, _, verdict, words = ACTIONS[what]
    body = "\n".join(f"    {line}" for line in code.splitlines())
    found = check(submission(f"act() or {RIGHT}", f"def act():\n{body}"), **LIMIT[verdict])
    assert found.verdict == verdict, found
    assert words in said(found)


@pytest.mark.parametrize("what", HARMLESS)
def test_the_broken_program_stays_broken_when_it_does_harmless_things(check, submission, what):
    assert check(submission(BROKEN, HARMLESS[what])).verdict == "pitfall"


def test_what_a_program_prints_is_kept_up_to_a_limit(check, submission):
    assert check(submission(RIGHT, "print('hello')")).output.startswith("hello\n")
    found = check(submission(RIGHT, "print('x' * 100_000)"))
    assert found.verdict == "solved"
    assert 15_000 < len(found.output) < 25_000
    assert found.output.endswith("[output cut here]\n")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("None", "got None (no gradient reached it, or nothing was returned)"),
        ("type('Always', (), {'__eq__': lambda *_: True})()", "got an Always <Always>"),
        ("type('Mine', (torch.Tensor,), {'__eq__': lambda *_: True})(2 * values)", "got a Mine"),
        ("values * float('nan')", "got nan"),
        ("(2 * values).float()", "expected dtype torch.float64, got torch.float32"),
        ("(2 * values)[:, None]", "expected shape (2,), got shape (2, 1)"),
        ("torch.zeros(10**5)", "got shape (100000,)"),
        ("10 ** 5000", ""),
    ],
)
def test_what_is_no_right_value_is_no_solution(check, submission, result, words):
    found = check(submission(result))
    assert found.verdict == "failing"
    assert words in said(found)


@pytest.mark.parametrize(
    ("edit", "line", "words"),
    [
        (lambda text: "", None, "double.py must define double(values)"),
        (lambda text: "double = 3\n", None, "double.py must define double(values)"),
        (lambda text: "def __getattr__(name): return len\n", None, "double.py must define double(values)"),
        (
            lambda text: text.replace("double(values)", "double(values, more)"),
            8,
            "now it is double(values, more)",
        ),
        (lambda text: text.replace("double(values)", "double()"), 8, "now it is double()"),
        (
            lambda text: text.replace("double(values)", "double(numbers)"),
            8,
            "keep the signature double(values)",
        ),
        (lambda text: text.replace("return", "retrun"), 16, "SyntaxError: invalid syntax"),
        (lambda text: text.replace("    return", "  return"), 16, "IndentationError"),
        (lambda text: text + "\0", None, "null bytes"),
        (lambda text: text + "import nowhere\n", 17, "ModuleNotFoundError: No module named 'nowhere'"),
        (lambda text: text + "import sys; sys.modules[__name__] = 3\n", None, ""),
    ],
)
def test_what_cannot_be_run_is_invalid_and_says_where(check, submission, edit, line, words):
    found = check(edit(submission(RIGHT)))
    assert found.verdict == "invalid"
    assert words in found.message
    assert found.line == line
    assert {test.outcome for test in found.tests} == {"not run"}


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: ("# -*- coding: latin-1 -*-\n" + text + "# \xe9\n").encode("latin-1"),
        lambda text: text.replace("double(values)", "double(values, *, more=0)").encode(),
        lambda text: text.replace("double(values)", "double(values, more=0)").encode(),
        lambda text: text.rstrip("\n").encode(),
    ],
    ids=["byte order mark", "CRLF", "Latin-1", "keyword", "default", "no last newline"],
)
def test_another_encoding_or_a_needless_parameter_does_no_harm(check, submission, edit):
    assert check(edit(submission(RIGHT))).verdict == "solved"


def test_latin_1_without_a_word_is_invalid(check, submission):
    found = check((submission(RIGHT) + "name = '\xe9'\n").encode("latin-1"))
    assert found.verdict == "invalid"
    assert "utf-8" in found.message


# What people see of it


@pytest.mark.parametrize("at_import", [True, False])
def test_no_control_sequence_reaches_the_terminal(check, submission, entry, tmp_path, at_import):
    code = r"print('\33]0;mine\7 printed'); raise ValueError('\33[2J' + '\33]0;mine\7 raised')"
    program = submission(RIGHT, code) if at_import else submission(f"act() or {RIGHT}", f"def act(): {code}")
    found = check(program)
    file = tmp_path / "double.py"
    file.write_text(program.replace("raise ", "raise \33[2J "))
    paper = Console(file=io.StringIO(), width=100)
    paper.print(verdicts.verdict(found, entry, file))
    page = paper.file.getvalue()
    assert "ValueError" in page
    assert "raised" in page
    assert "printed" in page
    assert not [sign for sign in page if sign != "\n" and not sign.isprintable()]


# What a program may not leave to the next one


@pytest.mark.parametrize(
    ("act", "intact"),
    [
        ("torch.set_grad_enabled(False)", "torch.is_grad_enabled()"),
        ("torch.set_default_dtype(torch.float16)", "torch.get_default_dtype() == torch.float32"),
        ("torch.manual_seed(1); torch.rand(1)", "torch.initial_seed() != 1"),
        ("os.chdir('/')", "os.getcwd() != '/'"),
        ("os.environ['LEFT'] = 'yes'", "'LEFT' not in os.environ"),
        ("torch.isclose = None", "torch.isclose is not None"),
        ("open('left', 'w').close()", "not os.path.exists('left')"),
        ("os.remove(__file__)", "os.path.exists(__file__)"),
    ],
)
def test_nothing_leaks_into_the_next_check(check, submission, act, intact):
    assert check(submission(BROKEN, act)).verdict in ("pitfall", "tampered", "failing")
    assert check(submission(f"2 * values if {intact} else None")).verdict == "solved"


# Processes


def test_a_program_that_kills_the_worker_costs_at_most_its_own_check(check, submission):
    found = check(submission(RIGHT, "os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)"))
    # Where the kernel can keep signals in, the program gets an error of its own.
    assert found.verdict in ("crashed", "invalid")
    assert "was ended during this one" in found.message or "PermissionError" in found.message


def test_a_worker_that_dies_costs_one_check(check, submission, judge):
    threading.Timer(0.5, judge.worker.process.kill).start()
    found = check(submission(RIGHT, "time.sleep(60)"))
    assert found.verdict == "crashed"
    assert "the process that runs the checks was ended during this one" in found.message
    assert check(submission(RIGHT)).verdict == "solved"


def test_a_grandchild_that_keeps_the_pipes_open_goes_with_the_check(check, submission):
    found = check(submission(BROKEN, "print(os.posix_spawn('/bin/sleep', ['sleep', '60'], {}))"))
    assert found.verdict == "pitfall"
    assert ends(int(found.output.split()[0]))


def test_a_grandchild_goes_with_a_check_that_is_stopped(check, submission):
    code = "print(os.posix_spawn('/bin/sleep', ['sleep', '60'], {}), flush=True); time.sleep(60)"
    found = check(submission(RIGHT, code), seconds=1)
    assert found.verdict == "timeout"
    assert ends(int(found.output.split()[0]))


def test_a_grandchild_in_a_session_of_its_own_goes_too(check, submission):
    code = "print(os.posix_spawn('/bin/sleep', ['sleep', '60'], {}, setsid=True))"
    found = check(submission(BROKEN, code))
    assert found.verdict == "pitfall"
    assert found.seconds < 5
    assert ends(int(found.output.split()[0]))


def test_a_fork_that_runs_on_does_not_pass_for_its_parent(check, submission):
    assert check(submission(f"2 * values if os.fork() == 0 else {BROKEN}")).verdict == "pitfall"


def test_a_check_that_ends_in_the_moment_in_which_it_is_stopped_does_no_harm(check, submission, judge):
    # The worker sleeps while the child ends and the judge asks what it is doing: it wakes up to both.
    worker = judge.worker.process
    signals = [
        threading.Timer(0.25, worker.send_signal, [signal.SIGSTOP]),
        threading.Timer(1.5, worker.send_signal, [signal.SIGCONT]),
    ]
    for timer in signals:
        timer.start()
    # It leaves without its last report, so only the worker could tell that it is gone.
    assert check(submission(RIGHT, "time.sleep(0.5)\nos._exit(0)"), seconds=1).verdict == "early_exit"
    for timer in signals:
        timer.join()
    assert judge.worker.process is worker


# The slower road, for systems without fork


@pytest.fixture(scope="module")
def slow_judge(dojo):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHKATA_FORK", "0")
        with Judge(dojo, dojo.katas()) as slow:
            yield slow


@pytest.mark.parametrize(
    ("result", "before", "verdict"),
    [
        (RIGHT, "torch.optim.SGD([torch.ones(1)], lr=1.0)", "solved"),
        (BROKEN, "", "pitfall"),
        ("3 * values", "", "wrong_fix"),
        (RIGHT, "while True: pass", "timeout"),
        (RIGHT, "os._exit(0)", "early_exit"),
        (RIGHT, "while True: print('again')", "output_limit"),
    ],
)
def test_the_slower_road_leads_to_the_same_verdict(
    slow_judge, entry, submission, monkeypatch, result, before, verdict
):
    monkeypatch.setattr(slow_judge, "limits", Limits(**LIMIT[verdict]))
    found = slow_judge.check(entry, submission(result, before).encode(), SHOWN)
    assert found.verdict == verdict, found


def test_the_slower_road_knows_the_starting_text(slow_judge, entry):
    assert slow_judge.check(entry, entry.kata.broken.read_bytes(), SHOWN).verdict == "untouched"
