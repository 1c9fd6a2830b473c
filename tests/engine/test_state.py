"""Files that survive crashes: whole or not at all, appended by line, set aside when unreadable."""

import json
import os
import threading

import pytest

from torchkata.system import atomic


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    file = tmp_path / "a" / "b" / "note.txt"
    atomic.write_text(file, "é\n")
    assert file.read_bytes() == "é\n".encode()
    atomic.write_text(file, b"\xff\r\n")
    assert file.read_bytes() == b"\xff\r\n"


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(tmp_path, monkeypatch):
    file = tmp_path / "note.txt"
    atomic.write_text(file, "old")

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        atomic.write_text(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_reader_never_sees_a_part(tmp_path):
    file, stop, seen = tmp_path / "note.txt", threading.Event(), set()
    atomic.write_text(file, "a" * 100_000)

    def read():
        while not stop.is_set():
            text = file.read_text()
            seen.add((len(text), text[:1]))

    reader = threading.Thread(target=read)
    reader.start()
    for letter in "bcdefghijk":
        atomic.write_text(file, letter * 100_000)
    stop.set()
    reader.join()
    assert {length for length, _ in seen} == {100_000}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
def test_others_may_read_what_is_written_and_the_mode_of_a_file_stays(tmp_path):
    file = tmp_path / "note.txt"
    atomic.write_text(file, "one")
    assert file.stat().st_mode & 0o777 == 0o644
    file.chmod(0o600)
    atomic.write_text(file, "two")
    assert file.stat().st_mode & 0o777 == 0o600


def test_json_comes_back_and_nothing_is_none(tmp_path):
    file = tmp_path / "note.json"
    assert atomic.read_json(file) is None
    atomic.write_json(file, {"a": [1, None]})
    assert atomic.read_json(file) == {"a": [1, None]}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"a": 1}{"b": 2}', b"[" * 100_000])
def test_a_corrupt_file_reads_as_none_and_is_set_aside_with_its_content(tmp_path, content):
    file = tmp_path / "note.json"
    file.write_bytes(content)
    assert atomic.read_json(file) is None
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith("note.json.corrupt-")
    assert aside.read_bytes() == content
    atomic.write_json(file, 1)
    assert atomic.read_json(file) == 1


def test_lines_of_many_writers_stay_whole(tmp_path):
    file = tmp_path / "deep" / "log.jsonl"

    def write(number):
        for count in range(20):
            atomic.append_line(file, json.dumps([number, count, "x" * 2000]))

    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    # Who looks for half a line while another writes may see one, and leaves an empty line behind.
    lines = [json.loads(line)[:2] for line in file.read_text().splitlines() if line]
    assert sorted(lines) == [[n, count] for n in range(4) for count in range(20)]


def test_half_a_line_left_by_a_crash_costs_only_itself(tmp_path):
    file = tmp_path / "log.jsonl"
    file.write_text("one\nhal")
    atomic.append_line(file, "two")
    atomic.append_line(file, "three")
    assert file.read_text().splitlines() == ["one", "hal", "two", "three"]
