"""Where a person's words end and the signature, the telephone's boast and the lawyer's notice begin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from maild.mail.body.devices import is_device_line, is_loose_device_line
from maild.mail.body.farewell import is_chinese_valediction, is_valediction, split_signed_valediction
from maild.mail.body.lines import is_rule
from maild.mail.body.notices import (
    DISCLAIMER_START,
    FOOTER_LINE,
    LIST_NAME,
    OF_THIS_MAIL,
    disclaimer_signs,
    is_disclaimer,
    somebody_speaks,
)
from maild.mail.body.words import phrases

Range = tuple[int, int]

_WINDOW = 120
_ROUNDS = 12
_RULED = frozenset("-—–_=*~#+━＊＝■□◆◇")
_DELIMITERS = frozenset({"--", "—", "––", "——", "__", "- --", "-- --"})
_CONTACT = re.compile(
    r"@|https?:|www\.|\+?\(?\d[\d ()./-]{6,}\d"
    r"|\b(?:tel|phone|fax|mobile|mob|cell|skype|handy|gsm|web|address|street|str\.)\b"
    r"|電話|电话|手机|手機|地址|传真|邮编|网址|微信",
    re.I,
)
_POSTSCRIPT = re.compile(
    r"[(*_]{0,2}(?:p\.? ?){1,3}s\b|n\.?b\.?[ :]|(?:附|另|补充|補充|又及|追伸|备注|对了)[:：,，]?|еще|ещё", re.I
)
_SPEAKER = re.compile(
    r"(?<!\w)(?:I|I'm|I'll|my|me|we|you|please|ich|mir|bitte|je|moi|yo|eu|io|я|jeg|jag|ik)(?!\w)|[我你您请請]"
)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_NAME_WORD = r"[^\W\d_][\w.'-]*"
_DASH_NAME = re.compile(
    rf"(?:--?|[–—~]\s?|//?\s?){_NAME_WORD}(?: {_NAME_WORD}){{0,3}}$|-- [^\W\d_][^,;:?!]{{1,60}}$"
)
_ADDRESS = re.compile(r"@|https?:")
_PARTICLES = phrases("""
    xx  de | da | do | dos | del | della | der | den | van | von | zu | la | le | el | al | bin | ibn | ten | ter | te
    xx  of | and | & | y | e | und | och | og | et | i
""")
_ANSWERS = phrases("""
    en  yes | no | nothing | none | done | ok | okay | never | nobody | sure | maybe | both | neither
    xx  ja | nein | nichts | oui | non | rien | si | sí
""")
_ZH_TITLE = re.compile(
    "(?:部|公司|集团|集團|中心|科|处|處|组|組|先生|女士|小姐|经理|經理|主任|工程师|工程師|老师|敬上|谨上|上|启|校|院|所|室"
    "|敬启|团队|客服)$"
)
_FIRM = re.compile(r"\s(?:Ltd|Inc|Co|Corp|Pty|S\.[AL]|S\.p\.A|S\.r\.l|s\.r\.o|a\.s|[BN]\.V|e\.V|Ph\.D|Jr|Sr|Esq)\.$")
_FIRM_EAST = re.compile("(?:株式会社|有限会社|合同会社|㈱|（株）)|(?:公司|集团|集團|株式会社|㈱|（株）)$")
_FOR_ANOTHER = re.compile(r"(?:i\. ?[AV]\.?|ppa\.|p\.p\.|gez\.|[Ii]m Auftrag)\s?")
_ITEM = re.compile(r"\d{1,3}[.)、]\s?\S")
_PIPES = re.compile(r"[|\s]+$")


def signature_ranges(bare: Sequence[str], start: int, end: int) -> list[tuple[Range, str]]:
    """Find the line ranges within [start, end) that sign the person's words, with what each is, last first.

    Reads only the last lines, so its cost does not grow with the mail.
    """
    floor = max(start, end - _WINDOW)
    found: list[tuple[Range, str]] = []
    stop = _without_blank_end(bare, floor, end)
    for _ in range(_ROUNDS):
        cut = _cut(bare, floor, stop)
        if cut is None:
            break
        at, what = cut
        found.append(((at, stop), what))
        stop = _without_blank_end(bare, floor, at)
    found += _device_paragraphs(bare, floor, stop)
    return found


def _cut(bare: Sequence[str], floor: int, stop: int) -> tuple[int, str] | None:
    if stop <= floor:
        return None
    for seek, what in (
        (_footer, "a footer or disclaimer"),
        (_device, "the signature of a device"),
        (_delimited, "a signature"),
        (_pipes, "a signature"),
        (_valediction, "a valediction and name"),
        (_dash_name, "a name as signature"),
    ):
        at = seek(bare, floor, stop)
        if at is not None:
            return at, what
    return None


def _without_blank_end(bare: Sequence[str], floor: int, stop: int) -> int:
    while stop > floor and not bare[stop - 1]:
        stop -= 1
    return stop


def _paragraph_start(bare: Sequence[str], floor: int, stop: int) -> int:
    at = stop
    while at > floor and bare[at - 1]:
        at -= 1
    return at


def _footer(bare: Sequence[str], floor: int, stop: int) -> int | None:
    at = _paragraph_start(bare, floor, stop)
    first = at
    while first < stop and (is_rule(bare[first]) or bare[first] in _DELIMITERS):
        first += 1
    if first == stop:
        return at
    paragraph = " ".join(line[:2000] for line in bare[first:stop])
    if FOOTER_LINE.match(bare[first][:500]) and len(paragraph) <= 1500 and not somebody_speaks(paragraph):
        return at
    if LIST_NAME.match(bare[first][:200]) and (first > at or (first + 1 < stop and _ADDRESS.search(bare[first + 1]))):
        return at
    if _is_announced(bare, floor, at):
        return None
    if is_disclaimer(paragraph, bare[first]):
        return at
    for line in range(first + 1, stop):
        begins = DISCLAIMER_START.match(bare[line]) or OF_THIS_MAIL.match(bare[line]) or is_rule(bare[line])
        if begins and is_disclaimer(" ".join(part[:2000] for part in bare[line:stop])):
            return line
    last = stop
    while last > first and (is_rule(bare[last - 1]) or _is_footer_line(bare[last - 1])):
        last -= 1
    if last < stop and not _closes_box(bare, floor, last, stop):
        return last
    return _headed_disclaimer(bare, floor, stop)


def _closes_box(bare: Sequence[str], floor: int, at: int, stop: int) -> bool:
    """Tell whether the only line is a ruler that closes what the same ruler opened above."""
    return stop - at == 1 and is_rule(bare[at]) and bare[at] in bare[max(floor, at - 12) : at]


def _is_announced(bare: Sequence[str], floor: int, at: int) -> bool:
    """Tell whether the person leads the paragraph in: "please add this text:"."""
    above = _without_blank_end(bare, floor, at)
    return above > floor and bare[above - 1][-1] in ":：" and not DISCLAIMER_START.match(bare[above - 1])


def _is_footer_line(line: str) -> bool:
    return FOOTER_LINE.match(line[:500]) is not None and not somebody_speaks(line)


def _headed_disclaimer(bare: Sequence[str], floor: int, stop: int) -> int | None:
    """Find a disclaimer's heading; what stands below it belongs to it, unless somebody speaks there."""
    for at in range(max(floor + 1, stop - 40), stop):
        if not bare[at - 1] and DISCLAIMER_START.match(bare[at]):
            below = bare[at + 1 : stop]
            if not any(_speaks(line) for line in below) and len(disclaimer_signs(" ".join(below))) >= 2:
                return at
    return None


def _device(bare: Sequence[str], floor: int, stop: int) -> int | None:
    last = bare[stop - 1]
    return stop - 1 if is_device_line(last) or is_loose_device_line(last) else None


def _device_paragraphs(bare: Sequence[str], floor: int, stop: int) -> list[tuple[Range, str]]:
    """Find devices' lines that stand alone above more words, which stay."""
    found = []
    for at in range(floor, stop):
        line = bare[at]
        alone = line and (at == floor or not bare[at - 1]) and at + 1 < stop and not bare[at + 1]
        if alone and is_device_line(line):
            found.append(((at, at + 1), "the signature of a device"))
    return found


def _delimited(bare: Sequence[str], floor: int, stop: int) -> int | None:
    for at in range(max(floor, stop - 60), stop):
        line = bare[at]
        if not line or line[0] not in _RULED:
            continue
        if line in _DELIMITERS:
            if at > floor and bare[at - 1][-1:] in (":", "："):
                return None
            if _signs(bare, at + 1, stop):
                return at
        elif at > floor and is_rule(line) and len(line) > 2 and _signs_below_rule(bare, at, stop):
            return at
    return None


def _signs(bare: Sequence[str], start: int, stop: int) -> bool:
    """Tell whether what stands below a "-- " is a signature; a later paragraph that speaks is not."""
    paragraphs = list(_paragraphs(bare, start, stop))
    if sum(len(p) for p in paragraphs) > 24 or any(_is_item_or_code(p) for p in paragraphs):
        return False
    first = " ".join(paragraphs[0]) if paragraphs else ""
    if len(first) > 1500 or (first[-1:] in ("?", "？") and _is_prose(paragraphs[0])):
        return False
    return not any(_is_prose(p) for p in paragraphs[1:])


def _is_item_or_code(paragraph: Sequence[str]) -> bool:
    return _ITEM.match(paragraph[0]) is not None or any(line.startswith("```") for line in paragraph)


def _signs_below_rule(bare: Sequence[str], at: int, stop: int) -> bool:
    paragraphs = list(_paragraphs(bare, at + 1, stop))
    lines = [line for p in paragraphs for line in p]
    if not 1 <= len(lines) <= 10 or bare[at - 1][-1:] in (":", "："):
        return False
    if not _is_name(lines[0]) or any(len(line) > 100 for line in lines) or any(_is_prose(p) for p in paragraphs):
        return False
    if any(_CONTACT.search(line) for line in lines):
        return True
    if len(lines) > 4 or not all(_is_title(line) for line in lines):
        return False
    # Right below a line a ruler makes that line a heading, unless it ends a sentence.
    return not bare[at - 1] or bare[at - 1][-1] in ".!?…。！？"


def _pipes(bare: Sequence[str], floor: int, stop: int) -> int | None:
    """Find the signature table of NetEase Mail Master, which its plain text draws with bars."""
    for at in range(max(floor, stop - 24), stop - 1):
        if bare[at][:1] == "|" and _PIPES.match(bare[at]):
            below = bare[at:stop]
            bars = sum(1 for line in below if line and _PIPES.match(line))
            if bars >= 2 and all(len(line) <= 60 for line in below) and not any(_speaks(line) for line in below):
                return at
    return None


def _valediction(bare: Sequence[str], floor: int, stop: int) -> int | None:
    written = 0
    at, best = stop - 1, None
    while at >= floor and written < 14:
        if bare[at]:
            written += 1
            if len(bare[at]) <= 90 and not _is_announced(bare, floor, at) and (
                (is_valediction(bare[at]) and _names_follow(bare, at, stop)) or _is_signed(bare, floor, at, stop)
            ):
                best = at
        at -= 1
    return best


def _is_signed(bare: Sequence[str], floor: int, at: int, stop: int) -> bool:
    """Tell whether a valediction with the name in its own line stands below words and above nothing but contacts."""
    if at == floor or bare[at - 1] or not _is_name(split_signed_valediction(bare[at])):
        return False
    return _without_blank_end(bare, floor, at) > floor and _reach_only(list(_paragraphs(bare, at + 1, stop)))


def _names_follow(bare: Sequence[str], at: int, stop: int) -> bool:
    """Tell whether only a name and how to reach it stand below a valediction."""
    below = at + 1
    while below < stop and (not bare[below] or is_rule(bare[below]) or is_valediction(bare[below])):
        below += 1
    if below >= stop:
        return not is_chinese_valediction(bare[at])
    paragraphs = list(_paragraphs(bare, below, stop))
    if not _is_name(_FOR_ANOTHER.sub("", paragraphs[0][0])):
        return False
    return _reach_only([paragraphs[0][1:], *paragraphs[1:]])


def _reach_only(paragraphs: Sequence[Sequence[str]]) -> bool:
    """Tell whether the lines below a name say nothing but what the person is and how to reach them."""
    if any(len(p) > 8 for p in paragraphs[:1]) or sum(len(p) for p in paragraphs) > 14:
        return False
    if any(_is_prose(p) or any(_speaks(line) for line in p) for p in paragraphs if p):
        return False
    reach = any(_CONTACT.search(line) for p in paragraphs for line in p)
    titles = _is_office if reach else _is_title
    return all(_CONTACT.search(line) or titles(line) for p in paragraphs[:1] for line in p) and all(
        any(_CONTACT.search(line) for line in p) or all(titles(line) for line in p) for p in paragraphs[1:]
    )


def _dash_name(bare: Sequence[str], floor: int, stop: int) -> int | None:
    at, line = stop - 1, bare[stop - 1]
    if at <= floor or bare[at - 1] or not _DASH_NAME.match(line) or len(line) > 60:
        return None
    above = _without_blank_end(bare, floor, at)
    if above <= floor or bare[above - 1][-1:] in (":", "：") or bare[above - 1][0] in "-–—*•":
        return None
    name = line.lstrip("-–—~/ ")
    if name.lower().strip(".") in _ANSWERS or (line[0] != "/" and bare[above - 1][-1:] in ("?", "？")):
        return None
    return at if name[:1].isupper() or _CJK.match(name) else None


def _paragraphs(bare: Sequence[str], start: int, stop: int) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in bare[start:stop]:
        if line:
            lines.append(line)
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _is_name(line: str) -> bool:
    """Tell whether the line could be somebody's name, alone or with a title."""
    text = line.strip("*_ ")
    if not text or len(text) > 60 or text[-1] in "?？!！:：;；。" or _speaks(text):
        return False
    if _CJK.search(text):
        if _FIRM_EAST.search(text) and len(text) <= 30:
            return True
        if any(mark in text for mark in "，。、") or len(text) > 16 or text[-1] in "了吗呢的吧啊么嗎麼":
            return False
        return len(text.split()[-1]) <= 4 or _ZH_TITLE.search(text) is not None
    if ":" in text or any(c.isdigit() for c in text):
        return False
    words = text.replace(",", " ").split()
    if not 1 <= len(words) <= 7 or not words[0][0].isalpha():
        return False
    if len(words) == 1 and len(text) <= 24:
        return True
    return all(not word[0].islower() or word in _PARTICLES for word in words)


def _is_title(line: str) -> bool:
    """Tell whether the line is written like a title or a firm: each longer word with a capital letter."""
    if _CJK.search(line):
        return len(line) <= 24 and line[-1] not in "。？！?!：:" and not _speaks(line)
    if line[-1] in "?!:" or (line[-1] == "." and not _FIRM.search(line)):
        return False
    return all(word[0].isupper() or len(word) <= 3 or not word[0].isalpha() for word in line.split())


def _is_office(line: str) -> bool:
    """Tell the same of a line that stands beside a telephone number, as languages write it that bend to no capitals."""
    if _is_title(line):
        return True
    return line[0].isupper() and len(line.split()) <= 6 and len(line) <= 60 and line[-1] not in ".?!:…"


def _speaks(line: str) -> bool:
    if _POSTSCRIPT.match(line) or (line[-1:] in ("?", "？") and len(line) > 4):
        return True
    return _SPEAKER.search(line) is not None and (len(line.split()) >= 3 or _CJK.search(line) is not None)


def _is_prose(paragraph: Sequence[str]) -> bool:
    text = " ".join(paragraph)[:3000]
    if _POSTSCRIPT.match(text):
        return True
    long = len(text.split()) >= 9 or len(_CJK.findall(text)) >= 16
    if text[-1] in "?？" and (long or len(text.split()) >= 3):
        return True
    if _CONTACT.search(text):
        return False
    return long and (text[-1] in ".!…。！" or _SPEAKER.search(text) is not None)
