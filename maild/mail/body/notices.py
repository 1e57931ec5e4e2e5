"""What lists, scanners and law departments add below a mail: disclaimers and footers."""

from __future__ import annotations

import re

from maild.mail.body.words import pattern


def opens_with(table: str) -> str:
    """Make an expression of a table that a line opens with, whatever marks stand before it."""
    return rf"[\W_]{{0,12}}(?:{pattern(table)})"


DISCLAIMER_START = re.compile(
    opens_with(r"""
        en  (?:legal |e-?mail |confidentiality |important )?(?:disclaimer|confidentiality|confidential)(?: (?:notice|note|statement|information|disclaimer))?\W*$
        en  (?:confidentiality|legal|privileged|privacy|confidential)\b.{0,30}(?:notice|note|statement|information|warning)\s*[:.\-]
        en  (?:legal |e-?mail )?disclaimer\s*[:.\-]
        de  haftungsausschluss|vertraulichkeitshinweis
        fr  avis de confidentialité
        es  aviso (?:legal|de confidencialidad|de privacidad|de privacidade)
        it  nota di riservatezza
        zh  免责声明|免責聲明|保密声明|保密聲明|保密提示|保密须知|法律声明|隐私声明|机密声明|郵件聲明|邮件声明|机密提示|免责条款
    """),  # noqa: E501
    re.I,
)

OF_THIS_MAIL = re.compile(
    pattern(r"""
        en  \bth(?:is|e above) (?:e-?mail|message|communication|transmission|electronic|fax)
        en  (?:contained|included) in this|information (?:contained )?in this
        de  diese[rn]? (?:e-?mail|nachricht)
        fr  \bce(?:tte?)? (?:message|courriel|e-?mail|mail|courrier|transmission)
        es  \beste (?:mensaje|correo|e-?mail)|\besta (?:mensagem|comunicaci[oó]n)
        it  \bquest[oa] (?:messaggio|e-?mail|comunicazione)
        nl  \bdit (?:bericht|e-mailbericht)|\bdeze (?:e-?mail|mail)
        pl  (?:ta|niniejsz\w+) (?:wiadomoś\w+|e-mail)
        da  denne (?:e-?mail|meddelelse|e-post|melding)
        sv  detta (?:meddelande|mail|e-post)
        fi  tämä (?:viesti|sähköposti)
        cs  t(?:ato|ento) (?:zpráva|e-mail|správa)
        ru  это (?:сообщение|письмо)|данное (?:сообщение|письмо)
        uk  це повідомлення
        tr  bu (?:e-?posta|mesaj|ileti)
        ro  acest (?:mesaj|e-?mail)
        hu  ez az (?:e-mail|üzenet)
        zh  (?:本|此|该|這封|这封|此封|本封)(?:电子|電子)?(?:邮件|郵件|信件|信息|邮|信)
        ja  本(?:メール|電子メール)|この(?:メール|電子メール)
        ko  (?:본|이) (?:메일|이메일|전자우편)
    """),
    re.I,
)
"""How a disclaimer speaks of the mail it stands in."""

_MAIL_WORDS = (
    "mail", "messa", "messag", "communication", "transmission", "electronic", "contained", "included in", "nachricht",
    "courriel", "courrier", "mensa", "correo", "comunica", "bericht", "wiadomoś", "meddel", "melding", "e-post",
    "viesti", "sähköposti", "zpráv", "správ", "сообщени", "письмо", "повідомлен", "posta", "mesaj", "ileti", "üzenet",
    "邮", "郵", "信", "メール", "메일", "이메일", "전자우편",
)  # fmt: skip
"""Every text that OF_THIS_MAIL finds has one of these; cheap to look for."""

DISCLAIMER_SIGNS = re.compile(
    pattern(r"""
        en  intended|recipient|addressee|for the (?:sole )?use of|confidential|privileged|proprietary|in error
        en  prohibited|unauthori[sz]ed|\b(?:delete|destroy)\b|disclos|dissemina|distribut|liabilit|liable|virus
        en  legally|solely|sender|copying|attachments
        de  vertraulich|empfänger|irrtümlich|unbefugt|adressat|vernichten|rechtlich|gestattet|absender|weitergabe
        de  anhänge|löschen|ausschließlich|kenntnisnahme|veröffentlich|vervielfältig|unzulässig|bestimmt
        fr  confidentiel|destinataire|erreur|interdit|autorisé|pièces jointes|détrui|exclusi|expéditeur|diffusion
        es  confidencial|destinatari[oa]|por (?:error|engano|erro)|prohibid|proibid|autorizad|privilegiad|adjunto
        pt  anexo|notifi
        it  riservat|per errore|vieta(?:t|\b)|allegat|mittente|d\.lgs|gdpr|divulga|diffusione|destinat[oi]\b|elimina
        nl  vertrouwelijk|geadresseerde|bestemd|toegestaan|abusievelijk|afzender|bijlage|verwijder
        nl  verboden|openbaarmaking|vermenigvuldig|verspreid|derden|uitsluitend
        pl  poufn|adresat|omyłkow|zabronion|nadawc|załącznik|usunię
        da  fortrolig|konfidenti|modtager|mottagare|mottaker|fejl|misstag|slett|slet\b|radera
        cs  důvěrn|příjemc|omylem
        ru  конфиденциальн|конфіденційн|получател|ошибк|удалит
        tr  gizli|yanlışlık|alıcı|göndereni|silin|sadece|yasak
        ro  confidențial|destinatar|bizalmas|címzett
        zh  保密|机密|機密|收件人|收件者|指定|未经|未經|授权|授權|删除|刪除|泄露|泄漏|洩漏|披露|复制|複製|误收|誤收
        zh  错误|錯誤|销毁|銷毀|请勿|請勿|蒐集|利用|揭露|散布|散播
        zh  法律|及其附件|及附件|附件|禁止|专供|仅供|仅限|僅供|使用|通知发件人
        ja  情報|宛先|誤って|第三者|開示
        ko  비밀|수신|잘못|삭제|유출
    """),
    re.I,
)
"""Words of a disclaimer; four different ones in a paragraph that speaks of its mail make it one."""

_SPEAKER = re.compile(
    r"(?<!\w)(?:I|I'm|I've|my|me|ich|mein|meine|mir|je|j'ai|mon|mes|yo|mi|io|eu|meu|ik|mijn|jeg|jag|min|я|мой|мне)(?!\w)"
    r"|我(?!司|公司|行|方|单位|們|们)|[?？]$"
)

_ASKED = re.compile(r"\?\s|？")

FOOTER_LINE = re.compile(
    opens_with(r"""
        en  you (?:are receiving|received|are getting|got) this (?:message|e-?mail|mail|because|thread|notification)
        en  reply to this e?-?mail directly|view it on git(?:hub|lab)|to view this discussion|to stop receiving
        en  (?:click here )?to unsubscribe\b|manage (?:your )?(?:subscription|notification|email preferences)
        en  to post to this group|for more options,? visit|visit this group at|you can unsubscribe
        de  um sich (?:von .{1,40} )?abzumelden
        fr  se désabonner|pour vous désabonner
        es  para (?:darse de baja|cancelar)
        zh  (?:如需|如要|若要|点击|點擊|如果您).{0,16}(?:退订|取消订阅|取消訂閱)
        --  (?:this e-?mail|this message|diese e-mail|ce courriel|este (?:correo|e-mail)|questa e-?mail|dit e-mailbericht)\b.{0,80}\b(?:avast|avg|scanned|virus|viren|mimecast|messagelabs|mailscanner|symantec|kaspersky|eset|mcafee)\b
        --  https?://www\.(?:avast|avg)\.com/(?:sig|antivirus)|garanti sans virus\b|virus-?free\W*(?:$|www|https?)|virenfrei\b|sans virus\b|libre de virus\b|vrij van virussen|no virus found in this|checked by avg
        --  _{6,} information from eset|the message was checked by eset
        en  (?:p )?(?:please )?(?:consider|think of|think about) (?:the|your|our) environment(?:[.!,]|$| (?:before|when|prior|and))|p? ?save (?:a )?(?:tree|paper)\W{1,3}think
        en  (?:p )?(?:please )?(?:don't|do not) print this e-?mail(?:[.!]?$|,? (?:unless|if))
        de  (?:bitte )?denken sie .{0,30}an (?:die|unsere) umwelt|bitte prüfen sie.{0,40}ausgedruckt
        fr  pense[zr] à l'environnement|avant d'imprimer.{0,60}(?:environnement|planète|nature|nécessaire)
        es  antes de imprimir.{0,80}(?:ambiente|planeta|naturaleza|necesario|necess[áa]rio)
        it  prima di stampare.{0,80}(?:ambiente|necessario)|rispetta l'ambiente|pensa all'ambiente
        nl  denk aan het milieu|spaar het milieu
        zh  请考虑环境|保护环境.{0,40}打印|(?:请|請)?在?(?:打印|列印)(?:本邮件|此邮件|邮件|本郵件)?(?:之?前|時).{0,12}(?:环保|環保|(?:考虑|考慮|保护|保護|爱护|愛護).{0,3}(?:环境|環境))
        en  (?:.{2,80} )?registered in (?:england|wales|scotland|ireland|northern ireland|the uk|the united kingdom)\b.{0,80}\d{5}
        de  (?:geschäftsführ|sitz der gesellschaft|amtsgericht|registergericht|handelsregister|vorstand\b).{0,300}\bhr[ab] ?(?:nr\.? ?)?\d
        en  we process (?:your )?personal data
        de  (?:hinweise|informationen|unsere hinweise) zum datenschutz (?:finden|erhalten) sie\b.{0,80}(?:https?:|www\.)
        --  ᐧ$
    """),  # noqa: E501
    re.I,
)
"""A line that a list, a forge or a scanner added below."""

LIST_NAME = re.compile(
    r"(?:[\w.+-]+ ){1,4}(?:mailing[ -]?list|mailinglist|liste de diffusion|lista de correo)(?: -- \S+)?$", re.I
)
"""The first line of a list's footer, below a ruler or above the list's address."""


def somebody_speaks(text: str) -> bool:
    """Tell whether a person speaks of themselves or asks; no footer does."""
    return _SPEAKER.search(text) is not None


def disclaimer_signs(text: str) -> set[str]:
    """Collect the different words of a disclaimer that a text has."""
    return {found.group().lower() for found in DISCLAIMER_SIGNS.finditer(text[:6000])}


def is_disclaimer(paragraph: str, head: str = "") -> bool:
    """Tell whether a whole paragraph is a lawyer's and not the person's own request for discretion.

    `head` is its first line, which may be nothing but a heading.
    """
    paragraph = paragraph[:6000]
    headed = DISCLAIMER_START.match(head or paragraph) is not None
    if not headed and not _speaks_of_this_mail(paragraph):
        return False
    if somebody_speaks(paragraph) or _ASKED.search(paragraph):
        return False
    signs = disclaimer_signs(paragraph)
    if headed:
        return len(signs) >= 2 or (len(paragraph) < 40 and bool(signs))
    return len(signs) >= 4


def _speaks_of_this_mail(paragraph: str) -> bool:
    if len(paragraph) < 30:
        return False
    low = paragraph.lower()
    return any(word in low for word in _MAIL_WORDS) and OF_THIS_MAIL.search(paragraph) is not None
