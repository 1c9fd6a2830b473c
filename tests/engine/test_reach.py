"""`kata doctor --room`: a second device comes, or doesn't, and a visit of our own proves nothing."""

import http.client
import re
import socket
import threading

import pytest

from torchkata.dojo import reach

PATIENCE = 60.0


def visited(source, wait):
    """The findings, when somebody at `source` follows the address that is said."""

    def visit(said):
        port = int(re.search(r":(\d+) ", said)[1])

        def come():
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE, source_address=(source, 0))
            line.request("GET", "/")
            assert b"reaches the laptop" in line.getresponse().read()
            line.close()

        visitor.append(threading.Thread(target=come))
        visitor[0].start()

    visitor = []
    found = {one.name: one for one in reach.look(visit, port=0, wait=wait, here="127.0.0.1")}
    visitor[0].join()
    return found


def test_a_second_device_that_comes_is_named():
    found = visited("127.0.0.2", PATIENCE)["reached"]
    assert (found.status, found.text) == ("ok", "by 127.0.0.2: learners can join")


def test_a_visit_of_our_own_proves_nothing_and_the_remedy_names_both_causes():
    found = visited("127.0.0.1", 1.0)["reached"]
    assert found.status == "wrong"
    assert "client isolation" in found.remedy
    assert "firewall" in found.remedy


def test_a_port_that_is_taken_is_said():
    with socket.create_server(("0.0.0.0", 0)) as taken:
        (found,) = reach.look(pytest.fail, port=taken.getsockname()[1], here="127.0.0.1")
    assert (found.name, found.status) == ("port", "wrong")


def test_a_machine_without_a_network_is_told_what_works_all_the_same(monkeypatch):
    monkeypatch.setattr(reach, "our_address", lambda: "127.0.0.1")
    (found,) = reach.look(pytest.fail)
    assert "stage, desk and hands" in found.text
