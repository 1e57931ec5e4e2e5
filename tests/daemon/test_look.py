"""The admin's own words, style and logo stand on the pages; what is wrong with them is told with its place."""

from __future__ import annotations

import http.client
import threading
from pathlib import Path

import pytest

from maild.daemon.look import LARGEST_LOGO, read_look
from maild.daemon.web import build_site
from maild.log import open_log
from maild.settings import Settings
from maild.web.app import build_app
from maild.web.serve import Server
from tests.stories.desk import Desk

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>'


@pytest.fixture
def settings(settings_with) -> Settings:
    return settings_with("templates")


def write(name: str, text: str) -> None:
    path = Path("templates", name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def told(settings: Settings) -> list[tuple[str, str, str]]:
    return [(one.place, one.severity, one.what) for one in read_look(settings).problems]


def test_what_the_admin_does_not_say_stays_as_it_came(settings):
    before = read_look(settings)
    assert (before.problems, before.logo) == ((), None)
    write("zh/pages.ini", "name = 信息服务台\nquestion = 问题解决了吗？\n")
    after = read_look(settings)
    assert after.problems == ()
    assert (after.words.of("zh")["name"], after.words.of("zh")["question"]) == ("信息服务台", "问题解决了吗？")
    assert after.words.of("zh")["works"] == before.words.of("zh")["works"]
    assert after.words.of("en") == before.words.of("en")
    assert after.style == before.style


def test_a_new_language_is_spoken_and_what_it_lacks_is_english(settings):
    write("fr/pages.ini", "again = À vérifier\n")
    look = read_look(settings)
    assert look.words.languages == ("en", "fr", "zh")
    assert (look.words.of("fr-CA")["again"], look.words.of("fr")["lang"]) == ("À vérifier", "fr")
    ((place, severity, what),) = told(settings)
    assert (place, severity) == ("templates/fr/pages.ini", "warning")
    assert "sentences of the pages are missing" in what


def test_mistakes_are_told_with_their_place_and_what_came_with_maild_stands_in(settings):
    write("en/pages.ini", "name = Helpdesk\nqeustion = ?\n")
    write("pages.css", "/* { */\nbody { color: red }\nh1 { background: url(http://example.com/a.png) \n")
    write("logo.png", "x" * (LARGEST_LOGO + 1))
    assert told(settings) == [
        ("templates/en/pages.ini:2:1", "error", 'the pages say nothing called "qeustion"'),
        ("templates/logo.png", "error", "this logo has 200 KB; 200 are the most, for telephones"),
        ("templates/pages.css:3:1", "error", "the { of this line is never closed"),
        ("templates/pages.css:3:18", "warning", "the pages load nothing from elsewhere, so that this has no effect"),
    ]
    assert read_look(settings).logo is None
    assert read_look(settings).words.of("en")["question"] == "Does it work now?"
    write("pages.css", "}\n")
    assert ("templates/pages.css:1:1", "error", "this } closes nothing") in told(settings)


def test_pages_have_the_admins_words_style_and_logo(settings, store):
    write("en/pages.ini", "name = Acme & Sons IT\nunknown_title = Oh dear\n")
    write("pages.css", "main { color: red }\n")
    write("logo.svg", SVG)
    desk = Desk(store, base_url="https://helpdesk.example.com/help")
    server = Server(build_app(build_site(settings, store, desk.context, open_log(desk.told, "text"))), "127.0.0.1:0")
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.up.wait(10)

    def get(path: str) -> tuple[http.client.HTTPResponse, str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer, answer.read().decode()

    try:
        answer, page = get("/nonsense")
        assert "<p>Acme &amp; Sons IT</p>" in page
        assert "<h1>Oh dear</h1>" in page
        assert '<img src="/help/logo" alt="">' in page
        assert "img-src 'self'" in answer.getheader("Content-Security-Policy")
        assert get("/style.css")[1] == "main { color: red }\n"
        answer, picture = get("/logo")
        assert (picture, answer.getheader("Content-Type")) == (SVG, "image/svg+xml")
        assert answer.getheader("Content-Security-Policy").startswith("default-src 'none'")
    finally:
        server.stop()
        thread.join(10)
