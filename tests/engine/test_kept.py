"""The road for a device where a process is dear, which is then kept from check to check. On the CPU by force.

It has to give the same verdicts as a process for each check, from far fewer processes, and nothing of one
program in the verdict of the next.
"""

import re
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.engine.conftest import program, write_kata, write_tree
from torchkata.authoring.proof import prove
from torchkata.collection.catalogue import Catalogue
from torchkata.grading.grader import Grader
from torchkata.judging.judge import Judge
from torchkata.judging.worker import Cancel, Cancelled, Limits, keeps
from torchkata.system import devices, fence
from torchkata.system.usage import descendants

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the warm worker forks on Linux alone")

RIGHT = program("2 * values")
KATAS = (
    "basics/square",
    "graph/second_step",
    "optim/flat_line",
    "losses/padded_batch",
    "modes/scoring",
    "state/best_model",
)


@pytest.fixture(scope="module", autouse=True)
def by_force():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHKATA_KEEP", "1")
        yield


class Road:
    """A judge that keeps its processes, and what has become of those."""

    def __init__(self, judge, entry):
        self.judge, self.entry = judge, entry

    def check(self, text, **limits):
        self.judge.limits = Limits(**{"seconds": 5.0, "memory": 1 << 30, **limits})
        return self.judge.check(self.entry, text.encode(), Path("double.py"))

    def count(self):
        return self.judge.worker.counted()

    def replaced_by(self, text, **limits):
        """The verdict on a program, and why its process is replaced after it; "" where it stays."""
        assert self.check(RIGHT).verdict == "solved"
        before = self.count()
        found = self.check(text, **limits)
        after = self.check(RIGHT)
        assert after.verdict == "solved", (after.message, after.first_failed)
        now = self.count()
        why = [cause for cause, n in now.replaced.items() if n != before.replaced.get(cause, 0)]
        assert now.made - before.made == len(why) <= 1, (before, now)
        return found, "".join(why)


@pytest.fixture(scope="module")
def road(dojo):
    with Judge(dojo, dojo.katas(), one_hand=True) as judge:
        assert judge.kept
        yield Road(judge, Catalogue(dojo)["toy/double"])


def beginning(*lines, body="2 * values"):
    """A right program with these lines in it: they're executed whenever it is imported."""
    return program(body).replace("import torch\n", "import torch\n" + "\n".join(lines) + "\n", 1)


# The same verdicts


def facts(verdict):
    tests = [(test.name, test.outcome, test.message, test.line) for test in verdict.tests]
    return verdict.verdict, verdict.wrong_fix, verdict.message, verdict.line, tests


def test_every_verdict_on_six_katas_is_that_of_a_process_for_each_check(repository, monkeypatch):
    catalogue = Catalogue(repository)
    entries = [catalogue[name] for name in KATAS]
    katas = [entry.kata for entry in entries]
    found = {}
    for keep in ("1", "0"):
        monkeypatch.setenv("TORCHKATA_KEEP", keep)
        with Judge(repository, katas, ahead=False, one_hand=True) as judge:
            judge.collect()
            for entry in entries:
                for file in (entry.kata.broken, entry.kata.fixed, *entry.kata.rights, *entry.kata.wrongs):
                    text = file.read_bytes()
                    for each in (text, b"import nowhere\n" + text) if file == entry.kata.broken else (text,):
                        found.setdefault((entry.id, file.name, each), []).append(
                            facts(judge.check(entry, each, file))
                        )
            if keep == "1":
                counted = judge.worker.counted()
            else:
                assert judge.worker.counted() is None
    assert [(key, kept, forked) for key, (kept, forked) in found.items() if kept != forked] == []
    assert {kept[0] for kept, _ in found.values()} >= {"untouched", "solved", "wrong_fix", "invalid"}
    assert counted.served >= len(found) > 50
    assert counted.made <= counted.served / 5, counted


def test_the_proof_of_a_kata_takes_few_processes_and_says_so(kata_command):
    done = kata_command("prove", "--workers", "2", TORCHKATA_KEEP="1")
    assert done.returncode == 0, done.stdout + done.stderr
    said = re.search(r"On cpu a process is kept .*: (\d+) processe?s? for (\d+) programs\.", done.stdout)
    assert said, done.stdout
    assert int(said[1]) <= 2 < 9 <= int(said[2])


def test_by_default_it_is_for_cuda_alone_and_for_programs_of_one_hand(dojo, monkeypatch):
    monkeypatch.delenv("TORCHKATA_KEEP")
    assert [kind for kind in devices.KNOWN if keeps(kind)] == ["cuda"]
    monkeypatch.setenv("TORCHKATA_FORK", "0")
    assert not keeps("cuda")
    monkeypatch.delenv("TORCHKATA_FORK")
    monkeypatch.setenv("TORCHKATA_KEEP", "0")
    assert not keeps("cuda")
    monkeypatch.setenv("TORCHKATA_KEEP", "1")
    assert keeps("cpu")
    with Judge(dojo, dojo.katas()) as judge:
        assert not judge.kept
        assert judge.worker.counted() is None


def test_what_learners_hand_in_never_shares_a_process(dojo):
    with Grader(tree=dojo, keep=None) as grader:
        assert not grader.judge.kept


def test_a_kata_is_proven_on_the_stand_in_as_well(dojo):
    if trouble := devices.stand_in_trouble():
        pytest.skip(trouble)
    entry = Catalogue(dojo)["toy/double"]
    with Judge(dojo, [entry.kata], devices.STAND_IN, ahead=False, one_hand=True) as judge:
        judge.collect()
        assert prove(judge, entry).problems == []
        counted = judge.worker.counted()
    assert (counted.made, counted.replaced) == (1, {})
    assert counted.served >= 9


# Nothing of a program in the verdict of the next

LEFT = {
    "torch's default dtype": "torch.set_default_dtype(torch.float64)",
    "torch's default device": "torch.set_default_device('meta'); torch.zeros = torch.zeros",
    "grad mode": "torch.set_grad_enabled(False)",
    "inference mode": "torch.mine = torch.inference_mode(); torch.mine.__enter__()",
    "anomaly mode": "torch.autograd.set_detect_anomaly(True)",
    "warn always": "torch.set_warn_always(True)",
    "torch's threads": "torch.set_num_threads(3)",
    "deterministic algorithms": "torch.use_deterministic_algorithms(True)",
    "autocast": "torch.autocast('cpu').__enter__()",
    "denormal numbers": "torch.set_flush_denormal(True)",
    "matmul precision": "torch.set_float32_matmul_precision('medium')",
    "cudnn": "torch.backends.cudnn.deterministic = True",
    "hooks of saved tensors": "torch.autograd.graph.saved_tensors_hooks(id, id).__enter__()",
    "environment": "import os; os.environ['PYTHONHASHSEED'] = '3'",
    "umask": "import os; os.umask(0o777)",
    "signal handlers": "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN)",
    "blocked signals": "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])",
    "timers": "import signal; signal.setitimer(signal.ITIMER_REAL, 100)",
    "limits": "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99))",
    "threads": "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
    "processes": "import subprocess; subprocess.Popen(['sleep', '99'])",
    "open files": "import os; os.open('mine', os.O_CREAT)",
    "recursion limit": "import sys; sys.setrecursionlimit(150)",
    "digits of an int": "import sys; sys.set_int_max_str_digits(1000)",
    "garbage collection": "import gc; gc.disable()",
    "timeout of sockets": "import socket; socket.setdefaulttimeout(0.001)",
    "decimal context": "import decimal; decimal.getcontext().prec = 2",
    "numpy's errors": "import numpy; numpy.seterr(all='raise')",
    "files": "open('../mine', 'w').write('for whoever comes')",
    "a new module mine": "import sys, types; sys.modules['mine'] = types.ModuleType('mine')",
    "no module json": "import sys; sys.modules.pop('json', None)",
    "sys.path": "import sys; sys.path.append('/nowhere')",
    "sys.excepthook": "import sys; sys.excepthook = print",
    "sys.attacked": "import sys; sys.attacked = True",
    "random.random": "import random; random.random = lambda: 0.5",
    "Linear.forward": "torch.nn.Linear.forward = lambda self, values: values",
    "Linear.__call__": "torch.nn.Linear.__call__ = lambda self, values: values",
    "functional.relu.__code__": (
        "torch.nn.functional.relu.__code__ = (lambda input, inplace=False: input).__code__"
    ),
    "init.kaiming_uniform_.__code__": (
        "torch.nn.init.kaiming_uniform_.__defaults__ = (1, 'fan_in', 'relu', None)"
    ),
    "_global_forward_hooks": "torch.nn.modules.module.register_module_forward_hook(lambda *_: None)",
    "threshold": "torch.set_printoptions(threshold=3)",
    "default_collate_fn_map": "torch.utils.data._utils.collate.default_collate_fn_map[int] = None",
}


@pytest.mark.parametrize("what", LEFT)
def test_a_process_that_a_program_leaves_otherwise_is_replaced(road, what):
    _, why = road.replaced_by(beginning(LEFT[what]))
    assert what in why


# What the check puts back itself, as often as it's asked.
PUT_BACK = {
    "random numbers": "torch.manual_seed(3); import random; random.seed(3)",
    "the working directory": "import os; os.makedirs('inner', exist_ok=True); os.chdir('inner')",
    "filters of warnings": "import warnings; warnings.simplefilter('error')",
    "standard output": "import sys, io; sys.stdout = io.StringIO()",
    "a name of its own in sys.modules": (
        "import sys, types; sys.modules['submission.mine'] = types.ModuleType('mine')"
    ),
    "a home": "import os; os.environ['HOME'] = '/nowhere'",
    "files of its own": "open('mine', 'w').write('text')",
}


@pytest.mark.parametrize("what", PUT_BACK)
def test_what_is_put_back_costs_no_process(road, what):
    assert road.replaced_by(beginning(PUT_BACK[what]))[1] == ""


def test_random_numbers_are_the_same_for_each_program(road):
    draws = beginning(
        "import random, numpy", "print('drew', torch.rand(1).item(), random.random(), numpy.random.rand())"
    )
    first, second = (road.check(f"{draws}\n# {number}\n").output for number in range(2))
    assert first.count("drew") == 4
    assert first == second


def test_each_program_begins_with_the_imports_and_the_folder_of_a_fresh_one(road):
    looks = beginning(
        "import os, sys, tempfile",
        "if not hasattr(torch, 'seen_it'):",
        "    print('sees', sorted(os.listdir()), len(sys.path), sys.argv, os.listdir(os.environ['HOME']))",
    )
    first, second = (road.check(looks.replace("seen_it", name)).output for name in ("seen_it", "seen_at"))
    assert "sees ['home', 'submission']" in first
    assert first == second


def test_a_test_that_remembers_answers_forgets_them(tree):
    """`functools.cache` in a kata's test: keyed by what is equal for two programs."""
    kata = tree.kata("toy/double")
    kata.test.write_text(
        kata.test.read_text()
        + """
import functools

NOW = [None]


@functools.cache
def heard(name):
    return NOW[0].double(tensor([5.0], "cpu"))


def test_five_is_heard_as_ten(solution, device):
    NOW[0] = solution
    try:
        close(heard("five"), [10.0], "five, doubled")
    finally:
        NOW[0] = None
"""
    )
    with Judge(tree, [kata], one_hand=True) as judge:
        road = Road(judge, Catalogue(tree)["toy/double"])
        assert road.check(RIGHT).verdict == "solved"
        assert road.check(program("values * torch.where(values == 5, 3, 2)")).verdict == "failing"
        assert road.check(RIGHT).verdict == "solved"


def test_a_process_whose_device_has_become_sick_is_replaced(road):
    """Simulated: what is asked of the device raises, as anything does after a device-side assert."""
    _, why = road.replaced_by(beginning("torch.set_grad_enabled(False)"))
    assert why.startswith("the device doesn't answer")


# Ways out

ENDS = {
    "timeout": (beginning("while True: pass"), {"seconds": 0.5}, "timeout"),
    "exit": (beginning("import os; os._exit(0)"), {}, "early_exit"),
    "a crash": (beginning("import ctypes; ctypes.memset(0, 0, 1)"), {}, "crashed"),
    "a flood": (beginning("while True: print('x' * 10000)"), {}, "output_limit"),
    "memory": (program("torch.empty(10**10).fill_(1) and values"), {"memory": 1 << 28}, "memory"),
    "once": (beginning("import os; os.mkdir('mine')"), {}, "solved"),
    "tampering": (beginning("torch.isclose = torch.allclose"), {}, "tampered"),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_process_that_a_program_ends_or_spoils_is_replaced(road, how):
    text, limits, wanted = ENDS[how]
    assert road.check(RIGHT).verdict == "solved"
    before = road.count()
    found = road.check(text, **limits)
    assert found.verdict == wanted, found
    assert road.check(RIGHT).verdict == "solved"
    now = road.count()
    # What is executed for every test in a process of its own takes one more, which nobody keeps.
    assert now.made - before.made == 1 + (how == "once")
    assert sum(now.replaced.values()) - sum(before.replaced.values()) == 1


def test_an_exception_at_import_costs_no_process(road):
    found, why = road.replaced_by("import torch\nraise ValueError('not yet')\n")
    assert (found.verdict, why) == ("invalid", "")


def test_the_limit_of_time_counts_from_the_start_of_each_check(road):
    burns = beginning(
        "import time", "until = time.process_time() + 0.15", "while time.process_time() < until: pass"
    )
    assert road.check(RIGHT).verdict == "solved"
    before = road.count()
    for number in range(4):  # five imports each: together three times the limit
        assert road.check(f"{burns}\n# {number}\n", seconds=1.5).verdict == "solved"
    assert road.count().made == before.made


def test_the_limit_of_memory_counts_from_the_start_of_each_check(road):
    """And is the same for the fourth program: it's lowered for one check, and raised again."""
    takes = beginning("taken = torch.ones(10 << 20)")
    assert {road.check(takes, memory=150 << 20).verdict for _ in range(4)} == {"solved"}
    assert road.check(beginning("taken = torch.ones(60 << 20)"), memory=150 << 20).verdict == "memory"


def test_a_check_that_is_called_off_costs_its_process_alone(road):
    cancel = Cancel()
    threading.Timer(0.5, cancel.set).start()
    sleeps = beginning("import time; time.sleep(60)").encode()
    with pytest.raises(Cancelled):
        road.judge.check(road.entry, sleeps, Path("double.py"), cancel)
    cancel.close()
    assert road.check(RIGHT).verdict == "solved"


def test_two_at_a_time_get_a_process_each_and_both_are_kept(road):
    found, made = [], []

    def check(number):
        slow = beginning(f"import time; time.sleep(0.1)  # {number}").encode()
        found.append(road.judge.check(road.entry, slow, Path("double.py")).verdict)

    for _ in range(2):
        threads = [threading.Thread(target=check, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        made.append(road.count().made)
    assert found == ["solved"] * 4
    assert made[0] == made[1]


@pytest.mark.skipif(fence._version() < 1, reason="no Landlock here")
def test_a_kept_process_is_fenced_as_any_other(road):
    for what in ("fixed/toy/double.py", "tests/toy/double/right_sum.py"):
        file = road.judge.tree.root / what
        found = road.check(beginning(f"open({str(file)!r})"))
        assert found.verdict == "invalid", found
        assert "PermissionError" in found.message
    outside = road.judge.tree.root / "mine"
    assert "PermissionError" in road.check(beginning(f"open({str(outside)!r}, 'w')")).message


# Katas


def test_a_kata_that_needs_the_network_or_forks_gets_a_process_of_its_own(tmp_path, toy):
    tree = write_tree(tmp_path / "dojo")
    kata = toy.write_kata(tree.root, "toy/talks")
    kata.card.write_text(kata.card.read_text().replace("level = 1", 'level = 1\nneeds = ["fork"]'))
    catalogue = Catalogue(tree)
    with Judge(tree, tree.katas(), ahead=False, one_hand=True) as judge:
        judge.collect()
        made = []
        for name in ("double", "talks", "double", "talks", "double"):
            found = judge.check(catalogue[f"toy/{name}"], RIGHT.encode(), Path("double.py"))
            assert found.verdict == "solved"
            made.append(judge.worker.counted().made)
    assert made[0] == 1  # and the three that follow `double` stay in that one
    assert made[0] < made[1] == made[2] < made[3] == made[4]


def test_a_process_that_was_there_before_a_kata_was_collected_does_not_judge_it(tmp_path, toy):
    tree = write_tree(tmp_path / "dojo")
    write_kata(tree.root, "toy/other")
    catalogue = Catalogue(tree)
    with Judge(tree, tree.katas(), one_hand=True) as judge:
        for name in ("double", "other", "double"):
            found = judge.check(catalogue[f"toy/{name}"], RIGHT.encode(), Path("double.py"))
            assert (found.verdict, len(found.tests)) == ("solved", 4)
        assert judge.worker.counted().replaced == {}


def test_nobody_stays_when_the_judge_goes(tmp_path):
    tree = write_tree(tmp_path / "dojo")
    with Judge(tree, tree.katas(), one_hand=True) as judge:
        road = Road(judge, Catalogue(tree)["toy/double"])
        for _ in range(2):
            assert road.check(RIGHT).verdict == "solved"
        there = set(descendants(judge.worker.process.pid))
        assert there
        home = judge.home
        assert len([folder for folder in home.iterdir() if folder.name.startswith("kept-")]) == len(there)
        judge.worker.process.kill()  # and with no time for a farewell
        judge.worker.process.wait()
        assert road.check(RIGHT).verdict == "solved"
        there |= set(descendants(judge.worker.process.pid))
    until = time.monotonic() + 60
    while any(Path("/proc", str(pid)).exists() for pid in there) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(Path("/proc", str(pid)).exists() for pid in there)
    assert not home.exists()
