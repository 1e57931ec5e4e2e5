"""A notice becomes the bytes of a mail: 7-bit clean, folded, and with no room for a second header."""

from __future__ import annotations

import re
from binascii import b2a_base64, b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from maild.mail.envelope import envelope_address
from maild.mail.message import Address, Attachment

LINE = 76
"""The longest line of an encoded body (RFC 2045 section 6.7) and of a field with encoded words (RFC 2047 section 2)."""
REFERENCES_KEPT = 20
"""The last ones, beside the first, which names the thread."""
SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """What a mail shall say; see `compose`."""

    sender: Address
    to: Address
    subject: str
    text: str
    message_id: str
    """With its angle brackets."""
    date: datetime
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Attachment, ...] = ()
    """Shown within the HTML, which names each as `cid:` and its `content_id` (RFC 2392)."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    """Oldest first; in_reply_to need not be among them."""
    auto_submitted: str = "auto-generated"
    """auto-replied where it answers a mail, else auto-generated (RFC 3834 section 5), "" for a person's words."""
    reply_to: Address | None = None
    ticket: int = 0
    tickets: tuple[int, ...] = ()
    """Those that the lines of a digest stand for, in their order."""
    notice: str = ""


def compose(draft: Draft) -> bytes:
    """Write a draft as a mail (RFC 5322) that any SMTP server takes: CRLF, ASCII, lines of at most 76 octets.

    Only the local part of an address, where it is not ASCII, makes the header UTF-8 (RFC 6532); such a mail needs
    SMTPUTF8. Control characters in header values become spaces; line ends within texts become CRLF.
    """
    head = [
        _field("Date", format_datetime(draft.date)),
        _mailbox_field("From", draft.sender),
        _mailbox_field("To", draft.to),
        _text_field("Subject", draft.subject),
        _field("Message-ID", _one_token(draft.message_id)),
    ]
    if draft.reply_to is not None:
        head.append(_mailbox_field("Reply-To", draft.reply_to))
    head += _thread_fields(draft)
    if draft.auto_submitted:
        # Exchange knows only its own field. There is no Precedence: it keeps no responder silent that these do not,
        # and providers take "bulk" for advertising.
        head.append(_field("Auto-Submitted", _one_token(draft.auto_submitted)))
        head.append("X-Auto-Response-Suppress: All\r\n")
    if draft.ticket:
        head.append(f"X-Maild-Ticket: {draft.ticket}\r\n")
    if draft.tickets:
        head.append(_field("X-Maild-Tickets", _folded(" ".join(map(str, draft.tickets)), len("X-Maild-Tickets: "))))
    if draft.notice:
        head.append(_field("X-Maild-Notice", _one_token(draft.notice)))
    head.append(_field("X-Maild-Loop", _addr_spec(draft.sender.email)))
    head.append("MIME-Version: 1.0\r\n")
    return "".join(head).encode("utf-8", "replace") + _body(draft)


def tagged_subject(subject: str, number: int) -> str:
    """Give "Re: [#1042] VPN down": the tag once, reply prefixes of any language not piled up."""
    bare = one_line(subject[: 4 * SUBJECT_LENGTH])
    bare = bare.replace(f"[#{number}]", " ")
    bare = one_line(_REPLY_PREFIXES.sub("", bare.lstrip()))
    if len(bare) > SUBJECT_LENGTH:
        bare = bare[: SUBJECT_LENGTH - 1] + "…"
    return f"Re: [#{number}] {bare}".rstrip()


def one_line(value: str) -> str:
    """Give a header value without control characters; a run of them, or of spaces, becomes one space."""
    return _NOT_IN_A_HEADER.sub(" ", value).strip(" ")


_NOT_IN_A_HEADER = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_REPLY_PREFIXES = re.compile(
    r"(?:(?:re|aw|antw|antwort|sv|vs|ynt|odp|rif|res|回复|回覆|答复|答覆|回信|返信|回)\s*(?:[\[(]\d{1,3}[\])])?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_MEDIA_TYPE = re.compile(r"(?!message/|multipart/)[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_PLAIN_FILENAME = re.compile(r"[\w. +()-]{1,60}", re.ASCII)
_ASCII = bytes(range(128))


def _field(name: str, value: str) -> str:
    return f"{name}: {value}\r\n"


def _one_token(value: str) -> str:
    return "".join(c for c in value if "!" <= c <= "~")


def _thread_fields(draft: Draft) -> list[str]:
    """Write In-Reply-To and References (RFC 5322 section 3.6.4), one Message-ID a line, only well-formed ones."""
    answered = draft.in_reply_to if _MESSAGE_ID.fullmatch(draft.in_reply_to) else ""
    chain = [r for r in dict.fromkeys(draft.references) if r != answered and _MESSAGE_ID.fullmatch(r)]
    if answered:
        chain.append(answered)
    if len(chain) > REFERENCES_KEPT + 1:
        chain = [chain[0], *chain[-REFERENCES_KEPT:]]
    fields = [_field("In-Reply-To", answered)] if answered else []
    return [*fields, _field("References", "\r\n ".join(chain))] if chain else fields


def _text_field(name: str, value: str) -> str:
    value = one_line(value)
    used = len(name) + 2
    return _field(name, _folded(value, used) if _is_plain(value) else _encoded_words(value, used))


def _is_plain(value: str) -> bool:
    """Tell whether a value may stand as it is: printable ASCII that nobody takes for an encoded word."""
    if not value:
        return True
    if not _PLAIN.fullmatch(value) or "=?" in value:
        return False
    return len(value) < LINE or max(map(len, value.split(" "))) < LINE


def _folded(value: str, used: int) -> str:
    if used + len(value) <= LINE:
        return value
    lines, line = [], ""
    for word in value.split(" "):
        if line and used + len(line) + 1 + len(word) > LINE:
            lines.append(line)
            line, used = word, 1
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])


def _mailbox_field(name: str, address: Address) -> str:
    """Write "Name <address>"; the address goes to the next line where both do not fit."""
    used = len(name) + 2
    spec = _addr_spec(address.email)
    display = " ".join(one_line(address.name).split())  # other spaces within a phrase confuse readers
    if not display:
        return _field(name, spec)
    if not _is_plain(display) or len(display) > LINE:
        display = _encoded_words(display, used)
    elif not _ATOMS.fullmatch(display):
        display = '"' + re.sub(r'(["\\])', r"\\\1", display) + '"'
    last = len(display.rpartition("\r\n")[2])
    gap = " " if last + len(spec) + 3 + (used if last == len(display) else 0) <= LINE else "\r\n "
    return _field(name, f"{display}{gap}<{spec}>")


def _addr_spec(email: str) -> str:
    """Write an address; what no server takes (RFC 2606 keeps .invalid free) could be read as something else."""
    return envelope_address(email) or "nobody@unusable.invalid"


def _encoded_words(value: str, used: int) -> str:
    """Write text as encoded words of RFC 2047, none over 75 octets and none that cuts a character in two."""
    data = value.encode("utf-8", "replace")
    wide = len(data.translate(None, _ASCII))
    return "\r\n ".join(_base64_words(data, used) if wide * 6 > len(data) else _q_words(value, used))


def _base64_words(data: bytes, used: int) -> list[str]:
    words, at = [], 0
    while at < len(data):
        end = at + (LINE - used - 12) // 4 * 3
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?b?{b2a_base64(data[at:end], newline=False).decode('ascii')}?=")
        at, used = end, 1
    return words


_Q = {c: chr(c) for c in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"} | {0x20: "_"}
"""Octets that Q leaves readable, even within a display name (RFC 2047 section 5.3)."""


def _q_words(value: str, used: int) -> list[str]:
    words, word = [], ""
    for character in value:
        piece = "".join(_Q.get(octet) or f"={octet:02X}" for octet in character.encode("utf-8", "replace"))
        if used + 12 + len(word) + len(piece) > LINE:
            words.append(f"=?utf-8?q?{word}?=")
            word, used = "", 1
        word += piece
    return [*words, f"=?utf-8?q?{word}?="]


_MIXED, _ALTERNATIVE, _RELATED = "=_maild_mixed", "=_maild_alternative", "=_maild_related"
"""Boundaries; neither quoted-printable nor base64 can hold "=_", so they never occur within a part."""


def _body(draft: Draft) -> bytes:
    body = _text_part("plain", draft.text)
    if draft.html:
        html = _text_part("html", draft.html)
        if draft.pictures:
            html = _multipart("related", _RELATED, [html, *map(_picture_part, draft.pictures)])
        body = _multipart("alternative", _ALTERNATIVE, [body, html])
    if draft.attachments:
        body = _multipart("mixed", _MIXED, [body, *map(_attachment_part, draft.attachments)])
    return body


def _multipart(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
    line = b"\r\n--" + boundary.encode("ascii")
    start = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n'.encode("ascii")
    return start + b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"


def _text_part(subtype: str, text: str) -> bytes:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    data = text.replace("\n", "\r\n").encode("utf-8", "replace")
    if len(data.translate(None, _ASCII)) * 6 > len(data):
        encoding, body = "base64", _base64_lines(data)
    else:
        encoding, body = "quoted-printable", b2a_qp(data)
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + body


def _base64_lines(data: bytes) -> bytes:
    whole = b2a_base64(data, newline=False)
    return b"".join([whole[i : i + LINE] + b"\r\n" for i in range(0, len(whole), LINE)])


def _picture_part(picture: Attachment) -> bytes:
    """Write a picture that the HTML beside it shows (RFC 2387)."""
    return _file_part(picture, "inline", f"Content-ID: <{content_id(picture)}>\r\n")


def content_id(picture: Attachment) -> str:
    """Name a picture after its content, so that no two pictures of the world share a name."""
    return f"{picture.sha256[:32]}@maild"


def _attachment_part(attachment: Attachment) -> bytes:
    return _file_part(attachment, "attachment")


def _file_part(attachment: Attachment, disposition: str, more: str = "") -> bytes:
    """Write a file in base64; message/* may not be encoded so (RFC 2046 section 5.2.1) and goes as plain octets."""
    media = attachment.type.lower()
    if not _MEDIA_TYPE.fullmatch(media):
        media = "application/octet-stream"
    head = (
        f"Content-Type: {media}\r\nContent-Transfer-Encoding: base64\r\n{more}"
        f"Content-Disposition: {disposition};\r\n {_filename(attachment.name)}\r\n\r\n"
    )
    return head.encode("ascii") + _base64_lines(attachment.content)


def _filename(name: str) -> str:
    """Write a file name as a parameter of RFC 2183, in the segments of RFC 2231 where it is long or not ASCII."""
    name = one_line(name) or "attachment"
    if _PLAIN_FILENAME.fullmatch(name):
        return f'filename="{name}"'
    segments, segment = [], ""
    for character in name:
        piece = quote(character, safe="", errors="replace")
        if len(segment) + len(piece) > 50:
            segments.append(segment)
            segment = ""
        segment += piece
    segments.append(segment)
    if len(segments) == 1:
        return f"filename*=utf-8''{segment}"
    segments[0] = "utf-8''" + segments[0]
    return ";\r\n ".join(f"filename*{index}*={segment}" for index, segment in enumerate(segments))
