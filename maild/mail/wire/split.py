"""Takes a mail apart into its parts (RFC 2046), by offsets into the bytes, without recursion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from maild.mail.limits import Defects, Limits
from maild.mail.wire.header import Fields, read_header, read_mail_header
from maild.mail.wire.params import Params, media_type, parameters, token
from maild.mail.wire.transfer import decode_transfer, transfer_name
from maild.mail.wire.words import unfold

_TAIL = re.compile(rb"(?:(--)[^\n]*+|(?:[ \t][^\n]*+)?\r*+)(?:\n|\Z)")
_SNIFFED = re.compile(rb"(?:^|\n)--([^\s-][^\r\n]{0,198}|-+[^\s-][^\r\n]{0,198})\r*\n(?=[Cc]ontent-[A-Za-z-]+[ \t]*:)")
_SNIFFED_WITHIN = 64 << 10
_HTML = re.compile(rb"\s*+<(?:!doctype\s++html|html)\b", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Part:
    """One body of a mail: its fields, and where in `source` its bytes lie."""

    source: bytes
    fields: Fields
    head: int
    """Where its header begins,"""
    start: int
    """its body begins,"""
    end: int
    """and ends."""
    type: str = "text/plain"
    """What it is read as; `declared` is what it says it is."""
    declared: str = "text/plain"
    params: Params = field(default_factory=dict)
    disposition: str = ""
    file: Params = field(default_factory=dict)
    """The parameters of Content-Disposition."""
    encoding: str = ""
    preamble: int = 0
    """Where in `source` the first of its parts begins, 0 where there is none."""
    children: list[Part] = field(default_factory=list)
    cut: bool = False
    """A multipart that was left as it is, because a limit was reached."""

    @property
    def main(self) -> str:
        return self.type.partition("/")[0]

    def value(self, name: str) -> bytes | None:
        """Give the first field of this name, unfolded."""
        for found, raw in self.fields:
            if found == name:
                return unfold(raw)
        return None

    def octets(self) -> memoryview:
        return memoryview(self.source)[self.start : self.end]

    def content(self, defects: Defects) -> bytes:
        """Give the body with its transfer encoding undone."""
        return decode_transfer(self.octets(), self.encoding, defects)


def split(raw: bytes, limits: Limits, defects: Defects) -> Part:
    """Give the mail as a tree of parts, within the limits of depth and number."""
    fields, start = read_mail_header(raw, limits, defects)
    root = _described(Part(raw, fields, 0, start, len(raw)), defects)
    budget = limits.parts
    waiting = [(root, 0)]
    while waiting:
        part, depth = waiting.pop()
        if part.main != "multipart":
            continue
        if depth >= limits.depth:
            defects.note(f"parts nested deeper than {limits.depth} are left as they came")
            part.cut = True
            continue
        _split_one(part, budget, limits, defects)
        budget -= len(part.children)
        waiting += [(child, depth + 1) for child in reversed(part.children)]
    return root


def _part(raw: bytes, head: int, end: int, default: str, limits: Limits, defects: Defects, most: int) -> Part:
    fields, start = read_header(raw, head, end, limits, defects, most)
    return _described(Part(raw, fields, head, start, end, default), defects)


def _described(part: Part, defects: Defects) -> Part:
    """Read of a part's fields what it is and how its body is written down."""
    content_type = part.value("content-type")
    if content_type is not None:
        part.params = parameters(content_type, defects=defects)
        part.type = media_type(content_type) or _type_by_parameters(part.params, part.type)
    part.declared = part.type
    disposition = part.value("content-disposition")
    if disposition is not None:
        part.disposition = token(disposition)
        part.file = parameters(disposition, part.params.get("charset", ""), defects)
    encoding = part.value("content-transfer-encoding")
    if encoding is not None:
        part.encoding = transfer_name(encoding)
    return part


def _type_by_parameters(params: Params, default: str) -> str:
    """Tell what a part without a readable type may be."""
    if "boundary" in params:
        return "multipart/mixed"
    return "application/octet-stream" if "name" in params else default


def _split_one(part: Part, budget: int, limits: Limits, defects: Defects) -> None:
    """Give `part` its children, or make it a text where it turns out to have none."""
    if part.encoding in ("base64", "quoted-printable"):
        # Forbidden by RFC 2045 section 6.4, and sent nevertheless; believed only where no boundary shows as it is.
        boundary = part.params.get("boundary", "").encode("utf-8")
        if not boundary or part.source.find(b"--" + boundary, part.start, part.end) < 0:
            part.source = part.content(defects)
            part.head = part.start = 0
            part.end = len(part.source)
        part.encoding = ""
    marks = _delimiters(part, limits, defects)
    if not marks:
        html = _HTML.match(part.source, part.start, part.end)
        part.type = "text/html" if html else "text/plain"
        defects.note("a multipart has no parts; it is read as text")
        return
    part.preamble = marks[0][0]
    default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    index = 0
    while index < len(marks):
        _, begin, closing = marks[index]
        index += 1
        if closing:
            if index < len(marks):
                defects.note("a multipart goes on behind its end")
            continue
        if len(part.children) >= budget:
            defects.note(f"more than {limits.parts} parts; the rest is left out")
            break
        if index < len(marks):
            end = _without_break(part.source, begin, marks[index][0])
        else:
            end = part.end
            defects.note("the mail ends in the middle of a multipart")
        child = _part(part.source, begin, end, default, limits, defects, limits.part_fields)
        if child.main == "multipart" and child.params.get("boundary") == part.params.get("boundary"):
            # The inner multipart has the outer one's boundary: everything up to the next end is its own.
            last = next((i for i in range(index, len(marks)) if marks[i][2]), None)
            if last is not None:
                child.end, index = marks[last][1], last + 1
        part.children.append(child)
    if not part.children:
        # Only the end shows: what stands before it is the text, or else what stands behind it.
        part.type = "text/plain"
        if part.source[part.start : marks[0][0]].strip():
            part.end = marks[0][0]
        else:
            part.start = marks[-1][1]


def _without_break(raw: bytes, start: int, end: int) -> int:
    """Give the end of a part without the line end that belongs to the delimiter behind it (RFC 2046 section 5.1.1)."""
    if end > start and raw[end - 1] == 0x0A:
        end -= 1
        while end > start and raw[end - 1] == 0x0D:
            end -= 1
    return max(start, end)


def _delimiters(part: Part, limits: Limits, defects: Defects) -> list[tuple[int, int, bool]]:
    """Give (begin of the line, begin of the next line, is it the closing one) for each delimiter."""
    boundary = part.params.get("boundary", "")
    marks = _lines(part, boundary.encode("utf-8", "replace"), limits) if boundary else []
    if not marks and (sniffed := _sniff(part)):
        found = sniffed[1].rstrip(b" \t")
        marks = _lines(part, found, limits)
        if marks:
            part.params["boundary"] = found.decode("utf-8", "replace")
            defects.note("a multipart's boundary is missing or wrong; it was found by its look")
    elif marks and (spoilt := _sniff(part, marks[0][0])):
        marks.insert(0, (spoilt.start(1) - 2, spoilt.end(), False))
        defects.note("a delimiter of a multipart is spoilt; it was found by its look")
    return marks


def _sniff(part: Part, end: int | None = None) -> re.Match[bytes] | None:
    """Find a line before `end` that looks like a delimiter, as a header begins behind it."""
    end = min(part.end if end is None else end, part.start + _SNIFFED_WITHIN)
    return _SNIFFED.search(part.source, max(0, part.start - 1), end)


def _lines(part: Part, boundary: bytes, limits: Limits) -> list[tuple[int, int, bool]]:
    raw, start, end = part.source, part.start, part.end
    needle = b"--" + boundary
    marks = []
    position = start
    # Twice as many marks as parts are allowed say enough; what only looks like one is bounded as well.
    for _ in range(100 * limits.parts):
        found = raw.find(needle, position, end)
        if found < 0 or len(marks) > 2 * limits.parts:
            break
        position = found + len(needle)
        if found > start and raw[found - 1] != 0x0A:
            continue
        if tail := _TAIL.match(raw, position, end):
            marks.append((found, tail.end(), tail[1] is not None))
            position = tail.end()
    return marks
