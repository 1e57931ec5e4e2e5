"""The same in Chinese, Japanese and Korean, where a client's line has a fixed shape and prose comes close to it."""

from __future__ import annotations

import re

from maild.mail.body.words import pattern

_DATE = r"(?:{})".format(
    pattern(r"""
        --  \d{2,4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?
        --  \d{1,2}\s?月\s?\d{1,2}\s?日
        --  \d{1,2}\s[^\W\d_]{2,9}月?,?\s\d{4}
    """)
)
_WEEKDAY = r"(?:[(（]?(?:星期|周|週|礼拜)[一二三四五六日天][)）]?)"
_WROTE = r"\s*(?:写道|寫道|写到|寫到|撰写|撰寫|写了|來信|来信)\s*[:：]?$"

ZH_DATE_FIRST = re.compile(
    rf"(?:[在于於]|at|on)?\s*{_WEEKDAY}?[,，\s]*(?:\d{{1,2}}:\d\d\s*[,，]\s*)?{_DATE}(?P<rest>.{{0,400}}?){_WROTE}"
)
"""在 2023-05-04 15:39:57，"X" <a@b> 写道："""
ZH_NAME_FIRST = re.compile(
    rf"(?P<name>[^。！？]{{1,200}}?)\s*[于於在]\s*{_WEEKDAY}?[,，\s]*{_DATE}(?P<rest>.{{0,60}}?){_WROTE}"
)
"""X <a@b> 于2023年3月18日周六 15:39写道："""
ZH_NAMED_THEN_DATED = re.compile(
    rf"[在于於]?\s*[^<>。！？]{{0,80}}<[^<>]{{3,200}}>\s*[,，]?\s*{_DATE}.{{0,40}}{_WROTE}"
)
"""在 X <a@b>，2023年5月16日 09:57写道："""
ZH_ADDRESS_LAST = re.compile(r".{1,150}[>)]\s*(?:写道|寫道)\s*[:：]?$")
"""X <a@b> 写道："""

ZH_MOMENT = re.compile(
    pattern(r"""
        zh  [(（]?(?:星期|周|週|礼拜)?[一二三四五六日天]的?[)）]?(?=[\s,，\d上下早晚中凌]|$)
        zh  (?:上午|下午|早上|晚上|中午|凌晨|am|pm)?\s?\d{1,2}\s?[:：时時点]\s?\d{1,2}(?::\d\d|分)?\s?(?:am|pm)?
        --  (?:utc|gmt|cst)?\s?[+-]\d{1,4}(?::\d\d)?
        --  cst|gmt|utc|\[gmt[^\]]*\]
    """)
)
"""A weekday, an hour, a zone."""
ZH_PROSE = re.compile("[的他她我您你它们們]|[中里裡上内內]$|邮件|郵件|信[中里裡]|文章|书中|報|报告|說|说")
"""What stands before 写道 in a sentence, but in no client's line."""

JA_LINE = re.compile(
    rf"{_DATE}\s?(?:[(（]?[月火水木金土日](?:曜日?)?[)）]?)?\s?"
    r"(?:(?:午前|午後)?\s?\d{1,2}\s?[:：時]\s?\d\d(?::\d\d|分)?|(?=.{0,80}<[^<>]*>))[、,，\s]*"
    r".{1,200}(?:<[^<>]*>|のメッセージ|のメール|が書いたメール|が書きました|さんは書きました|(?:さん|様)?\s?wrote)\s*[:：]$"
)
"""2020年6月29日(月) 17:45 X <a@b>:"""
KO_LINE = re.compile(
    r"(?:\d{2,4}\s?[년.]\s?\d{1,2}\s?[월.]\s?\d{1,2}\s?[일.]?|\d{4}-\d\d-\d\d).{0,250}"
    r"(?:작성|쓴 글|쓰신 메시지|썼습니다|작성하였습니다|보낸 메시지|님의 말|쓴 메시지)\s*[:：]$"
)
"""2020년 6월 29일 (월) 오후 5:45, X <a@b>님이 작성:"""
