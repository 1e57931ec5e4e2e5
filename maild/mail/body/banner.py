"""The warnings that mail servers put above a mail: it comes from outside, its sender seldom writes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.mail.body.lines import is_rule
from maild.mail.body.notices import opens_with, somebody_speaks
from maild.mail.body.words import pattern

_WARNING = re.compile(
    opens_with(r"""
        en  (?:caution|warning|attention|notice|alert|important|security|external)\b.{0,120}(?:external|outside|unknown sender)
        en  (?:this|the) (?:e-?mail|message) (?:originated|came|was sent|is|has been sent|comes|has originated) (?:from )?(?:an? )?(?:outside|external|someone outside)
        en  external (?:e-?mail|message|sender|mail)[\])*]{0,3}\s?[\])*:!.\-–—]
        de  (?:achtung|vorsicht|warnung|hinweis|extern)\b.{0,120}(?:externe?[nrs]?\b|außerhalb)
        de  diese (?:e-?mail|nachricht) (?:kommt|stammt|wurde) von (?:außerhalb|einem externen|extern)
        fr  (?:attention|avertissement)\b.{0,120}(?:externe|extérieur|hors de)
        es  (?:aviso|precaución|cuidado|atención|advertencia)\b.{0,120}(?:externo|externa|fuera de)
        pt  (?:atenção|cuidado|aviso)\b.{0,120}(?:externo|externa|fora da)
        it  attenzione\b.{0,120}(?:esterno|esterna)
        nl  (?:let op|waarschuwing)\b.{0,120}(?:externe?\b|buiten)
        pl  (?:uwaga|ostrzeżenie)\b.{0,120}zewn(?:ętrzn|ątrz)
        da  (?:advarsel|varning)\b.{0,120}(?:ekstern|extern)
        cs  (?:upozornění|pozor)\b.{0,120}extern
        ru  (?:внимание|увага)\b.{0,120}(?:внешн|зовнішн)
        tr  dikkat\b.{0,120}\bdış
        zh  (?:外部邮件|外部郵件|外来邮件|外部来信|外部信件)[】\]:：!！,，。\s]
        zh  (?:注意|警告|提醒|安全提示|温馨提示|重要提示)?[】\]:：!！,，\s]{0,3}(?:请注意|請注意)?[:：,，\s]{0,2}(?:此|本|该|該|這封|此封|这封|這)(?:邮件|郵件|信件)?(?:来自|來自|源自|为|為|是)(?:外部|公司外|组织外|組織外|企业外|机构外)
        ja  このメールは?(?:社外|外部)|【?外部メール】?
        ko  외부(?:에서)? (?:메일|발신|수신)
    """),  # noqa: E501
    re.I,
)
"""The first line of a server's warning above a mail from outside."""

_MORE = re.compile(
    pattern(r"""
        en  click|link|attachment|sender|recogni[sz]e|content is safe|learn why|aka\.ms
        de  anlage|anhang|anhänge|absender
        fr  pièces? jointe|liens?|expéditeur
        es  adjunt|enlace|remitente|allegat|mittente|anexo
        nl  bijlage|afzender|załącznik|nadawc|vedhæft|bilag|bifogad|avsändare
        ru  вложени|ссылк|отправител|вкладен|посилан
        zh  附件|链接|鏈接|連結|点击|點擊|发件人|谨慎|謹慎
    """),
    re.I,
)
"""What such a warning talks about in its following lines."""

_PLAIN = re.compile(
    r"originat|outside|external (?:e-?mail|sender|message)\b"
    r"|(?:来自|來自|源自|为|為|是)(?:外部|公司外|组织外|組織外|企业外|机构外)",
    re.I,
)
"""What makes the first line alone a warning."""

_OF_THIS = re.compile(
    pattern(r"""
        en  \bthis (?:e-?mail|message|sender)|originat|external (?:e-?mail|sender|message)\b|(?:from|of) (?:an external|outside)|outside (?:of )?(?:the|your|our)
        de  diese[rn]? (?:e-?mail|nachricht|mail)|von extern|extern\w* absender|von außerhalb|außerhalb (?:der|des|unser)
        fr  \bce(?:tte?)? (?:courriel|message|e-?mail|mail)|expéditeur externe|extérieure? (?:de|à)|hors de
        es  \best[ea] (?:correo|mensaje|e-?mail|mensagem)|(?:remitente|remetente) extern|fuera de|fora da
        it  \bquest[oa] (?:e-?mail|messaggio|mail)|mittente esterno
        nl  \b(?:dit|deze) (?:bericht|e-?mail|mail)|externe afzender|van buiten
        pl  ta wiadomość|zewnątrz|zewnętrzn\w+ nadawc
        da  \b(?:denne|dette|detta) (?:e-?mail|mail|e-?post|melding\w*|meddelelse|meddelande)|e?[kx]stern \w*(?:afsender|avsender|avsändare)
        cs  t(?:ato|ento) (?:zpráva|e-?mail)|externí\w* odesíl
        ru  (?:это|данное) (?:письмо|сообщение)|внешн\w+ отправител|извне|цей лист|зовнішн\w+ відправ
        tr  \bbu (?:e-?posta|mesaj|ileti)
        zh  (?:此|本|该|該|這封|这封|此封)(?:邮件|郵件|信)|(?:来自|來自|源自|為|为|是)(?:外部|公司外|组织外|組織外)|外部(?:发件人|寄件者|寄件人)|[【\[]外部
        ja  このメール|外部メール
        ko  외부
    """),  # noqa: E501
    re.I,
)
"""A warning speaks of the mail it stands in; "the external disk makes a noise" is the person's own."""

_TAG = re.compile(
    r"[\[(<*=#【\-\s]*(?:external|extern|externe|externo|esterno|外部)\s?"
    r"(?:e-?mail|mail|message|sender|absender|nachricht|邮件|郵件|メール)?[\])>*=#】!\-\s]*$",
    re.I,
)
_DECORATED = re.compile(r"[\[(<*=#【]|\s\S")
_SELDOM = re.compile(
    pattern(r"""
        en  you don't often get (?:e-?mail|mail) from|some people who received this message don't often
        de  sie erhalten (?:nicht (?:oft|häufig)|nur selten) (?:eine )?e-?mails? von|einige personen, die diese nachricht erhalten
        fr  vous (?:n'obtenez|ne recevez) pas souvent|certains contacts qui ont reçu ce message
        es  no suele recibir correos?|algunos contactos que recibieron este mensaje
        pt  (?:você )?não (?:costuma receber|recebe frequentemente) e-?mails?
        it  non si ricevono spesso messaggi|non ricevi spesso
        nl  (?:u|je) ontvangt niet vaak e-?mails?
        pl  nie otrzymujesz często|rzadko otrzymujesz
        sv  du får inte ofta e-?post
        da  du (?:modtager|får) ikke ofte (?:e-?mails?|mails?|e-?post)
        fi  et saa usein sähköpostia
        cs  nedostáváte často|často nedostáváte
        hu  nem gyakran kap
        ru  вы (?:нечасто|не часто|редко) получаете|ви нечасто отримуєте
        tr  .{3,80} sık sık e-?posta almıyorsunuz
        zh  [您你](?:通常)?(?:不会|不會|不经常|不經常|不常)(?:收到|从|從)
        ja  .{3,80}からのメールを受け取る(?:機会|こと)は
        ko  .{3,80}에서 (?:자주|종종) (?:이메일|전자 ?메일|메일)
    """),  # noqa: E501
    re.I,
)
"""Outlook's tip that the reader seldom has mail from this address, which it names."""

_GATE_START, _GATE_END = "BannerStart", "BannerEnd"
"""Proofpoint leaves these, with its own letters before them, around what it shows as a coloured bar."""

_MOST_BANNERS = 3
_LONGEST = 1500


def banner_end(bare: Sequence[str], start: int, end: int) -> int:
    """Find the line after the servers' warnings above the words; `start` where there is none."""
    found = start
    for _ in range(_MOST_BANNERS):
        after = _one_banner_end(bare, found, end)
        if after == found:
            break
        found = after
    return found


def _one_banner_end(bare: Sequence[str], start: int, end: int) -> int:
    begin = start
    while begin < end and not bare[begin]:
        begin += 1
    at = begin
    while begin < end and begin - at < 2 and is_rule(bare[begin]):
        begin += 1
    if begin >= end or len(bare[begin]) > _LONGEST:
        return start
    line = bare[begin]
    if line.endswith(_GATE_START):
        gate = next((at for at in range(begin, min(end, begin + 20)) if bare[at].endswith(_GATE_END)), None)
        return start if gate is None else gate + 1
    if len(line) <= 60 and _TAG.match(line) and _DECORATED.search(line):
        return begin + 1
    if ("@" in line or "aka.ms/" in line) and _SELDOM.match(line.lstrip("[(* ")) and not somebody_speaks(line):
        return begin + 1
    return (_WARNING.match(line) and _warning_end(bare, begin, end)) or start


def _warning_end(bare: Sequence[str], begin: int, end: int) -> int | None:
    stop = begin + 1
    while stop < end and stop - begin < 10 and bare[stop] and len(bare[stop]) < 500:
        if not (_MORE.search(bare[stop]) or is_rule(bare[stop])):
            break
        stop += 1
    told = " ".join(bare[begin:stop])
    if not _OF_THIS.search(told) or somebody_speaks(told):
        return None
    return stop if _MORE.search(told) or _PLAIN.search(told) else None
