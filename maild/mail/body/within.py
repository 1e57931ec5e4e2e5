"""What a person says of the mail quoted below: "my answers are in red", "I received this mail:"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.mail.body.words import pattern

_ANSWERS_WITHIN = re.compile(
    pattern(r"""
        en  \b(?:(?:my|our) (?:answer|reply|response|comment)|answers|answered|replies|replied|responses|responded|comments|commented|remarks)\b.{0,30}\b(?:below(?! \d)|in-?line|in (?:red|blue|green|bold|caps|capitals|colou?r)|between the lines|in the text(?! of| file)|in your (?:e?mail|text|message)|embedded)
        en  \b(?:see|find|read|look)\b.{0,30}\b(?:in-?line|(?:in|marked) (?:red|blue|green)|between the lines)
        de  \b(?:antwort(?:en)?|kommentare?|anmerkung(?:en)?|rückmeldung(?:en)?)\b.{0,40}\b(?:unten|im text|in (?:rot|blau|grün)|rot markiert|inline|direkt in|dazwischen)\b
        fr  \b(?:réponses?|commentaires?|remarques?)\b.{0,40}(?:ci-dessous|ci dessous|plus bas|en (?:rouge|bleu|vert|gras)|dans le (?:texte|corps))
        es  \b(?:respuestas?|comentarios?|respondo|contesto)\b.{0,40}\b(?:abajo|debajo|en (?:rojo|azul|verde)|en el texto|entre líneas)
        it  \b(?:rispost[ae]|commenti|rispondo)\b.{0,40}\b(?:sotto|in (?:rosso|blu|verde)|nel testo)
        pt  \b(?:respostas?|comentários?|respondo)\b.{0,40}\b(?:abaixo|em (?:vermelho|azul|verde)|no (?:texto|corpo))
        nl  \b(?:antwoord(?:en)?|opmerkingen|reacties?)\b.{0,40}\b(?:hieronder|in (?:rood|blauw|groen)|in de tekst|tussen de regels)
        pl  \b(?:odpowiedzi?|komentarz\w*|uwagi)\b.{0,40}(?:poniżej|na czerwono|w tekście|w treści)
        sv  \b(?:svar(?:en|ene)?|kommentar\w*)\b.{0,40}\b(?:nedan|nedenfor|i r[öø](?:tt|dt)|med rødt|i te(?:xt|kst)en)
        fi  \b(?:vastaukse\w*|kommenti\w*)\b.{0,40}\b(?:alla|alempana|punaisella|tekstissä)
        cs  \bodpověd\w*\b.{0,40}(?:níže|červeně|v textu)
        ru  \b(?:ответ\w*|комментари\w*)\b.{0,40}(?:ниже|красным|в тексте)
        tr  \b(?:cevap\w*|yanıt\w*)\b.{0,40}(?:aşağıda|kırmızı)
        zh  (?:回复|回覆|答复|答覆|回答|解答|答案|意见|意見|批注|批註|反馈|回饋)[^。，,；;！!]{0,10}(?:下面|下方|下文|红字|紅字|红色|紅色|蓝字|藍字|蓝色|藍色|标红|標紅|邮件里|邮件中|郵件中|原文|正文|原邮件)
        zh  (?:见|見|看|参考|參考)[^。；;！!]{0,8}(?:红字|紅字|红色|紅色|蓝字|藍字|蓝色|藍色|标红|標紅|批注|批註)
        zh  (?:见|見|看)(?:下面|下方|下文|原文|原邮件|邮件)[^。；;！!]{0,6}(?:回复|回覆|答复|答覆|回答|意见|意見)
        ja  (?:回答|返信|コメント|返答)[^。]{0,12}(?:インライン|赤字|青字|本文中|文中)|(?:インライン|赤字|青字)で(?:回答|返信|コメント|記載)|(?:本文中|文中)に(?:回答|コメント|記載)
        ko  (?:답변|회신|코멘트|의견)[^.]{0,12}(?:빨간|파란|본문)|(?:빨간|파란)색?[^.]{0,6}(?:답변|회신|표시)
    """),  # noqa: E501
    re.I,
)
"""Somebody who says so wrote between the quoted lines, where only colours tell the two apart, and text has none."""

_NAMES_A_MAIL = re.compile(
    r"\b(?:e-?mails?|mails?|message|nachricht|courriel|correo|mensaje|mensagem|messaggio|bericht|wiadomość|meddelande"
    r"|meddelelse|viesti|zpráv\w|письм\w|сообщени\w)\b|邮件|郵件|来信|來信|信件|メール|메일",
    re.I,
)
_SIGNS = re.compile(
    r"follow|visit|find us|contact|reach me|folgen|besuchen|suivez|sígu|visita|segui|volg|obserwuj|tel|phone|fax|mobil"
    r"|web|address|adress|regards|grüß|cordial|salud|关注|關注|电话|電話|手机|手機|地址|网址|微信|公众号",
    re.I,
)
"""Words of the last line of a signature whose rest the text has lost."""
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|day|afternoon)|hallo|guten (?:tag|morgen)|sehr geehrte|liebe|bonjour|cher"
    r"|hola|estimad|buen|ciao|gentile|olá|prezad|beste|geachte|dag|hej|hei|dzień dobry|dobrý|здравствуйте)\b"
    r"|(?:您好|你好|尊敬|各位|亲爱|.{1,8}(?:先生|女士|老师|经理|总|好)[:：]$)",
    re.I,
)


def only_greets(bare: Sequence[str]) -> bool:
    """Tell whether the lines are nothing but "Dear Jo,", after which every letter goes on."""
    written = [line for line in bare if line]
    if len(written) != 1 or len(written[0]) > 40:
        return False
    return written[0][-1] in ",，:：" and _GREETING.match(written[0]) is not None


def says_answers_are_within(bare: Sequence[str]) -> bool:
    """Tell whether the person's last words point to answers inside the quoted mail; reads the last few lines only."""
    written = [line for line in bare[-40:] if line]
    return any(len(line) <= 300 and _ANSWERS_WITHIN.search(line) for line in written[-3:])


def leads_in(bare: str, *, a_mail: bool) -> bool:
    """Tell whether the line leads in what stands below it ("The form says:").

    With `a_mail`, what stands below is surely a mail: then a lone word or "Follow us on:" above it leads nothing in.
    """
    if bare[-1:] not in (":", "：") or len(bare) > 300 or _GREETING.match(bare):
        return False
    if not a_mail or _NAMES_A_MAIL.search(bare):
        return True
    said = len(bare.split()) >= 4 or sum(1 for c in bare if c >= "\u3040") >= 6
    return said and not _SIGNS.search(bare)
