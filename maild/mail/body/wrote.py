"""How mail clients say "on that day this person wrote", in the languages they speak."""

from __future__ import annotations

import re

from maild.mail.body.words import literal, pattern, phrases

_VERBS = """
    en  wrote | writes | written | said | says
    de  schrieb | schrieben | geschrieben | schreibt
    fr  écrit | ecrit | écrivait
    es  escribió | escribio | escribe | ha escrito
    it  scritto | scrive
    pt  escreveu | escrito | escreve
    nl  schreef | geschreven | verzond | verzonden
    pl  napisał | napisał(a) | napisała | napisał/a | napisana przez | pisze
    cs  napsal | napsal(a) | napsala
    sk  napísal | napísal(a) | napísala
    sv  skrev | skriver
    da  skrev | har skrevet
    fi  kirjoitti
    hu  írta | irta
    ro  scris
    ru  написал | написал(а) | написала | пишет | писал | писал(а) | писала | писали
    uk  написав | написав(ла) | написав/ла | писав | пише | пишуть
    bg  написа
    sr  написао | написао/ла | написала | pisao | pisao/la | pisala
    el  έγραψε | έγραψαν
    tr  yazdı | yazmış
    ar  كتب | كتابة | كتبت
    he  כתב | כתבה | כתב/ה
    fa  نوشت
    hi  लिखा
    vi  viết
    id  menulis
    th  เขียนว่า | เขียน
    fil  sumulat
    hr  napisao je | napisao | napisala | napisao/la | je napisao | je napisal
    sl  napisal | napisala | napisal/a
    et  kirjutas
    lv  rakstīja
    lt  rašė | parašė
    ca  va escriure | escriure
    gl  escribiu
    eu  idatzi du | idatzi zuen
    is  skrifaði
    be  напісаў
    ga  scríobh
    sq  shkroi
    ja  書きました
    zh  撰写 | 撰寫
"""

_OPENERS = """
    en  on | at | in message | in a message dated
    de  am | vom
    fr  le | le jour
    es  el | en | con fecha
    it  il | il giorno | in data
    pt  em | no dia | a
    nl  op
    pl  dnia | w dniu | wiadomość
    cs  dne | dana
    sk  dňa
    sv  den | på den
    da  den | d. | kl
    nb  på
    hu  a | az
    ro  pe | pe data de | în | în data | la | in
    ru  в сообщении от
    uk  у повідомленні від
    bg  на | във
    sr  дана | у
    el  στις | στην | την
    ar  في | بتاريخ
    he  בתאריך | ביום | ב | ב-
    fa  در تاریخ
    vi  vào | vào lúc | lúc
    id  pada | pada tanggal | pada hari | tanggal
    th  ในวันที่ | เมื่อ | เมื่อวันที่
    fil  noong
    hr  dana | u
    sl  v | dne | ob
    et  kuupäev
    ca  el dia
    gl  o | o dia
    is  þann
    ga  ar
    sq  më | me datë
"""

VERB = re.compile(
    rf"(?<![^\W\d_])(?:{literal(_VERBS)})(?![^\W\d_])|写道|寫道|のメッセージ|のメール"
    r"|작성|쓴 글|썼습니다"
)
"""A verb of saying, in lower-case text."""

VERB_ENDS = tuple(phrases("""
    xx  wrote | writes | écrit | escribió | scritto | escreveu | schreef | geschreven | schrieb | skrev | 写道 | 寫道
"""))  # fmt: skip
"""Verbs a line may end with although its colon is missing."""

OPENER = re.compile(rf"(?:{literal(_OPENERS)})(?![^\W\d_])[\s,]*")
"""The word that an attribution begins with, in lower-case text."""

SHORT = re.compile(
    r"(?!(?:the|a|an|my|our|your|his|her|this|that|it|i"
    r"|der|die|das|ein|eine|mein|unser|le|la|les|mon|ma|el|los|mi|il|lo|o|os|de|het|een)\s)"
    r"(?:\S+\s){1,6}(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef"
    r"|napisał(?:\(a\))?|skrev|kirjoitti|написал|пишет)\s?:$"
)
"""Jo wrote:"""

ARTICLE = re.compile(
    r"(?:the|a|an|my|our|your|this|that|his|her|their|its|someone|somebody|everyone"
    r"|der|die|das|den|ein|eine|mein|meine|unser|unsere|mir|uns|le|la|les|un|une|mon|ma|notre|ce|cette"
    r"|el|los|las|mi|nuestro|nuestra|il|lo|gli|uno|una|o|os|as|um|uma|meu|minha|de|het|een|mijn|onze)\s"
)
"""What stands before a thing that wrote ("the server"), but not before a name."""

FIRST_PERSON = re.compile(
    r"(?<!\w)(?:I(?!\.)|we|they|he|she|ich|wir|j'ai|je (?:vous|t'|l'|me)|nous (?:avons|vous)|ik|wij|nosotros"
    r"|which|that|who|what)(?!\w)"
)
"""Words of a sentence, which no client puts into an attribution."""

CLOCK = re.compile(r"\d{1,2}\s?(?:[:.]\s?\d\d|(?:h|uhr|時|时|点|시)\s?\d{0,2})|\d\s?[ap]\.?m\b")
FULL_DATE = re.compile(
    pattern(r"""
        --  (?<![\d.])\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}(?!\.?\d)
        --  (?<![\d.])\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2}(?:\d\d)?(?!\.?\d)
        --  (?<!\d)(?:19|20|25)\d\d(?!\d)
        ar  [\u0660-\u0669\u06f0-\u06f9]{4}
        --  \d{1,2}[-/.]\d{1,2}\b
        zh  \d{4}年|\d{1,2}月\d{1,2}日
        ko  \d{4}년|\d{1,2}월
    """)
)
DAY_AND_MONTH = re.compile(r"[^\W\d_]{3,}\.?,?\s\d{1,2}(?!\d)|\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,}")
ADDRESS = re.compile(r"[^\s@<>()\[\]\"',:;]{1,120}@[^\s@<>()\[\]\"',:;]{1,200}|<[^<>]{2,200}>")

SERVER = re.compile(
    r"\bhost\b.{1,80}\bsa(?:id|ys)|remote (?:host|server) said|\bsmtp\b|\brcpt to\b|\bmail from\b"
    r"|\[\d{1,3}(?:\.\d{1,3}){3}\]|\b[245]\d\d[ -][245]\.\d",
    re.I,
)
"""How mail servers report a refused mail: <jo@example.com>: host mx.example.com[192.0.2.1] said:"""

DATE_START = re.compile(r"(?:[^\W\d_][^\s\d]{0,15}\s){0,3}\d")
"""A date at the beginning: up to three words, as of a weekday, then a number."""
DAY_START = re.compile(
    r"(?:[^\W\d_]{2,14}[.,]{0,2}\s)?\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,14}\.?,?\s(?:de\s)?(?:19|20)\d\d"
)
"""среда, 25 сентября 2024"""
EAST_DATE_START = re.compile(r"(?:上午|下午|午前|午後|오전|오후)?\s?[\d:]{1,5}[,，、\s]*\d{4}\s?[年년]")
"""下午3:39，2023年"""

OLD_GMAIL = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\s[^<>@]{0,80}<[^<>\s@]{1,100}@[^<>\s]{1,100}>:?$")
"""2013/10/2 Name <a@b>"""
GMT_LINE = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d\s\S.{0,150}$")
"""2016-03-03 17:21 GMT+01:00 Name"""
SENT = re.compile(r"on .{6,200}[^\s<>]@[^\s<>]+>? sent:$")
"""On 11-Apr-2011, at 6:54 PM, Jo <jo@example.com> sent:"""
QUOTING = re.compile(
    r"(?:quoting|zitat von|citando|citing|en citant|citazione di|quoting from|cytowanie|citát od) .{1,120}:$"
    r"|excerpts from .{1,80} message of .{6,60}:$"
    r"|.{1,80}<?[^\s<>]@[^\s<>]+>? \[\d.{6,40}\]:$"
)
"""Quoting Jo <jo@example.com>:, which counts only above a quote mark."""
POSTED_BY = re.compile(r"Posted by .{1,80} on \d{1,2}/\d{1,2}/\d{4}$")
"""The mail of a forum."""
CATALAN = re.compile(r"missatge de .{1,250} del dia .{4,80}[:：]$")
"""Missatge de X <a@b> del dia dl., 29 de juny 2020 a les 17:45:"""
