"""What solved a ticket becomes the draft of an article: a file, a mail to who reads it, and nothing that people see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from maild.desk.drafted import Shelved
from maild.edge.shelf import Shelf
from maild.flow.by_hand import by_hand
from maild.flow.process import process
from maild.knowledge.article import Article, read_article
from maild.rulebook.model import Queue
from tests.stories.roster import EVA, LI, NOOR, QUEUES, Staffed


@pytest.fixture
def desk(store, tmp_path):
    desk = Staffed(store, shelf=Shelf(tmp_path / "drafts"))
    desk.book = replace(desk.book, queues={**QUEUES, "helpdesk": Queue("helpdesk", ("ben", "li"), lead="noor")})
    return desk


def drafts(tmp_path: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((tmp_path / "drafts").rglob("*")) if path.is_file()}


def resolved(desk):
    notice = desk.opened("Hello,\nmy VPN shows error 809 and asks for a code.\nEva Lindqvist\n")
    desk.reply(notice, "/resolve\n\nHello Eva,\n\nset the clock of your phone. Then ask for one code.\n\nBen\n")
    desk.later()
    return notice


def test_a_solved_ticket_becomes_a_draft_that_the_agent_and_the_lead_get_to_read(desk, tmp_path):
    notice = resolved(desk)
    assert desk.reply(notice, "/knowledge\n").outcome == "commanded"
    [(name, text)] = drafts(tmp_path).items()
    article = read_article(text, name, name.removesuffix(".md"), "en")
    assert isinstance(article, Article)
    assert (article.title, article.codes) == ("VPN down", ("809",))
    assert article.steps == ("set the clock of your phone.", "Then ask for one code.")
    sent = {(post.notice, post.to): post for post in desk.sent()}
    assert set(sent) == {("transcript", "ben@example.com"), ("draft-article", "noor@example.com")}
    for post in sent.values():
        assert "drafts/en/vpn-down-1001.md" in post.text
        assert "set the clock of your phone." in post.text
        assert "set the clock of your phone." in post.html
        [file] = post.mail.iter_attachments()
        assert (file.get_filename(), file.get_content_type()) == ("vpn-down-1001.md", "text/markdown")
        assert file.get_payload(decode=True).decode() == text
    assert "A notice goes to noor@example.com" in sent["transcript", "ben@example.com"].text
    assert ("change", "an article was drafted from it: drafts/en/vpn-down-1001.md") in desk.history(1001)


def test_a_draft_tells_of_nobody(desk, tmp_path):
    desk.reply(resolved(desk), "/knowledge\n")
    [text] = drafts(tmp_path).values()
    assert not [word for word in ("Eva", "Lindqvist", "eva@", "Ben", "Ortiz") if word in text]


def test_the_cause_and_a_title_of_the_agents_own_are_in_it(desk, tmp_path):
    notice = desk.opened()
    desk.reply(notice, "/resolve\n/knowledge The code of the VPN is refused\n/note Cause: the clock of the phone\n")
    [text] = drafts(tmp_path).values()
    assert 'title: "The code of the VPN is refused"' in text
    assert "The reason was: the clock of the phone" in text


def test_one_mail_answers_resolves_and_drafts(desk, tmp_path):
    desk.reply(desk.opened(), "/knowledge\n/resolve\n\nSet the clock of your phone.\n")
    [text] = drafts(tmp_path).values()
    assert "1. Set the clock of your phone." in text
    assert desk.ticket(1001).status == "resolved"


def test_a_chinese_agent_drafts_in_chinese(desk, tmp_path):
    desk.mail("王芳 <wang.fang@example.com>", "打印机卡纸", "三楼的打印机一直卡纸。\n王芳\n")
    [notice] = desk.to("li.jing@example.com")
    desk.reply(notice, "／知识库\n/解决\n\n王芳您好，打开后盖。取出卡住的纸。\n", sender=LI)
    [text] = drafts(tmp_path).values()
    assert "1. 打开后盖。\n2. 取出卡住的纸。" in text
    assert "王芳" not in text
    [transcript] = [post for post in desk.sent() if post.notice == "transcript"]
    assert "文章草稿已存为 drafts/zh/1001.md" in transcript.text


@pytest.mark.parametrize(
    ("orders", "why"),
    [
        ("/knowledge\n", "is not solved yet"),
        ("/resolve\n/knowledge\n", "nobody has written what solved it"),
        ("/spam\n/knowledge\n", "is not solved yet"),
        ("/knowledge one\n/knowledge two\n", "contradict"),
    ],
)
def test_what_is_not_solved_teaches_nothing(desk, tmp_path, orders, why):
    desk.reply(desk.opened(), orders)
    [transcript] = desk.sent()
    assert "Nothing of your mail was done" in transcript.text
    assert why in transcript.text
    assert drafts(tmp_path) == {}
    assert desk.ticket(1001).status == "new"


def test_a_second_draft_does_not_take_the_place_of_the_first(desk, tmp_path):
    notice = resolved(desk)
    desk.reply(notice, "/knowledge\n")
    desk.reply(notice, "/kb\n")
    assert sorted(drafts(tmp_path)) == ["vpn-down-1001-2.md", "vpn-down-1001.md"]


def test_no_draft_lies_there_where_its_mail_was_not_carried_through(desk, tmp_path):
    notice = resolved(desk)

    class Fails:
        """A shelf that takes the draft, before our own code fails."""

        def put(self, draft):
            found = Shelf(tmp_path / "drafts").put(draft)
            desk.context = replace(desk.context, render=None)
            return found

    kept = desk.context
    desk.context = replace(desk.context, shelf=Fails())
    desk.arrive(
        desk.raw("Ben Ortiz <ben@example.com>", f"Re: {notice.subject}", "/knowledge\n", References=notice.message_id)
    )
    broken = replace(desk.context, nonce=lambda: 1 / 0)
    [done] = process(desk.store, broken, desk.now, "story")
    assert done.outcome == "retry"
    assert drafts(tmp_path) == {}
    desk.context = kept
    desk.wait(minutes=10)
    desk.work()
    assert sorted(drafts(tmp_path)) == ["vpn-down-1001.md"]


def test_a_disk_that_takes_no_file_is_told_of_and_the_draft_goes_by_mail(desk):
    class Full:
        """A shelf on a disk without room."""

        def put(self, draft):
            return Shelved(trouble="drafts/en: No space left on device"), lambda: None, lambda: None

    notice = resolved(desk)
    desk.context = replace(desk.context, shelf=Full())
    assert desk.reply(notice, "/knowledge\n").outcome == "commanded"
    sent = desk.sent()
    for post in sent:
        assert "No space left on device" in post.text
        assert [file.get_filename() for file in post.mail.iter_attachments()] == ["vpn-down-1001.md"]
    assert len(sent) == 2


def test_the_shell_drafts_by_the_same_code(desk, tmp_path):
    resolved(desk)
    done = by_hand("ben", "#1001 /knowledge", desk.store, desk.context, desk.now)
    assert "drafts/en/vpn-down-1001.md" in done.transcript
    assert sorted(drafts(tmp_path)) == ["vpn-down-1001.md"]


@pytest.mark.parametrize("sender", [EVA, NOOR, "mallory@elsewhere.example"])
def test_nobody_drafts_in_anothers_name(desk, tmp_path, sender):
    desk.reply(resolved(desk), "/knowledge\n", sender=sender)
    assert drafts(tmp_path) == {}


def test_undo_takes_the_ticket_back_and_leaves_the_draft_that_nobody_is_shown(desk, tmp_path):
    desk.reply(desk.opened(), "/resolve\n/knowledge\n\nSet the clock of your phone.\n")
    transcript = next(post for post in desk.sent() if post.notice == "transcript")
    desk.reply(transcript, "/undo\n")
    assert desk.ticket(1001).status == "new"
    assert len(drafts(tmp_path)) == 1
