"""Made-up facts for every notice, so that a template can be tried and shown before anybody writes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from maild.desk.asking import lines
from maild.desk.review import Headline, Quote, Review, Section, Sheet, Table
from maild.desk.ticket import Ticket
from maild.edge.template_taps import AGENT_NOTICES, sample_history, sample_orders, sample_refusals
from maild.edge.template_time import TIME_NOTICES, sample_time
from maild.mail.message import Address, Attachment, Message

_FOR_REQUESTERS = ("receipt", "reopened", "too-large", "progress", "reminder", "resolved", "closed", "answer")
_WITHOUT_TICKET = ("too-large", "rulebook-refused", "monthly-review", "digest", "lead-digest")
_WITH_ARTICLES = ("receipt", "new-ticket", "assigned")
NOW = datetime(2026, 11, 20, 2, 3, tzinfo=UTC)
_DONE = {
    "en": "Your phone number in the directory was an old one. I have put in the new one.\n\n"
    "Please sign in once more; the code comes within a minute.",
    "zh": "通讯录里登记的是您的旧手机号，我已经改成新的了。\n\n请再登录一次，一分钟内就会收到验证码。",
}
_COMMENT = {
    "en": "Friendly, but it took three mails until somebody looked at my phone number.",
    "zh": "态度很好，但是来回写了三封邮件才有人核对我的手机号。",
}
_LINK = "https://helpdesk.example.com/{}/1042-20838-abcdefghijklmnopqrstuvwxyz"
_TEXTS = {
    "en": (
        "Eva Meier",
        "My VPN asks for a code that never comes",
        "Good morning,\n\nsince I came back from my holiday the VPN asks for a code when I sign in.\n"
        "I wait, but no message comes to my phone. I have tried three times.\n\n"
        "I have to send the figures for October by noon. Could you help me?",
    ),
    "zh": (
        "王芳",
        "VPN 要验证码，但一直收不到",
        "您好！\n\n我休假回来以后，登录 VPN 时要输入验证码，\n但手机一直收不到短信，已经试了三次。\n\n"
        "今天中午前我要发出十月份的报表，请帮帮我。",
    ),
}


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """What a template may ask of an article."""

    title: str
    intro: str
    steps: tuple[str, ...]
    closing: str


@dataclass(frozen=True, slots=True)
class SampleSolved:
    """What a template may ask of a solved ticket."""

    number: int
    subject: str
    solution: str


_SIMILAR = (
    SampleSolved(987, "VPN code does not come", "The phone's clock was wrong.\nNow it is set automatically."),
    SampleSolved(912, "手机收不到验证码", "重新绑定验证器后恢复正常。"),
)
_ARTICLES = {
    "en": SampleArticle(
        "A code does not arrive",
        "This is soon mended, and you cannot break anything.",
        (
            "Open the app on your phone that shows the codes. It needs no network.",
            "Make sure that the phone sets its time automatically; a clock that is wrong by more than a minute makes "
            "every code useless.",
        ),
        "If this does not help, reply and tell us what is shown.",
    ),
    "zh": SampleArticle(
        "收不到验证码",
        "很快就能解决，请放心尝试。",
        ("打开手机上显示验证码的应用，它不需要网络。", "确认手机时间设为自动。时间差一分钟以上，验证码就无效。"),
        "如果还是不行，请回复告诉我们屏幕上的提示。",
    ),
}

_REVIEW = Review(
    title="Monthly review",
    period="October 2026",
    headlines=(
        Headline("New tickets", "412", "before: 381"),
        Headline("Answered in time", "94 %", "before: 89 %", "good"),
        Headline("Rating", "4.1", "before: 4.4", "bad"),
    ),
    sections=(
        Section(
            "What it was about", "Most of it was network: 151 of 412 tickets, 37 %.",
            '<img src="cid:categories@maild" alt="network 151" width="460">',
            Table(("Category", "Tickets", "before"), (("network", "151", "120"), ("账号", "96", "101"))),
        ),
        Section("What requesters say", "1 rating.", quotes=(Quote("2 of 5", "Nobody called back.", "#1042 VPN"),)),
    ),
    sheets_title="Five whys",
    sheets_say="Ask why until the answer is something that the desk can change.",
    sheets=(Sheet("打印机卡纸", "12 tickets of 9 people, 7 before.", ("1. Why?", "2. Why?", "Root cause")),),
    notes_title="How to read this",
    notes=("Times are business time of the desk.",),
)  # fmt: skip


def sample_facts(notice: str, language: str = "en", *, repeat: bool = True) -> Mapping[str, Any]:
    """Make what a notice would be told of a ticket that Eva Meier, or 王芳, has just opened; always the same."""
    name, subject, text = _TEXTS["zh" if language.startswith("zh") else "en"]
    photo = Attachment("error on screen.jpg", "image/jpeg", b"\xff" * 184_320, "0" * 64)
    author = Address(name, "eva.meier@example.com")
    desk = Address("IT 服务台" if language.startswith("zh") else "IT Helpdesk", "support@example.com")
    message = Message(
        size=260_000,
        sha256="0" * 64,
        from_=(author,),
        to=(desk,),
        subject=subject,
        date=NOW,
        message_id="<sample@example.com>",
        text=text,
        attachments=(photo,),
    )
    orders: Mapping[str, Any] = {}
    if notice in AGENT_NOTICES:
        orders = sample_orders(NOW) if repeat else {**sample_orders(NOW), **sample_refusals()}
    return {
        **sample_history(notice, NOW),
        **orders,
        "ticket": None if notice in _WITHOUT_TICKET else _ticket(notice, author, subject, language),
        "message": message,
        "text": _COMMENT["zh" if language.startswith("zh") else "en"] if notice == "low-rating" else text,
        "repeat": repeat,
        "recipient": author.email if notice in _FOR_REQUESTERS else "li.jing@example.com",
        "desk": desk,
        "zone": "Asia/Shanghai",
        "now": NOW,
        "megabytes": 38.4 if notice == "too-large" else 0,
        "questions": lines(("device", "since"), language) if notice == "receipt" else (),
        "similar": _SIMILAR if notice in ("new-ticket", "assigned") else (),
        "articles": (_ARTICLES["zh" if language.startswith("zh") else "en"],) if notice in _WITH_ARTICLES else (),
        "clock": "first_response" if notice.startswith("sla-") else "",
        "due": datetime(2026, 11, 23, 9, 0, tzinfo=UTC) if notice.startswith("sla-") else None,
        "file": "rules.yaml",
        "problems": "rules.yaml:12:9: there is no queue netwrok\n    queue: netwrok\n           ^^^^^^^\n"
        '    did you mean "network"?',
        "count": orders.get("count", 1),
        "ticket_url": _LINK.format("t") if notice in ("resolved", "closed", "answer") else "",
        "rate_url": _LINK.format("r") if notice in ("resolved", "closed", "answer") else "",
        "done": _DONE["zh" if language.startswith("zh") else "en"] if notice == "resolved" else "",
        "rating": 2 if notice == "low-rating" else 0,
        "review": _REVIEW if notice == "monthly-review" else None,
        **(sample_time(notice, NOW) if notice in (*TIME_NOTICES, "progress") else {}),
        **({"nothing_new": True, "news": ()} if notice == "progress" and not repeat else {}),
    }


def _ticket(notice: str, author: Address, subject: str, language: str) -> Ticket:
    return Ticket(
        number=1042,
        subject=subject,
        requester=author.email,
        requester_name=author.name,
        language=language,
        opened_at=NOW,
        status="new" if notice in ("receipt", "new-ticket") else "open",
        queue="network",
        category="network",
        priority="P3",
        assignee="" if notice == "new-ticket" else "li",
        first_response_due=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        resolution_due=datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
    )
