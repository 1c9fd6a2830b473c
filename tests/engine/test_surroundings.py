"""What of the caller's environment and of the network a program under check has: as little as it needs."""

import os
import re
import socket
import sys

import pytest

from torchkata.collection.catalogue import Catalogue
from torchkata.judging import worker
from torchkata.judging.judge import Judge
from torchkata.system import fence

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock, /proc and the fork are Linux's")
needs_landlock = pytest.mark.skipif(fence._version() < 1, reason="no Landlock here")
needs_its_network = pytest.mark.skipif(
    fence._version() < fence.TCP_SINCE, reason=f"the kernel's Landlock is {fence._version()}, TCP needs 4"
)

SECRET = "s3cr3t"
SECRETS = ("GITHUB_TOKEN", "NVIDIA_API_KEY", "AWS_SECRET_ACCESS_KEY", "PIP_INDEX_URL", "TORCHKATA_ANYTHING")


@pytest.fixture(scope="module")
def talk(tmp_path_factory, toy):
    """Run code with a kata's program; what it prints. The caller's environment is full of secrets."""
    from torchkata.collection.layout import Tree

    root = tmp_path_factory.mktemp("surroundings")
    toy.write_kata(root)
    open_kata = toy.write_kata(root, "toy/open")
    card = open_kata.card.read_text()
    open_kata.card.write_text(card.replace("level = 1", 'level = 1\nneeds = ["network"]'))
    (root / "pyproject.toml").write_text(toy.pyproject)
    tree = Tree(root)
    with pytest.MonkeyPatch.context() as patch:
        for name in SECRETS:
            patch.setenv(name, SECRET)
        patch.setenv("CUDA_VISIBLE_DEVICES", "7")
        patch.setenv("LC_ALL", "C.UTF-8")
        with Judge(tree, tree.katas()) as judge:

            def run(code, kata_id="toy/double"):
                entry = Catalogue(tree)[kata_id]
                program = f"import os, socket\n{code}\n{toy.program('2 * values')}".encode()
                return judge.check(entry, program, entry.kata.copy.relative_to(root))

            yield run


def test_no_secret_of_the_caller_is_in_the_environment_of_a_program(talk):
    found = talk("for name, value in os.environ.items(): print(f'{name}={value}')")
    seen = dict(line.split("=", 1) for line in found.output.splitlines() if "=" in line)
    assert found.verdict == "solved"
    assert seen["CUDA_VISIBLE_DEVICES"] == "7"
    assert seen["LC_ALL"] == "C.UTF-8"
    assert seen["PATH"] == os.environ["PATH"]
    assert SECRET not in found.output
    ours = {*worker.environment(), "CUDA_VISIBLE_DEVICES", "LC_ALL", "TMPDIR"}
    ours |= {"PYTEST_CURRENT_TEST", "PYTEST_VERSION", "TORCHINDUCTOR_CACHE_DIR"}  # pytest's and torch's own
    assert set(seen) <= ours


@needs_landlock
def test_home_is_an_empty_folder_of_the_check(talk):
    found = talk("import pathlib; home = pathlib.Path.home(); print(os.listdir(home), home)")
    assert found.output.startswith("[] ")
    assert os.path.expanduser("~") not in found.output.split()
    assert talk("(pathlib.Path.home() / 'cache').mkdir()".join(["import pathlib; ", ""])).verdict == "solved"


@pytest.mark.parametrize("whose", ["os.getppid()", str(os.getpid())], ids=["the worker", "the judge"])
def test_nor_can_it_be_read_from_the_processes_that_have_it(talk, whose):
    found = talk(f"print(open(f'/proc/{{{whose}}}/environ').read())")
    assert "PermissionError" in found.message
    assert SECRET not in found.output + found.message


@needs_its_network
@pytest.mark.parametrize("each", ["connect", "bind"])
def test_a_program_has_no_tcp_unless_its_card_says_that_it_must(talk, each):
    code = {
        "connect": "socket.create_connection(('127.0.0.1', {port}), timeout=5).close()",
        "bind": "socket.create_server(('127.0.0.1', 0)).close()",
    }[each]
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = code.format(port=server.getsockname()[1])
        refused = talk(code)
        assert refused.verdict == "invalid"
        assert "PermissionError" in refused.message
        assert "opens no connection" in refused.message
        assert talk(code, "toy/open").verdict == "solved"


@needs_its_network
def test_what_a_program_starts_has_none_either(talk):
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; '"
    code += " 'socket.create_server((\"127.0.0.1\", 0))'], check=True)"
    assert "CalledProcessError" in talk(code).message


def test_the_katas_that_need_the_network_are_those_with_ranks(repository):
    needing = {entry.id for entry in Catalogue(repository).entries if "network" in entry.card.needs}
    imported = re.compile(r"^from torchkata import .*\branks\b|torchkata\.ranks", re.MULTILINE)
    with_ranks = {kata.id for kata in repository.katas() if imported.search(kata.test.read_text())}
    assert needing
    assert needing == with_ranks
