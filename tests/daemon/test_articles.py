"""Articles are edited while maild runs: each is shown as it last was sound, and a mistake is told once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from maild.daemon.articles import Shelves
from maild.daemon.build import build_daemon
from maild.edge.watched import SETTLED, Refused, Taken
from maild.log import open_log
from maild.settings import Settings

ARTICLE = "---\ntitle: {}\nkeywords: [vpn]\n---\nAn introduction.\n\n1. One step.\n\nThe end.\n"
BROKEN = "---\ntitle: Broken\nkeywrods: [vpn]\n---\n1. One step.\n"


@pytest.fixture
def settings(settings_with) -> Settings:
    return settings_with("knowledge")


@pytest.fixture
def write(settings) -> Callable[[str, str], Path]:
    """Write an article; each file gets a time of its own, so that no write is missed."""
    times = count(1_000_000_000)

    def write(name: str, text: str) -> Path:
        path = settings.paths.knowledge / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (at := next(times), at))
        return path

    write("en/vpn.md", ARTICLE.format("VPN"))
    write("en/printer.md", ARTICLE.format("Printer"))
    return write


def titles(shelves: Shelves) -> list[str]:
    return sorted(article.title for article in shelves.current.articles.values())


def settled(shelves: Shelves, moment: float) -> list[Taken | Refused]:
    """Look until nothing is left to tell."""
    assert shelves.look(moment) is None
    told = []
    while (change := shelves.look(moment + SETTLED)) is not None:
        told.append(change)
    return told


def test_a_changed_article_a_new_one_and_one_that_is_gone_are_taken_in(settings, write):
    shelves = Shelves(settings)
    assert settled(shelves, 0) == []
    changed = write("en/vpn.md", ARTICLE.format("VPN, anew"))
    new = write("zh/wifi.md", ARTICLE.format("无线网络"))
    gone = settings.paths.knowledge / "en/printer.md"
    gone.unlink()
    assert titles(shelves) == ["Printer", "VPN"]
    assert settled(shelves, 10) == [
        Taken(gone, "knowledge/en/printer.md", gone=True),
        Taken(changed, "knowledge/en/vpn.md"),
        Taken(new, "knowledge/zh/wifi.md"),
    ]
    assert titles(shelves) == ["VPN, anew", "无线网络"]
    assert [hit.article.title for hit in shelves.current.search("无线网络", "zh")] == ["无线网络"]


def test_a_broken_version_is_told_of_once_and_the_sound_one_stays(settings, write):
    shelves = Shelves(settings)
    path = write("en/vpn.md", BROKEN)
    write("en/printer.md", ARTICLE.format("Printer, anew"))
    good, refused = settled(shelves, 0)
    assert isinstance(refused, Refused)
    assert (good.name, refused.path, refused.name) == ("knowledge/en/printer.md", path, "knowledge/en/vpn.md")
    assert [(one.file, one.line) for one in refused.problems] == [("knowledge/en/vpn.md", 3)]
    assert titles(shelves) == ["Printer, anew", "VPN"]
    assert settled(shelves, 10) == []
    write("en/vpn.md", ARTICLE.format("Mended"))
    assert [type(one) for one in settled(shelves, 20)] == [Taken]
    assert titles(shelves) == ["Mended", "Printer, anew"]


def test_an_article_that_is_broken_at_the_start_is_taken_in_once_it_is_mended(settings, write):
    write("en/vpn.md", BROKEN)
    shelves = Shelves(settings)
    assert titles(shelves) == ["Printer"]
    assert [one.file for one in shelves.problems] == ["knowledge/en/vpn.md"]
    write("en/vpn.md", ARTICLE.format("Mended"))
    assert len(settled(shelves, 0)) == 1
    assert titles(shelves) == ["Mended", "Printer"]


def test_a_folder_that_is_still_being_written_to_is_not_read(settings, write):
    shelves = Shelves(settings)
    for moment in range(5):
        write("en/vpn.md", ARTICLE.format(f"VPN {moment}"))
        assert shelves.look(moment) is None
        assert shelves.look(moment + SETTLED / 4) is None
    assert titles(shelves) == ["Printer", "VPN"]
    assert shelves.look(4 + SETTLED) is not None
    assert titles(shelves) == ["Printer", "VPN 4"]


def test_a_draft_is_no_article(settings, write):
    shelves = Shelves(settings)
    draft = settings.paths.drafts / "en/draft.md"
    draft.parent.mkdir(parents=True)
    draft.write_text(ARTICLE.format("Draft"))
    assert settled(shelves, 0) == []


def test_the_daemon_shows_the_new_articles_and_tells_the_admins_of_a_broken_one(settings, write, tmp_path):
    stop = threading.Event()

    class Told:
        """A log file that ends the daemon once it has told of the broken article."""

        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> None:
            self.text += text
            if "vpn.md" in self.text and "printer.md" in self.text:
                stop.set()

        def flush(self) -> None: ...

    told = Told()
    daemon = build_daemon(settings, open_log(told, "text"))
    running = threading.Thread(target=daemon.run, args=(stop,))
    running.start()
    write("en/vpn.md", BROKEN)
    write("en/printer.md", ARTICLE.format("Printer, anew"))
    running.join(30)
    try:
        assert not running.is_alive()
        assert "knowledge/en/printer.md: the new version is sound and in force" in told.text
        assert "knowledge/en/vpn.md: 1 problem in the new version, the old one goes on" in told.text
        found = daemon.context.library().article("printer", "en"), daemon.context.library().article("vpn", "en")
        assert [one.title for one in found] == ["Printer, anew", "VPN"]
    finally:
        stop.set()
        running.join(30)
        daemon.store.close()
