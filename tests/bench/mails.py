"""A seeded generator of what a support mailbox gets: plain, HTML, attachments, Chinese, replies, robots, bounces."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

SUPPORT = "support@example.com"
_ENGLISH = (
    "the printer on the third floor shows an error again and my VPN asks for a code that never arrives "
    "could you please look at it since this morning nothing works I have restarted twice Outlook says disconnected "
    "but the network is fine thank you for your help we need access to the finance share before the meeting "
)
_EN = _ENGLISH.split()
_ZH = (
    "您好我的电脑打不开邮箱密码忘记了请帮忙重置打印机卡纸无法连接内网"
    "提示错误代码谢谢会议室投影仪没有信号网络很慢系统登录失败"
)
_FAMILY = "王李张刘陈杨黄赵周吴"


def mails(count: int, seed: int = 1) -> Iterator[bytes]:
    """Yield `count` raw mails of about 45 KB on average; the same seed gives the same bytes."""
    dice = random.Random(seed)
    earlier: list[str] = []
    for number in range(count):
        yield _mail(dice, number, earlier)


def _words(dice: random.Random, count: int) -> str:
    lines = [" ".join(dice.choices(_EN, k=dice.randint(6, 12))) for _ in range(max(1, count // 9))]
    return "\r\n".join(lines)


def _chinese(dice: random.Random, count: int) -> str:
    return "。\r\n".join("".join(dice.choices(_ZH, k=dice.randint(10, 30))) for _ in range(max(1, count // 20)))


def _mail(dice: random.Random, number: int, earlier: list[str]) -> bytes:
    kind = dice.choices(("plain", "html", "chinese", "reply", "auto", "bounce"), (25, 30, 20, 15, 6, 4))[0]
    sender = f"user{dice.randrange(100_000)}@{dice.choice(('example.com', 'partner.example', 'example.org'))}"
    message_id = f"<{seed_name(number)}@mail.example.org>"
    head = [
        "Received: from mx.example.org (mx.example.org [192.0.2.7]) by mail.example.com with ESMTPS;",
        "\tFri, 20 Nov 2026 09:30:00 +0000",
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; b=" + "A" * 300,
        f"From: User {number} <{sender}>",
        f"To: {SUPPORT}",
        f"Message-ID: {message_id}",
        f"Date: Fri, 20 Nov 2026 {9 + number // 3600 % 10:02}:{number // 60 % 60:02}:{number % 60:02} +0000",
        "MIME-Version: 1.0",
    ]
    text = _words(dice, dice.randint(30, 400))
    if kind == "chinese":
        head[3] = f"From: =?utf-8?b?{_b64(dice.choice(_FAMILY) + '芳')}?= <{sender}>"
        head.append(f"Subject: =?utf-8?b?{_b64(''.join(dice.choices(_ZH, k=10)))}?=")
        charset = dice.choice(("utf-8", "gb2312"))
        body = _base64(_chinese(dice, dice.randint(60, 600)).encode("gb18030" if charset == "gb2312" else charset))
        part = [f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: base64", "", body]
    elif kind == "html":
        head.append("Subject: " + " ".join(dice.choices(_EN, k=5)))
        rows = "".join(f"<p style='margin:0'>{line}</p>\r\n" for line in _words(dice, 3000).splitlines())
        part = _multipart(
            "alternative",
            ["Content-Type: text/plain; charset=utf-8", "", text],
            ["Content-Type: text/html; charset=utf-8", "", f"<html><body>{rows}</body></html>"],
        )
    elif kind == "bounce":
        head[3] = "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>"
        head += ["Subject: Undelivered Mail Returned to Sender", "Auto-Submitted: auto-replied", "Return-Path: <>"]
        part = _multipart(
            "report; report-type=delivery-status",
            ["Content-Type: text/plain", "", "It could not be delivered."],
            [
                "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.org", "",
                f"Final-Recipient: rfc822; {sender}", "Action: failed", "Status: 5.1.1",
            ],
            ["Content-Type: text/rfc822-headers", "", "Subject: x", "Message-ID: <x@example.com>"],
        )  # fmt: skip
    else:
        head.append("Subject: " + " ".join(dice.choices(_EN, k=5)))
        if kind == "auto":
            head += ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"]
        if kind == "reply" and earlier:
            head.append(f"In-Reply-To: {dice.choice(earlier)}")
            quoted = "\r\n".join("> " + line for line in _words(dice, 900).splitlines())
            text += f"\r\n\r\nOn Thu, 19 Nov 2026 at 10:00, IT Desk <it@example.org> wrote:\r\n{quoted}"
        part = ["Content-Type: text/plain; charset=utf-8", "", text]
    if dice.random() < 0.10:
        file = _base64(dice.randbytes(dice.randint(100_000, 500_000)))
        attached = ['Content-Type: application/pdf; name="scan.pdf"', "Content-Transfer-Encoding: base64",
                    'Content-Disposition: attachment; filename="scan.pdf"', "", file]  # fmt: skip
        part = _multipart("mixed", part, attached)
    earlier.append(message_id)
    del earlier[:-500]
    return "\r\n".join([*head, *part, ""]).encode()


def seed_name(number: int) -> str:
    """Name the mail of this number; unique within a run."""
    return f"bench.{number}"


def _multipart(kind: str, *parts: list[str]) -> list[str]:
    mark = f"=_{kind.split(';')[0]}_{len(parts)}"
    lines = [f'Content-Type: multipart/{kind}; boundary="{mark}"', ""]
    for part in parts:
        lines += [f"--{mark}", *part]
    return [*lines, f"--{mark}--"]


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _base64(content: bytes) -> str:
    return base64.encodebytes(content).decode().replace("\n", "\r\n")
