"""A file that is edited while maild runs: taken when it is whole and sound, refused once when it is not."""

import os

import pytest

from maild.edge.watched import SETTLED, Refused, Taken, Watched, read_text
from maild.problem import Problem


class Clock:
    """Each file the test writes gets a time of its own, so that no write is missed."""

    def __init__(self):
        self.now = 1_000_000_000


def load(text):
    return [Problem("f", 1, 1, text)] if "bad" in text else text


@pytest.fixture
def file(tmp_path):
    path, clock = tmp_path / "rules.yaml", Clock()

    def write(text):
        path.write_text(text)
        clock.now += 1
        os.utime(path, (clock.now, clock.now))

    write("one")
    path_and_write = type("File", (), {"path": path, "write": staticmethod(write)})
    return path_and_write, Watched(path, "rules.yaml", load, "one", "one")


def test_nothing_happens_while_nobody_edits(file):
    assert [file[1].look(t) for t in (0, 5, 10)] == [None] * 3


def test_a_sound_version_is_taken_once_it_is_left_alone(file):
    it, watched = file
    it.write("two")
    assert watched.look(0) is None
    assert watched.look(SETTLED / 2) is None
    assert watched.current == "one"
    assert watched.look(SETTLED) == Taken(it.path, "rules.yaml")
    assert watched.current == "two"
    assert watched.look(SETTLED + 10) is None


def test_a_file_that_is_still_being_written_is_not_read(file):
    it, watched = file
    for t in range(10):
        it.write("t" * t)
        assert watched.look(t) is None
    assert watched.current == "one"
    assert watched.look(9 + SETTLED) == Taken(it.path, "rules.yaml")


def test_a_version_that_is_not_sound_is_refused_once_and_the_old_one_stays(file):
    it, watched = file
    it.write("bad")
    watched.look(0)
    refused = watched.look(5)
    assert isinstance(refused, Refused)
    assert refused.problems[0].what == "bad"
    assert watched.look(10) is None
    assert watched.current == "one"
    it.write("good")
    watched.look(11)
    assert watched.look(15) == Taken(it.path, "rules.yaml")


def test_a_file_that_disappears_leaves_what_it_said_in_force(file):
    it, watched = file
    it.path.unlink()
    watched.look(0)
    assert "cannot be read" in watched.look(5).problems[0].what
    assert watched.current == "one"


def test_a_file_of_a_chinese_editor_is_read(tmp_path):
    path = tmp_path / "f"
    for charset in ("utf-8", "utf-8-sig", "gb18030"):
        path.write_bytes("规则".encode(charset))
        assert read_text(path, "f") == "规则"
    path.write_bytes(b"\xff\xff\x00")
    assert read_text(path, "f").what == "it is no text in UTF-8"
