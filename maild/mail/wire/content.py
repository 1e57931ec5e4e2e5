"""Decides which part of a mail is its text, which is an attachment, and which is only another form of the same."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from maild.mail.limits import Defects, Limits
from maild.mail.message import Attachment, Headers
from maild.mail.wire.charset import codec_for, decode
from maild.mail.wire.cms import signed_content
from maild.mail.wire.header import read_header
from maild.mail.wire.html import html_to_text
from maild.mail.wire.ics import calendar_method
from maild.mail.wire.names import made_up_name, safe_name, type_for
from maild.mail.wire.plain import clean_text, join_flowed, strip_enriched, take_uuencoded
from maild.mail.wire.report import has_groups, is_headers, is_mail, read_groups, read_returned, report_type_of
from maild.mail.wire.split import Part, split
from maild.mail.wire.tnef import unpack
from maild.mail.wire.transfer import text_in_base64
from maild.mail.wire.words import decode_text, unfold

_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(r"\s*+(?:<!doctype\s++html|<html)\b", re.IGNORECASE)
_ENDS_LIKE_HTML = re.compile("</(?:body|html)>", re.IGNORECASE)
_STUB = re.compile(
    r"(?:not|n't|unable to|cannot) (?:\w+ ){0,3}(?:support|display|render|view|read|show|see|handle|understand)"
    r"|html[ -](?:enabled|capable|compatible|compliant|e?-?mail|version|format|part|message|only)"
    r"|(?:view|read|see) (?:\w+ ){0,4}(?:in|with|using) (?:\w+ ){0,3}(?:browser|html)|in html format|only html"
    r"|不支持\s*html|无法(?:正常)?(?:显示|查看)|html\s*格式|不支援\s*html|瀏覽器|浏览器"
    r"|html[^.\n]{0,40}(?:anzeigen|darstellen|unterst)|nicht[^.\n]{0,40}html|ne (?:supporte|prend)[^.\n]{0,40}html",
    re.IGNORECASE,
)
_STOCK = re.compile(r"\bmime\b|multi-?part", re.IGNORECASE)
"""Of a preamble that only explains the format."""
_WORD = re.compile(r"\w{2}")
_LONGEST_STUB = 400
_MOST_TNEF = 10
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_MOST_SEALED = 3
_CID = re.compile(r"cid:([^\"'\s>)]{1,300})", re.IGNORECASE)
_FILE_AT_END = re.compile(r"(?:^|/)[^/?#]{1,200}\.[A-Za-z0-9]{1,5}$")
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_FILES_IN_TEXT = frozenset({
    "text/calendar", "text/csv", "text/tab-separated-values", "text/vcard", "text/x-vcard", "text/directory",
    "text/rtf", "text/xml", "text/css", "text/javascript", "text/x-patch", "text/x-diff", "text/rfc822-headers",
    "text/watch-html", "text/x-amp-html",
})  # fmt: skip
"""Text that is a file for a program rather than words for a reader."""
_INVITATIONS = frozenset({"text/calendar", "application/ics"})
_ANOTHER_FORM = frozenset({"text/watch-html", "text/x-amp-html"})


@dataclass(slots=True)
class Found:
    """What was found in a mail, in the order of its parts."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    content_ids: dict[int, str] = field(default_factory=dict)
    """By the place in `attachments`."""
    preambles: list[str] = field(default_factory=list)
    """What stands before the first part of multiparts, for a mail that says nothing else."""
    mails: list[bytes] = field(default_factory=list)
    """Attached mails."""
    calendars: list[str] = field(default_factory=list)
    calendar_method: str = ""
    tnef_text: str = ""
    tnef_html: str = ""
    report: tuple[Headers, ...] = ()
    report_type: str = ""
    returned: Headers = ()


class Reader:
    """Goes through the parts of one mail and sorts what they hold."""

    def __init__(self, charset: str, limits: Limits, defects: Defects) -> None:
        self.charset = charset
        self.limits = limits
        self.defects = defects
        self.found = Found()
        self.words_wanted = True
        """False within a form of the text of which another one is shown."""
        self.characters_left = limits.text
        self.html_left = limits.html
        self.tnef_left = _MOST_TNEF
        self.sealed_left = _MOST_SEALED
        self.said: set[str] = set()
        """The texts so far, without their blanks."""
        self.named: list[Part] = []
        """Texts that came as files, for a mail that has no other."""

    def read(self, root: Part) -> Found:
        if not root.children and root.main == "text" and root.type not in _FILES_IN_TEXT:
            # The only text of a mail is its text, even under a name; as an attachment it is that as well.
            self._text(root)
            if root.disposition == "attachment":
                self._attach(root)
        else:
            self._part(root, "")
        found = self.found
        if self.named and not found.htmls and not any(text.strip() for text in found.texts):
            found.texts = [self._readable(part) for part in self.named]
        if found.content_ids:
            referred = {unquote(cid) for html in (*found.htmls, found.tnef_html) for cid in _CID.findall(html)}
            for place, content_id in found.content_ids.items():
                if content_id in referred:
                    found.attachments[place] = replace(found.attachments[place], inline=True)
        return found

    def _part(self, part: Part, parent: str) -> None:
        if part.children:
            self._multipart(part)
        elif part.cut:
            self._attach(part, bytes(part.source[part.head : part.end]), kind="message/rfc822")
        elif has_groups(part.type):
            self._report(part)
        elif is_mail(part.type):
            self._mail(part, parent)
        elif is_headers(part.type) and parent == "multipart/report":
            self.found.returned = self.found.returned or read_returned(
                part.content(self.defects), self.limits, self.defects
            )
        elif part.type == "text/calendar":
            self._calendar(part)
        elif self.tnef_left and (part.type in _TNEF or _name_of(part).lower() == "winmail.dat"):
            self._tnef(part)
        elif part.type in _SEALED:
            self._sealed(part, parent)
        elif part.main == "text" and not _is_file(part):
            if not (part.type in _ANOTHER_FORM and parent == "multipart/alternative"):
                self._text(part)
        elif part.main == "text" and part.disposition != "attachment" and part.type in ("text/plain", "text/html"):
            self.named.append(part)
            self._attach(part)
        else:
            self._attach(part)

    def _multipart(self, part: Part) -> None:
        if part.start < part.preamble and not self.found.preambles:
            self._preamble(part)
        if part.type == "multipart/alternative":
            self._alternative(part)
            return
        if part.type == "multipart/report" and not self.found.report_type:
            self.found.report_type = part.params.get("report-type", "").lower()
        for child in part.children:
            self._part(child, part.type)

    def _preamble(self, part: Part) -> None:
        """Keep the words before the first part, but for those that explain MIME to old mail programs."""
        text = self._decoded(replace(part, end=part.preamble, encoding=""), self.limits.text)
        said = [each.strip("\n") for each in text.split("\n\n") if not _STOCK.search(each)]
        if any(_WORD.search(each) for each in said):
            self.found.preambles.append("\n\n".join(said).strip("\n"))

    def _alternative(self, part: Part) -> None:
        """Keep the plain text, unless it says nothing beside the richer forms (RFC 2046 section 5.1.4)."""
        found = self.found
        plain = [child for child in part.children if child.type == "text/plain" and not _is_file(child)]
        text = "\n\n".join(dict.fromkeys(self._readable(child) for child in plain))
        texts, said = found.texts, self.said
        outer, self.words_wanted = self.words_wanted, self.words_wanted and _may_say_nothing(text)
        richest = ""
        for child in part.children:
            if child not in plain:
                found.texts, self.said = [], set()
                self._part(child, part.type)
                richest = "\n\n".join(found.texts) or richest
        self.words_wanted = outer
        found.texts, self.said = texts, said
        text = richest if richest.strip() else text
        if text.strip() and not self._said_already(text):
            texts.append(text)

    def _text(self, part: Part) -> None:
        text = self._readable(part)
        if part.type == "text/plain":
            text, files = take_uuencoded(text)
            for name, content in files:
                self._add(safe_name(name), type_for(name), content)
        if text.strip() and not self._said_already(text):
            self.found.texts.append(text)

    def _said_already(self, text: str) -> bool:
        """Tell whether the same words came before, as from software that sends both forms as multipart/mixed."""
        words = "".join(text.split())
        if words in self.said:
            return True
        self.said.add(words)
        return False

    def _readable(self, part: Part) -> str:
        """Give the text of a text part, HTML made readable; and keep the HTML."""
        if not self.words_wanted and part.type != "text/html":
            return ""
        if part.type == "text/html":
            return self._html(part)
        text = self._decoded(part, self.characters_left)
        if _LOOKS_LIKE_HTML.match(text) and _ENDS_LIKE_HTML.search(text[-1_000:]):
            self.found.htmls.append(text)
            return html_to_text(text, self.limits.text)
        if part.type in ("text/enriched", "text/richtext"):
            text = strip_enriched(text)
        if part.params.get("format", "").lower() == "flowed":
            text = join_flowed(text, part.params.get("delsp", "").lower() == "yes")
        self.characters_left -= len(text)
        return text

    def _html(self, part: Part) -> str:
        source = self._decoded(part, self.html_left)
        self.html_left -= len(source)
        self.found.htmls.append(source)
        return html_to_text(source, max(0, self.characters_left)) if self.words_wanted else ""

    def _decoded(self, part: Part, most: int) -> str:
        """Give a part's text, of which no more is decoded than `most` characters can need."""
        enough = (9 if part.encoding == "quoted-printable" else 3) * max(0, most) + 4
        cut = part.end - part.start > enough
        end = part.start + enough if cut else part.end
        shortened = Part(part.source, [], 0, part.start, end, encoding=part.encoding)
        content = shortened.content(Defects() if cut else self.defects)
        if part.encoding in ("", "7bit", "8bit") and (hidden := text_in_base64(content)):
            self.defects.note("a text is in base64, though nothing says so")
            content = hidden
        label = part.params.get("charset", "")
        if part.type == "text/html" and codec_for(label) in ("", "ascii"):
            said = _META.search(content, 0, 4_096) or _XML.match(content)
            label = said[1].decode("ascii") if said else label
        text = clean_text(decode(content, label, self.defects))
        if cut or len(text) > most:
            self.defects.note(f"the text is longer than {self.limits.text} characters; its end is left out")
            text = text[: max(0, most)]
        return text

    def _report(self, part: Part) -> None:
        groups = read_groups(part.content(self.defects), self.limits, self.defects)
        self.found.report += groups
        self.found.report_type = self.found.report_type or report_type_of(part.type)

    def _mail(self, part: Part, parent: str) -> None:
        content = part.content(self.defects)
        if parent == "multipart/report" and not self.found.returned:
            self.found.returned = read_returned(content, self.limits, self.defects)
        else:
            self.found.mails.append(content)
        fields, _ = read_header(content, 0, len(content), self.limits, Defects(), self.limits.part_fields)
        subject = next((decode_text(unfold(raw)) for name, raw in fields if name == "subject"), "")
        name = _name_of(part) or subject.replace("/", "_").replace("\\", "_")
        self._attach(part, content, name=name, extension=".eml")

    def _calendar(self, part: Part) -> None:
        text = self._decoded(part, self.limits.text)
        found = self.found
        found.calendars.append(text)
        if not found.calendar_method:
            found.calendar_method = part.params.get("method", "").upper() or calendar_method(text)
        self._attach(part, name=_name_of(part) or "invite.ics")

    def _tnef(self, part: Part) -> None:
        self.tnef_left -= 1
        content = part.content(self.defects)
        unpacked = unpack(content, self.defects)
        if unpacked is None:
            self._attach(part, content)
            return
        self.found.tnef_text = self.found.tnef_text or clean_text(unpacked.text)[: self.limits.text]
        self.found.tnef_html = self.found.tnef_html or clean_text(unpacked.html)[: self.limits.html]
        for file in unpacked.files:
            name = safe_name(file.name)
            self._add(name, file.type or type_for(name), file.content, file.content_id)

    def _sealed(self, part: Part, parent: str) -> None:
        """Read the mail within an opaque signature; the signed file itself stays an attachment."""
        content = part.content(self.defects)
        self._attach(part, content)
        inner = signed_content(content) if self.sealed_left else None
        if inner:
            self.sealed_left -= 1
            self._part(split(inner, self.limits, self.defects), parent)

    def _attach(
        self, part: Part, content: bytes | None = None, *, kind: str = "", name: str = "", extension: str = ""
    ) -> None:
        content = part.content(self.defects) if content is None else content
        name = safe_name(name or _name_of(part) or _place_of(part))
        if name and extension and not name.lower().endswith(extension):
            name = safe_name(name) + extension
        content_id = (part.value("content-id") or b"").decode("utf-8", "replace").strip(" <>")
        self._add(name, kind or part.type, content, content_id)

    def _add(self, name: str, kind: str, content: bytes, content_id: str = "") -> None:
        found = self.found
        digest = hashlib.sha256(content).hexdigest()
        if kind in _INVITATIONS and any(other.sha256 == digest for other in found.attachments):
            # Calendars send the same invitation twice, for programs that look in one place or the other.
            return
        if kind == "application/octet-stream" and name:
            kind = type_for(name)
        name = name or made_up_name(kind, len(found.attachments) + 1)
        if content_id:
            found.content_ids[len(found.attachments)] = content_id
        found.attachments.append(Attachment(name, kind, content, digest))


def _name_of(part: Part) -> str:
    """Give the name a part has in its disposition, else in its type; a spoilt one only where there is no other."""
    names = [part.file.get("filename", ""), part.params.get("name", "")]
    sound = [name for name in names if name and "\ufffd" not in name and "???" not in name]
    return (sound or [name for name in names if name] or [""])[0]


def _place_of(part: Part) -> str:
    """Give the file that a Content-Location (RFC 2557) or a Content-Description names, or ""."""
    for field_name in ("content-location", "content-description"):
        place = decode_text(part.value(field_name) or b"")
        if _FILE_AT_END.search(place) and place[:4].lower() != "cid:":
            return place.rpartition("/")[2]
    return ""


def _is_file(part: Part) -> bool:
    return part.disposition == "attachment" or bool(_name_of(part)) or part.type in _FILES_IN_TEXT


def _may_say_nothing(plain: str) -> bool:
    """Tell whether a plain text is empty, or looks like a mere notice that there is HTML."""
    stripped = plain.strip()
    return not stripped or (len(stripped) < _LONGEST_STUB and _STUB.search(stripped) is not None)
