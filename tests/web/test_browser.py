"""The pages in a real Chromium: by keyboard alone, without JavaScript, on a phone, and checked for accessibility."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maild.desk.ticket import Entry
from maild.store import open_store
from tests.live.programs import needs
from tests.report.test_pages import review_pages
from tests.web.site import RATE, TICKET, Front, House
from tests.web.test_ticket_page import EVIL, letter

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.live, pytest.mark.xdist_group("browser")]
"""One process tests all of it, with one browser."""

EVA, WANG = "eva@example.com", "wang.fang@example.com"
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PEOPLE = {"en": (1001, EVA), "zh": (1002, WANG)}
STATES = {"en": (1006, EVA), "zh": (1008, WANG)}
SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A folder to keep a picture of each page in, for a person to look at."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, front: Front) -> Iterator[House]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('browser')}/maild.db")
    with House(store, front) as house:
        house.mail(raw=letter("<h1>Hello</h1><p>My VPN asks for a code.</p>", ("error on screen.html", b"<p>x</p>")))
        house.mail(f"王芳 <{WANG}>", "打印机卡纸", "三楼会议室的打印机卡纸了，请尽快处理。\n")
        for number, answer in ((1001, "I have put in your new number.\nPlease sign in once more."), (1002, "已修好。")):
            entry = Entry(house.now, "correspondence", "out", "Li Jing", text=answer)
            house.store.tickets.add_entry(number, entry)
            house.resolve(number)
        for n in (1003, 1004, 1005):
            house.mail(f'"{EVIL}" <eva@example.com>', f"{EVIL} {n}", f"{EVIL}\n")
            house.resolve(n)
        for sender, subject in ((EVA, "Screen stays dark"), (EVA, "Lamp"), (WANG, "显示器不亮"), (WANG, "灯不亮")):
            house.mail(sender, subject, f"{subject}.\n")
        yield house
        assert house.bugs == []
    store.close()


@pytest.fixture(scope="module")
def browser(house: House) -> Iterator[object]:
    """Chromium as Debian has it; after `house`, which cannot send mail while Playwright's loop runs in this thread."""
    chromium = needs("chromium", "chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, house):
    """Open a page in a fresh context; fails on anything the console complains of or a request to another site."""
    contexts, complaints = [], []

    def open_page(path: str, **options: object):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append("a script ran"), dialog.dismiss()))
        page.on("request", lambda r: r.url.startswith(house.origin) or complaints.append(f"foreign: {r.url}"))
        page.goto(house.origin + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    answered = ("favicon", "the server responded with a status of")
    assert [said for said in complaints if not any(words in said for words in answered)] == []


def picture(page, name: str) -> None:
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True)


def look_at(page, axe, name: str, screens=(PHONE, DESKTOP)) -> None:
    """See whether a page fits its screens and has nothing that shuts somebody out."""
    for screen in screens:
        page.set_viewport_size(screen)
        picture(page, f"{name}-{screen['width']}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
        found = axe.run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_page_is_accessible_and_fits_its_screen(opened, house, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    number, who = PEOPLE[language]
    rate, ticket = house.link(RATE, number, who), house.link(TICKET, number, who)
    shown = {"rate": rate, "ticket": ticket, "original": f"{ticket}/mail/0", "unknown": "/help/r/wrong"}
    for name, path in shown.items():
        page = opened(path, viewport=PHONE, bypass_csp=True, locale="zh-CN" if language == "zh" else "en-GB")
        assert page.evaluate("getComputedStyle(document.querySelector('main')).borderTopWidth") == "1px", name
        assert page.get_attribute("html", "lang") == ("zh-CN" if language == "zh" else "en")
        look_at(page, axe, f"{name}-{language}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_stays_accessible_whatever_has_happened(opened, house, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    number, who = STATES[language]
    rate, ticket = house.link(RATE, number, who), house.link(TICKET, number, who)

    def visit(path: str):
        return opened(path, viewport=PHONE, bypass_csp=True)

    def send(path: str, **changes: str):
        """Send the form of a page as a browser without our attributes would."""
        page = visit(path)
        page.evaluate("document.forms[0].noValidate = true")
        for field, value in changes.items():
            page.fill(f"[name={field}]", value)
        page.click("form button[type=submit]")
        return page

    def look(name: str, page) -> None:
        look_at(page, axe, f"{name}-{language}", (PHONE,))

    house.resolve(number)
    page = send(rate, comment="no choice")
    page.wait_for_selector("[role=alert]")
    look("rate-mistake", page)
    page = visit(f"{rate}?score=2")
    page.click("button[type=submit]")
    page.wait_for_selector("[role=status]")
    look("rate-low", page)
    house.resolve(number)
    look("rate-again", visit(rate))
    page = send(ticket)
    page.wait_for_selector("[role=status]")
    look("ticket-works", page)
    house.set(number, status="pending", resolved_at=None)
    look("rate-early", visit(house.link(RATE, number + 1, who)))
    look("ticket-open", visit(ticket))
    house.set(number, status="closed", resolved_at=house.now, closed_at=house.now)
    look("ticket-closed", visit(ticket))
    look("expired", visit(house.link(TICKET, number, who, life=timedelta(seconds=-1))))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_review_and_the_comparison_are_accessible_and_fit_their_screen(browser, language):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name, html in review_pages(language):
        page = browser.new_page(viewport=PHONE)
        try:
            page.set_content(html)
            look_at(page, axe, f"{name}-{language}")
            for table in page.locator("[role=region]").all():
                table.focus()
                assert table.evaluate("box => box === document.activeElement"), "a wide table scrolls by keyboard"
        finally:
            page.close()


def test_what_a_finger_taps_is_large_enough(opened, house):
    for purpose in (RATE, TICKET):
        page = opened(house.link(purpose), viewport=PHONE, has_touch=True)
        for target in page.locator("button, .choice label, textarea").all():
            assert target.bounding_box()["height"] >= 44


def test_a_rating_is_given_with_the_keyboard_alone_and_without_javascript(opened, house):
    page = opened(house.link(RATE, 1003), java_script_enabled=False)
    press = page.keyboard.press
    press("Tab")
    assert page.locator("a.skip").is_visible()
    press("Tab")
    for _ in range(2):
        press("ArrowDown")
    press("Tab")
    page.keyboard.type("by keyboard")
    press("Tab")
    press("Enter")
    page.wait_for_selector("[role=status]")
    rating = house.store.ratings.get(1003)
    assert rating is not None
    assert rating.comment == "by keyboard"
    assert rating.score in (3, 4)


def test_a_form_without_a_choice_is_not_sent_and_says_why(opened, house):
    page = opened(house.link(RATE, 1001))
    page.click("button")
    assert page.evaluate("document.querySelector('input[name=score]').validity.valueMissing")
    assert house.store.ratings.get(1001) is None


def test_the_buttons_of_the_ticket_page_work_by_keyboard(opened, house):
    page = opened(house.link(TICKET, 1004), java_script_enabled=False)
    page.focus("#words")
    page.keyboard.type("not yet")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert house.ticket(1004).status == "open"
    assert ("correspondence", "not yet") in house.history(1004)


def test_nothing_that_was_written_to_us_runs(opened, house):
    page = opened(house.link(RATE, 1005))
    page.check("#score-4", force=True)
    page.fill("#comment", f"</textarea>{EVIL}")
    page.click("button")
    page.wait_for_selector("[role=status]")
    assert page.locator("main img, main script").count() == 0
    page = opened(house.link(TICKET, 1005))
    assert page.locator("main img, main script").count() == 0
    assert EVIL in page.inner_text("main")


def test_a_file_is_downloaded_and_never_shown(opened, house):
    page = opened(house.link(TICKET))
    with page.expect_download() as download:
        page.click("a[download]")
    assert download.value.suggested_filename == "error on screen.html"


def test_opening_reloading_and_prefetching_stores_nothing(opened, house):
    before = house.everything()
    page = opened(house.link(RATE) + "?score=1")
    page.reload()
    for path in (house.link(RATE) + "?score=1", house.link(TICKET), house.link(TICKET) + "/works"):
        page.request.get(house.origin + path, headers={"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"})
        page.request.head(house.origin + path)
    assert house.everything() == before


def test_the_mail_in_its_box_is_readable(opened, house):
    page = opened(f"{house.link(TICKET)}/mail/0")
    assert page.inner_text(".foreign h1") == "Hello"
    page.click("main a")
    assert page.url.endswith(house.link(TICKET))
