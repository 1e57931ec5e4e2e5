"""Drafts as files: whole or not at all, under a name of their own, and no mistake of the disk is more than a word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from maild.desk.drafted import DraftArticle
from maild.edge import shelf as room
from maild.edge.shelf import Shelf

DRAFT = DraftArticle("vpn-1042", "en", "---\ntitle: VPN\n---\n")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_draft_has_its_name_once_it_is_kept(tmp_path):
    shelved, keep, _ = Shelf(tmp_path / "drafts").put(DRAFT)
    assert (shelved.place, shelved.trouble) == ("drafts/en/vpn-1042.md", "")
    assert files(tmp_path) == ["drafts/en/vpn-1042.md.part"]
    keep()
    assert files(tmp_path) == ["drafts/en/vpn-1042.md"]
    assert (tmp_path / "drafts/en/vpn-1042.md").read_text() == DRAFT.text


def test_a_draft_that_is_discarded_leaves_nothing(tmp_path):
    _, _, discard = Shelf(tmp_path).put(DRAFT)
    discard()
    assert files(tmp_path) == []


def test_no_draft_takes_the_place_of_another(tmp_path):
    shelf = Shelf(tmp_path / "drafts")
    first, keep_first, _ = shelf.put(DRAFT)
    second, keep_second, _ = shelf.put(DRAFT)
    keep_second()
    keep_first()
    third, keep_third, _ = shelf.put(DRAFT)
    keep_third()
    assert [one.place for one in (first, second, third)] == [
        "drafts/en/vpn-1042.md",
        "drafts/en/vpn-1042-2.md",
        "drafts/en/vpn-1042-3.md",
    ]
    assert len(files(tmp_path)) == 3


def test_a_file_that_an_admin_puts_there_meanwhile_is_left_alone(tmp_path):
    _, keep, _ = Shelf(tmp_path).put(DRAFT)
    (tmp_path / "en" / "vpn-1042.md").write_text("mine")
    keep()
    assert (tmp_path / "en" / "vpn-1042.md").read_text() == "mine"
    assert (tmp_path / "en" / "vpn-1042.md.part").read_text() == DRAFT.text


def test_a_folder_that_cannot_be_made_is_trouble_in_words(tmp_path):
    (tmp_path / "drafts").write_text("a file")
    shelved, keep, discard = Shelf(tmp_path / "drafts").put(DRAFT)
    assert shelved.place == ""
    assert shelved.trouble == "drafts/en: Not a directory"
    keep()
    discard()


def test_a_disk_that_is_full_leaves_no_half_of_a_draft(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this machine has no /dev/full")
    (tmp_path / "en").mkdir()
    half = tmp_path / "en" / "vpn-1042.md.part"
    place = os.open("/dev/full", os.O_WRONLY)
    half.write_text("")
    with pytest.raises(OSError, match="No space left"):
        room.written_to(place, half, DRAFT.text)
    assert files(tmp_path) == []
