"""Where no notification arrives, files are looked at; and no save falls between the two."""

import sys
import threading

import pytest

from torchkata.learner import watcher


@pytest.fixture
def deaf(monkeypatch):
    """As where notifications do not arrive, but sooner."""
    monkeypatch.setitem(sys.modules, "watchfiles", None)  # its import fails
    monkeypatch.setattr(watcher, "PROBE_WAIT", 0.2)
    monkeypatch.setattr(watcher, "LOOK_EVERY", 0.02)


def test_a_save_at_the_very_moment_of_the_notice_is_seen(deaf, tmp_path):
    file, seen = tmp_path / "katas" / "toy" / "double.py", []
    file.parent.mkdir(parents=True)
    saved = threading.Event()

    def heard(_files):
        seen.append(file.exists())
        if file.exists():
            saved.set()

    watching = watcher.Watcher(
        [tmp_path / "katas"], tmp_path / "watch" / "probe", heard, polling=lambda: file.write_text("mine")
    )
    watching.start()
    try:
        assert saved.wait(5), f"looked {len(seen)} times"
    finally:
        watching.stop()


def test_every_later_save_is_seen_too(deaf, tmp_path):
    file = tmp_path / "katas" / "toy" / "double.py"
    file.parent.mkdir(parents=True)
    polling, heard = threading.Event(), threading.Semaphore(0)
    probe = tmp_path / "watch" / "probe"
    watching = watcher.Watcher([tmp_path / "katas"], probe, lambda _: heard.release(), polling.set)
    watching.start()
    try:
        assert polling.wait(5)
        assert heard.acquire(timeout=5)  # the look that follows the notice
        for text in ("one", "two", "six"):
            file.write_text(text)
            assert heard.acquire(timeout=5), text
    finally:
        watching.stop()


def test_a_file_that_is_a_link_is_followed_where_it_leads(tmp_path):
    katas, elsewhere = tmp_path / "katas" / "toy", tmp_path / "elsewhere"
    katas.mkdir(parents=True)
    elsewhere.mkdir()
    (elsewhere / "double.py").write_text("one")
    (katas / "double.py").symlink_to(elsewhere / "double.py")
    heard = threading.Semaphore(0)
    watching = watcher.Watcher(
        [tmp_path / "katas"],
        tmp_path / "watch" / "probe",
        saved=lambda files: heard.release() if katas / "double.py" in files else None,
        polling=lambda: None,
    )
    watching.follow(katas / "double.py")
    watching.start()
    try:
        for number in range(50):  # it looks five times a second once it is ready
            (elsewhere / "double.py").write_text(f"two {number}")
            if heard.acquire(timeout=0.5):
                return
        pytest.fail("no save was heard of")
    finally:
        watching.stop()


def test_a_save_through_a_link_is_seen_while_it_still_listens(tmp_path, monkeypatch):
    katas, away = tmp_path / "katas" / "toy", tmp_path / "away.py"
    katas.mkdir(parents=True)
    away.write_text("one")
    (katas / "double.py").symlink_to(away)
    heard = threading.Event()
    watching = watcher.Watcher(
        [tmp_path / "katas"],
        tmp_path / "watch" / "probe",
        saved=lambda files: heard.set() if katas / "double.py" in files else None,
        polling=lambda: None,
    )
    # The only save, after the watcher was started and before it knows how it will hear of saves.
    monkeypatch.setattr(watching, "_hears", lambda: away.write_text("two, and longer") > 0)
    watching.follow(katas / "double.py")
    watching.start()
    try:
        assert heard.wait(10)
    finally:
        watching.stop()
