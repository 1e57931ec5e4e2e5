"""Builds raw mails for the tests of reading, as bytes and with nothing put right."""

from __future__ import annotations

import base64

HEAD = "From: Jane Doe <jane@example.com>\nTo: support@desk.example\nSubject: Printer"


def letter(body: str | bytes = "", *fields: str, head: str = HEAD) -> bytes:
    """Make a mail of a header, more fields and a body; lines end with CRLF in the header."""
    header = "\n".join([head, *fields]).replace("\n", "\r\n").encode("utf-8")
    return header + b"\r\n\r\n" + (body.encode("utf-8") if isinstance(body, str) else body)


def part(body: str | bytes, *fields: str) -> bytes:
    """Make one part of a multipart."""
    head = "\r\n".join(fields).encode("utf-8")
    return head + b"\r\n\r\n" + (body.encode("utf-8") if isinstance(body, str) else body)


def multipart(kind: str, *parts: bytes, boundary: str = "=_b", more: str = "") -> tuple[bytes, str]:
    """Make a multipart body, and the field that goes with it."""
    line = b"--" + boundary.encode()
    body = b"".join(line + b"\r\n" + each + b"\r\n" for each in parts) + line + b"--\r\n"
    return body, f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}'


def whole(kind: str, *parts: bytes, more: str = "", head: str = HEAD) -> bytes:
    """Make a whole mail of one multipart."""
    body, field = multipart(kind, *parts, more=more)
    return letter(body, field, head=head)


def within(kind: str, *parts: bytes, boundary: str, more: str = "") -> bytes:
    """Make a multipart to stand within another one."""
    body, field = multipart(kind, *parts, boundary=boundary, more=more)
    return field.encode() + b"\r\n\r\n" + body


def plain(text: str) -> bytes:
    return part(text, "Content-Type: text/plain; charset=utf-8")


def rich(html: str) -> bytes:
    return part(html, "Content-Type: text/html; charset=utf-8")


def attached(name: str, content: bytes, kind: str = "application/octet-stream", *fields: str) -> bytes:
    return part(
        base64.encodebytes(content),
        f"Content-Type: {kind}",
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        *fields,
    )
