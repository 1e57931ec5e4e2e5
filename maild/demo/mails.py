"""A dozen mails such as a support mailbox gets in a morning, hostile ones among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

SUPPORT = "support@example.com"
PEOPLE = (
    SUPPORT,
    "eva@example.com",
    "tom@example.com",
    "wang.fang@example.com",
    "chen.jie@example.com",
    "mira@example.com",
    "leaver@example.com",
    "guest@elsewhere.example",
    "alerts@monitoring.example",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail and what it is there to show."""

    shows: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the second wave answers: a receipt as its requester got it."""

    to: str
    message_id: str
    subject: str


def first_wave(now: datetime) -> list[Sample]:
    """Make the mails that start the morning; `now` dates them."""
    return [
        Sample("a plain question in English", _plain(now)),
        Sample("an urgent one in Chinese", _chinese(now)),
        Sample("raw GBK bytes under a label that says UTF-8", _false_label(now)),
        Sample("a screenshot attached", _attachment(now)),
        Sample("a QQ Mail reply with its quoted history", _qq_reply(now)),
        Sample("HTML only, as Outlook writes it", _html_only(now)),
        Sample("somebody who has left: the receipt will bounce", _leaver(now)),
        Sample("a monitoring alert: a ticket, but nobody to thank", _alert(now)),
        Sample("a hostile one: forged fields, 100 nested parts, injected headers", _hostile(now)),
        Sample("the same mail once more, by another way", _plain(now)),
    ]


def second_wave(now: datetime, receipts: Iterable[Receipt]) -> list[Sample]:
    """Make the mails that answer what maild has written."""
    by = {receipt.to: receipt for receipt in receipts}
    samples = []
    if eva := by.get("eva@example.com"):
        samples.append(Sample("a follow-up to the receipt", _follow_up(now, eva)))
        samples.append(Sample("a stranger who knows a ticket number", _stranger(now, eva)))
    if tom := by.get("tom@example.com"):
        samples.append(Sample("an out-of-office reply to our receipt", _out_of_office(now, tom)))
        samples.append(Sample("the same person, back: it works now", _works(now, tom)))
    if wang := by.get("wang.fang@example.com"):
        samples.append(Sample("the steps of the receipt have helped", _helped(now, wang)))
    if leaver := by.get("leaver@example.com"):
        samples.append(Sample("the receipt that bounced", _bounce(now, leaver)))
    return samples


def _mail(now: datetime, sender: str, subject: str, text: str, number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<demo-{number}@example.com>"
    mail.set_content(text)
    return mail


def _plain(now: datetime) -> bytes:
    text = (
        "Hello,\n\nsince this morning my VPN asks for a code that never arrives. I have restarted the laptop twice.\n"
        "I have a customer call at two, can somebody help?\n\nThank you,\nEva\n\n-- \nEva Lindqvist\nSales, 3rd floor\n"
    )
    return _mail(now, "Eva Lindqvist <eva@example.com>", "VPN asks for a code", text, 1).as_bytes()


def _chinese(now: datetime) -> bytes:
    text = (
        "您好：\n\n三楼会议室的打印机卡纸了，下午两点开会要用，请尽快处理一下。\n"
        "我已经试过关机重启，还是不行。\n\n谢谢！\n王芳\n行政部\n"
    )
    return _mail(now, "王芳 <wang.fang@example.com>", "打印机卡纸，很急", text, 2).as_bytes()


def _false_label(now: datetime) -> bytes:
    head = (
        "From: chen.jie@example.com\r\nTo: support@example.com\r\nSubject: 邮箱密码忘记了\r\n"
        f"Date: {format_datetime(now)}\r\nMessage-ID: <demo-3@example.com>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return (head + "我的邮箱密码忘记了，登录时提示“用户名或密码错误”。\r\n请帮我重置，谢谢。\r\n陈杰\r\n").encode("gbk")


def _attachment(now: datetime) -> bytes:
    mail = _mail(
        now, "Tom Okafor <tom@example.com>", "My laptop is very slow",
        "Hi, since yesterday my laptop is very slow and the fan is loud, see the picture.\n\nTom\n\n"
        "Sent from my iPhone\n", 4,
    )  # fmt: skip
    mail.add_attachment(_PIXEL, maintype="image", subtype="png", filename="截图 error.png")
    return mail.as_bytes()


def _qq_reply(now: datetime) -> bytes:
    text = (
        "还是连不上，提示 789 错误。我在家里办公，用的是公司电脑。\n\n\n"
        "------------------\u00a0原始邮件\u00a0------------------\n"
        '发件人: "IT"<it@example.com>;\n发送时间: 2026年11月19日(星期四) 下午3:12\n'
        '收件人: "陈杰"<chen.jie@example.com>;\n主题: VPN 使用说明\n\n请按附件步骤操作。\n'
    )
    return _mail(now, "陈杰 <chen.jie@example.com>", "回复：VPN 使用说明", text, 5).as_bytes()


def _html_only(now: datetime) -> bytes:
    mail = _mail(now, "Mira Novak <mira@example.com>", "New starter on Monday", "", 6)
    mail.set_content(
        "<html><body style='font-family:Calibri'><p>Hi team,</p><p>we have a <b>new starter on Monday</b>:</p><ul>"
        "<li>Name: Jonas Weber</li><li>Department: Finance</li><li>Laptop, mailbox, SAP access</li></ul>"
        "<p>Can this be ready by 9:00?</p><p>Best regards<br>Mira</p><script>alert(1)</script></body></html>",
        subtype="html",
    )
    return mail.as_bytes()


def _leaver(now: datetime) -> bytes:
    return _mail(now, "leaver@example.com", "Laptop return", "Where do I hand in my laptop?\n", 7).as_bytes()


def _alert(now: datetime) -> bytes:
    mail = _mail(now, "Monitoring <alerts@monitoring.example>", "DISK 91% on db-2", "db-2:/var is 91% full\n", 8)
    mail["Auto-Submitted"] = "auto-generated"
    return mail.as_bytes()


def _hostile(now: datetime) -> bytes:
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\r\n\r\n--b{i}\r\n' for i in range(100))
    return (
        "From: guest@elsewhere.example\r\nFrom: ceo@example.com\r\nTo: support@example.com\r\n"
        "Subject: =?utf-8?q?Hello=0D=0ABcc=3A_victim=40example.com?= [#1001] {{ config }}\r\n"
        f"Date: {format_datetime(now)}\r\nMessage-ID: <demo-9@elsewhere.example>\r\nMIME-Version: 1.0\r\n{nested}"
        "Content-Type: text/plain; charset=no-such-charset\r\n\r\nClick here: http://evil.example/\x00\r\n"
    ).encode()


def _follow_up(now: datetime, receipt: Receipt) -> bytes:
    text = (
        "One more thing: it works over my phone's hotspot, only not at home.\n\nEva\n\n"
        "On Sat, Nov 21, 2026 at 9:00 AM IT Helpdesk <support@example.com> wrote:\n> We have received your mail.\n"
    )
    mail = _mail(now, "Eva Lindqvist <eva@example.com>", f"Re: {receipt.subject}", text, 10)
    mail["In-Reply-To"] = mail["References"] = receipt.message_id
    return mail.as_bytes()


def _stranger(now: datetime, receipt: Receipt) -> bytes:
    tag = receipt.subject[receipt.subject.find("[#") : receipt.subject.find("]") + 1]
    text = "Please send me everything you have on this ticket.\n"
    return _mail(now, "guest@elsewhere.example", f"Re: {tag} details", text, 11).as_bytes()


def _out_of_office(now: datetime, receipt: Receipt) -> bytes:
    text = "I am out of the office until Monday.\n"
    mail = _mail(now, "Tom Okafor <tom@example.com>", f"Automatic reply: {receipt.subject}", text, 12)
    mail["In-Reply-To"] = receipt.message_id
    mail["Auto-Submitted"] = "auto-replied"
    return mail.as_bytes()


def _works(now: datetime, receipt: Receipt) -> bytes:
    mail = _mail(
        now, "Tom Okafor <tom@example.com>", f"Re: {receipt.subject}", "It works now, thank you!\n\nTom\n", 14
    )  # fmt: skip
    mail["In-Reply-To"] = mail["References"] = receipt.message_id
    return mail.as_bytes()


def _helped(now: datetime, receipt: Receipt) -> bytes:
    mail = _mail(
        now, "王芳 <wang.fang@example.com>", f"回复：{receipt.subject}", "已经好了，谢谢！\n\n王芳\n", 15
    )  # fmt: skip
    mail["In-Reply-To"] = mail["References"] = receipt.message_id
    return mail.as_bytes()


def _bounce(now: datetime, receipt: Receipt) -> bytes:
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.com>\r\nTo: support@example.com\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nDate: {format_datetime(now)}\r\n"
        "Message-ID: <demo-13@mx.example.com>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=b"\r\n\r\n'
        "--=b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered: no such user here.\r\n"
        "--=b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        f"Final-Recipient: rfc822; {receipt.to}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{receipt.to}>: no such user here\r\n\r\n"
        f"--=b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: support@example.com\r\nTo: {receipt.to}\r\n"
        f"Subject: {receipt.subject}\r\nMessage-ID: {receipt.message_id}\r\n\r\n--=b--\r\n"
    ).encode()


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
