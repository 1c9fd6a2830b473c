"""What a program reaches for outside of its own check: solutions, files, processes, descriptors."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.engine.conftest import program
from tests.hostile.conftest import MARK, SHOWN, fenced, in_time, places, written
from torchkata.judging.worker import Limits
from torchkata.system import scratch

ANSWER = "answer = namespace['double']"  # what the function then returns is right

# Ways to read {file}. Each would solve the kata: the file is a right solution.
READS = {
    "open()": "text = open({file!r}).read()",
    "a descriptor": "fd = os.open({file!r}, os.O_RDONLY); text = os.read(fd, 9999)",
    "pathlib": "from pathlib import Path; text = Path({file!r}).read_text()",
    "linecache": "import linecache; text = ''.join(linecache.getlines({file!r})); text or 1 / 0",
    "memory": "import mmap; text = mmap.mmap(os.open({file!r}, os.O_RDWR), 0)[:]",
    "runpy": "import runpy; namespace = runpy.run_path({file!r}); text = ''",
    "a copy": "import shutil; shutil.copy({file!r}, 'copy'); text = open('copy').read()",
    "a link": "os.symlink({file!r}, 'link'); text = open('link').read()",
    "a hard link": "os.link({file!r}, 'link'); text = open('link').read()",
    "another name": "os.rename({file!r}, 'moved'); text = open('moved').read()",
    "another name for its folder": "os.rename(os.path.dirname({file!r}), 'moved')",
    "a way around": "text = open('/proc/self/root' + {file!r}).read()",
    "the root of the worker": "text = open(f'/proc/{{os.getppid()}}/root' + {file!r}).read()",
    "its folder": "os.chdir(os.path.dirname({file!r})); text = open(os.path.basename({file!r})).read()",
    "a descriptor of its folder": """
        folder = os.open(os.path.dirname({file!r}), os.O_PATH)
        text = os.read(os.open(os.path.basename({file!r}), os.O_RDONLY, dir_fd=folder), 9999)
    """,
    "another program": "text = subprocess.run(['cat', {file!r}], capture_output=True, check=True).stdout",
    "a shell": "text = subprocess.check_output('cat < ' + {file!r}, shell=True)",
    "a child": "r, w = os.pipe(); os.fork() or os._exit(os.write(w, open({file!r}, 'rb').read()) * 0)\n"
    "os.close(w); text = os.read(r, 9999) or 1 / 0",
    "a thread": """
        from concurrent.futures import ThreadPoolExecutor
        text = ThreadPoolExecutor().submit(lambda: open({file!r}).read()).result()
    """,
    "torch": "text = bytes(torch.from_file({file!r}, size=40, dtype=torch.uint8)) * 2",
}
SOLUTIONS = (
    "fixed/toy/double.py",
    "tests/toy/double/right_sum.py",
    "tests/toy/test_double.py",
    ".git/config",
)
OF_THE_TREE = ("katas/toy/double.md", "pyproject.toml", "tests/toy/test_double.py", "broken/toy/double.py")

# Ways to change {file}, which is everybody's but the program's.
WRITES = {
    "open()": "open({file!r}, 'w')",
    "appending": "open({file!r}, 'a')",
    "a descriptor": "os.open({file!r}, os.O_RDWR)",
    "truncate()": "os.truncate({file!r}, 0)",
    "removing it": "os.remove({file!r})",
    "another name": "os.rename({file!r}, {file!r} + '.old')",
    "a file in its place": "open('new', 'w').close(); os.replace('new', {file!r})",
    "moving it away": "os.rename({file!r}, 'mine')",
    "a link to it": "os.link({file!r}, 'link'); open('link', 'w')",
    "a shell": "subprocess.run('echo > ' + {file!r}, shell=True, check=True, stderr=subprocess.PIPE)",
    "removing its folder": "import shutil; shutil.rmtree(os.path.dirname({file!r}))",
}
# New files that a later run of something would read.
DROPS = [
    "{root}/conftest.py",
    "{root}/tests/conftest.py",
    "{root}/tests/toy/conftest.py",
    "{root}/pytest.ini",
    "{root}/torch.py",
    "{root}/random.py",
    "{root}/.kata/history.jsonl",
    "{root}/katas/toy/double.py",
    "{engine}/planted.py",
    "{site}/torchkata_planted.py",
    "{site}/torchkata_planted.pth",
    "{home}/.torchkata_planted",
    "/tmp/torchkata_planted_{mark}",
    "/var/tmp/torchkata_planted_{mark}",
    "{scratch}/planted",
    "/dev/shm/torchkata_planted_{mark}/file",
]

# What would end, stop or disturb the process {pid}.
SIGNALS = {
    "SIGKILL": "os.kill({pid}, signal.SIGKILL)",
    "SIGSTOP": "os.kill({pid}, signal.SIGSTOP)",
    "SIGINT": "os.kill({pid}, signal.SIGINT)",
    "a signal to its group": "os.killpg(os.getpgid({pid}), signal.SIGTERM)",
    "a signal through a descriptor": "signal.pidfd_send_signal(os.pidfd_open({pid}), signal.SIGKILL)",
    "a signal to its thread": "checked(libc.tgkill({pid}, {pid}, 9))",
    "a child's signal": "child = os.fork()\nif child == 0:\n    os.kill({pid}, signal.SIGKILL); os._exit(0)\n"
    "assert os.waitpid(child, 0)[1] == 0, PermissionError",
    "another program": "subprocess.run(['kill', '-9', '{pid}'], check=True, stderr=subprocess.PIPE)",
}
MEMORY = {
    "its memory, as a file": "open('/proc/{pid}/mem', 'r+b')",
    "its memory, by a call": """
        vector = (ctypes.c_size_t * 2)(id(libc), 8)
        checked(libc.process_vm_readv({pid}, vector, 1, vector, 1, 0))
    """,
    "a debugger's call": "checked(libc.ptrace(16, {pid}, 0, 0))",
    "its descriptors": "checked(libc.syscall(438, os.pidfd_open({pid}), 1, 0))",
    "the list of its descriptors": "os.listdir('/proc/{pid}/fd'); open('/proc/{pid}/fd/2', 'w')",
    "its priority with the killer of processes": "open('/proc/{pid}/oom_score_adj', 'w').write('1000')",
}


def refused(found):
    """Whether the program got an error of its own, which says that it may not."""
    words = found.message or found.first_failed.message
    return found.verdict in ("invalid", "failing") and any(
        said in words
        for said in ("Permission", "not permitted", "cross-device", "CalledProcessError", "ZeroDivision")
    )


# Files


@fenced()
@pytest.mark.parametrize(("way", "where"), places(READS))
def test_a_solution_cannot_be_read(attack, arena, way, where):
    code = READS[way].format(file=str(arena.root / "fixed/toy/double.py"))
    if "text" in code:
        code = f"namespace = {{}}\n{_dedent(code)}\nnamespace or exec(text, namespace)"
    found = attack(f"{_dedent(code)}\n{ANSWER}", where)
    assert refused(found), found


@fenced()
@pytest.mark.parametrize("file", SOLUTIONS)
def test_no_proof_and_no_other_solution_can_be_read(attack, arena, file):
    assert (arena.root / file).read_text()
    assert refused(attack(f"open({str(arena.root / file)!r}).read()"))


@fenced()
def test_what_the_installation_carries_cannot_be_read_either(attack):
    from torchkata.collection import content

    (kata, *_) = content.installed().katas()
    for file in (kata.fixed, kata.test, kata.rights[0]):
        assert refused(attack(f"open({str(file)!r}).read()"))


@fenced()
@pytest.mark.parametrize("name", ["fixed.toy.double", "tests.toy.double.right_sum", "tests.toy.test_double"])
def test_a_solution_cannot_be_imported(attack, name):
    code = f"""
    import importlib
    sys.modules.pop({name!r}, None)
    answer = importlib.import_module({name!r}).double
    """
    assert refused(attack(code))


@fenced()
def test_the_disk_itself_cannot_be_read(attack):
    found = attack(
        "for name in os.listdir('/dev'):\n"
        "    if stat.S_ISBLK(os.stat('/dev/' + name).st_mode): open('/dev/' + name, 'rb')\n"
        "raise PermissionError('there is no disk')"
    )
    assert refused(found)


@fenced()
@pytest.mark.parametrize(("way", "file"), places(WRITES, OF_THE_TREE))
def test_a_file_of_the_tree_cannot_be_changed(attack, arena, way, file):
    found = attack(WRITES[way].format(file=str(arena.root / file)), "once")
    assert refused(found), found


@fenced()
@pytest.mark.parametrize("place", DROPS)
def test_nothing_can_be_planted(attack, arena, place):
    import sysconfig

    import torchkata

    file = place.format(
        root=arena.root,
        engine=os.path.dirname(torchkata.__file__),
        site=sysconfig.get_path("purelib"),
        home=os.path.expanduser("~"),
        scratch=arena.scratch,
        mark=MARK,
    )
    code = f"""
    os.path.isdir(os.path.dirname({file!r})) or os.mkdir(os.path.dirname({file!r}))
    open({file!r}, 'w').write('# planted')
    """
    found = attack(code)
    planted = os.path.exists(file)
    if planted:  # never to be left in somebody's environment
        os.remove(file)
    assert not planted
    assert refused(found), found


@fenced()
def test_no_terminal_can_be_written_to(attack):
    leader, terminal = os.openpty()
    try:
        found = attack(f"open({os.ttyname(terminal)!r}, 'w').write('solved')")
    finally:
        os.close(leader)
        os.close(terminal)
    assert refused(found), found


def test_there_is_no_terminal_and_no_input(attack):
    code = """
    assert sys.stdin.read() == ''
    try: open('/dev/tty')
    except OSError: pass
    else: raise AssertionError('there is a terminal')
    """
    assert attack(code).verdict == "pitfall"


# Descriptors


def test_a_program_inherits_its_standard_streams_and_the_pipe_of_its_reports(attack):
    code = """
    def there(fd):
        try: return os.fstat(fd) is not None
        except OSError: return False
    open_now = [fd for fd in range(1000) if there(fd)]
    assert open_now == [0, 1, 2, pipe()], open_now
    """
    assert attack(code).verdict == "pitfall"


@pytest.mark.parametrize(
    "code",
    [
        "os.closerange(0, 3)",
        "os.dup2(os.open(os.devnull, os.O_RDWR), 1)",
        "fcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK); fcntl.fcntl(0, fcntl.F_SETFL, os.O_NONBLOCK)",
        "fcntl.fcntl(pipe(), 1031, 4096)",
        "os.set_blocking(1, False)",
    ],
)
def test_what_a_program_does_to_its_streams_is_its_own_loss(attack, code):
    assert attack(code).verdict == "pitfall"


@pytest.mark.parametrize("code", ["os.close(pipe())", "os.dup2(1, pipe())", "os.closerange(3, 99)"])
def test_without_the_pipe_of_its_reports_nothing_is_reported(attack, code):
    assert attack(code).verdict == "early_exit"


# Processes


@fenced(6)
@pytest.mark.parametrize(
    ("way", "whose"), [*places(SIGNALS, ["worker"]), *places(SIGNALS, ["judge", "canary"])]
)
def test_no_signal_gets_out(attack, arena, way, whose):
    pids = {"worker": arena.judge.worker.process.pid, "judge": os.getpid(), "canary": arena.canary.pid}
    found = attack(SIGNALS[way].format(pid=pids[whose]))
    assert refused(found) or "AssertionError" in found.message, found


@fenced(6)
def test_no_owner_of_a_descriptor_is_signalled(attack, arena):
    code = f"""
    one, other = socket.socketpair()
    fcntl.fcntl(one, fcntl.F_SETOWN, {arena.canary.pid})
    fcntl.fcntl(one, 10, signal.SIGKILL)  # F_SETSIG
    fcntl.fcntl(one, fcntl.F_SETFL, os.O_ASYNC)
    other.send(b"x"); time.sleep(0.1)
    """
    assert attack(code).verdict in ("pitfall", "invalid")
    time.sleep(0.1)
    assert arena.canary.poll() is None


@fenced()
@pytest.mark.parametrize("whose", ["worker", "judge"])
@pytest.mark.parametrize("way", MEMORY)
def test_no_memory_of_another_process_can_be_reached(attack, arena, way, whose):
    pids = {"worker": arena.judge.worker.process.pid, "judge": os.getpid()}
    found = attack(_dedent(MEMORY[way].format(pid=pids[whose])))
    assert refused(found), found


def test_no_program_gains_rights(attack):
    code = "assert 'NoNewPrivs:\\t1' in open('/proc/self/status').read()"
    assert attack(code).verdict == "pitfall"


@fenced(6)
@pytest.mark.usefixtures("afterwards")
def test_a_program_cannot_disturb_the_check_beside_it(arena):
    """All that look like the attacker are its siblings, their parent, and the judge's other threads."""
    code = f"""
    for name in os.listdir('/proc'):
        if name.isdigit() and int(name) != os.getpid():
            try:
                if {str(arena.root)!r}.encode() not in open(f'/proc/{{name}}/cmdline', 'rb').read(): continue
                os.kill(int(name), signal.SIGKILL)
            except (PermissionError, FileNotFoundError, ProcessLookupError): pass
            for folder in os.listdir({str(arena.scratch)!r}):
                folder = os.path.join({str(arena.scratch)!r}, folder)
                if folder != os.getcwd():
                    try: open(os.path.join(folder, 'submission/toy/double.py'), 'w')
                    except (PermissionError, FileNotFoundError): pass
    """
    arena.judge.limits = Limits(seconds=30)
    texts = [written(code, "import"), program("2 * values  # honest")] * 4
    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(lambda t: arena.judge.check(arena.entry, t.encode(), SHOWN).verdict, texts))
    assert verdicts == ["pitfall", "solved"] * 4


@pytest.mark.usefixtures("afterwards")
def test_a_check_that_is_called_off_leaves_nothing(arena):
    from torchkata.judging.worker import Cancel, Cancelled

    arena.judge.limits = Limits(seconds=30)
    cancel = Cancel()
    threading.Timer(0.4, cancel.set).start()
    text = written("linger(setsid=True); time.sleep(3600)", "once").encode()
    with pytest.raises(Cancelled):
        arena.judge.check(arena.entry, text, SHOWN, cancel)
    cancel.close()


JUDGE = """
import sys
from pathlib import Path
from torchkata.collection.catalogue import Catalogue
from torchkata.judging.judge import Judge
from torchkata.collection.layout import Tree
tree = Tree(Path(sys.argv[1]))
with Judge(tree, tree.katas()) as judge:
    judge.check(Catalogue(tree)["toy/double"], sys.argv[2].encode(), Path("double.py"))
"""


ENDS = {
    "is killed": lambda judge: judge.kill(),
    "is told to go": lambda judge: judge.terminate(),
    # The terminal tells all whom the loop has started, unless they have left its group.
    "is interrupted": lambda judge: os.killpg(judge.pid, signal.SIGINT),
    "loses its terminal": lambda judge: os.killpg(judge.pid, signal.SIGHUP),
}


@pytest.mark.usefixtures("afterwards", "signals_arrive")
@pytest.mark.parametrize("how", ENDS)
def test_when_the_judge_goes_everybody_goes(arena, tmp_path, how):
    """The loop may end in any way, in the middle of a check: nobody stays to eat the battery."""
    text = written("linger(setsid=True)\nwhile True: pass", "once")
    judge = subprocess.Popen(
        [sys.executable, "-c", JUDGE, str(arena.root), text],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert in_time(lambda: arena.processes([MARK]), 60), "it did not get to the attack"
        ENDS[how](judge)
        assert judge.wait(30) != 0
    finally:
        judge.kill()
        judge.wait()
    # What stays is the worker of the arena's own judge, with the child that waits.
    assert in_time(lambda: len(arena.crowd()) <= 2, 20), arena.crowd()
    assert in_time(lambda: not list(tmp_path.glob("torchkata-*")), 20), list(tmp_path.iterdir())


def _dedent(code):
    import textwrap

    return textwrap.dedent(code).strip()


# Another check, and a judge that is gone


def test_the_program_of_the_check_beside_it_cannot_be_read(attack, arena):
    beside = arena.judge.home / "beside" / "submission" / "toy" / "double.py"
    beside.parent.mkdir(parents=True)
    beside.write_text("the text of somebody else")
    try:
        found = attack(f"print(open({str(beside)!r}).read())")
    finally:
        scratch.remove(arena.judge.home / "beside")
    assert found.verdict == "invalid"
    assert "PermissionError" in found.message
    assert "somebody else" not in found.output


@pytest.mark.usefixtures("signals_arrive")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_on_the_slow_road_no_program_outlives_its_judge(arena, tmp_path, number):
    sleep = f"62.{os.getpid()}{int(number):02}"
    program = (
        f"import os, pathlib, time\nprint('here', flush=True)\nos.execv('/bin/sleep', ['sleep', '{sleep}'])\n"
    )
    (tmp_path / "program.py").write_text(program)
    command = [
        sys.executable,
        "-m",
        "torchkata",
        "check",
        "toy/double",
        "--solution",
        str(tmp_path / "program.py"),
    ]
    environment = {**os.environ, "TORCHKATA_FORK": "0", "TMPDIR": str(tmp_path)}
    judge = subprocess.Popen(command, cwd=arena.root, env=environment, stdout=subprocess.DEVNULL)

    def running():
        return [
            int(folder.name) for folder in Path("/proc").glob("[0-9]*") if sleep.encode() in cmdline(folder)
        ]

    assert in_time(running, 120), "the program never ran"
    judge.send_signal(number)
    judge.wait(30)
    assert in_time(lambda: not running(), 30), "it goes on without its judge"


def cmdline(folder):
    try:
        return (folder / "cmdline").read_bytes()
    except OSError:
        return b""
