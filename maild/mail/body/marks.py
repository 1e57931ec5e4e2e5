"""The lines that say "below is the earlier mail", "below is a mail I pass on", "write above this line"."""

from __future__ import annotations

import re

from maild.mail.body.labels import LABELS
from maild.mail.body.lines import DASHES, RULERS, squeeze
from maild.mail.body.words import pattern, phrases

_EARLIER = phrases("""
    en  original message | original messages | original mail | original e-mail | original email | original
    en  original appointment | reply message | replied message | reply to message | previous message
    en  original message follows
    de  ursprüngliche nachricht | originalnachricht | original-nachricht | original nachricht | ursprüngliche mail
    de  ursprüngliche e-mail | originalmail | antwort nachricht | ursprünglicher termin
    fr  message d'origine | message original | mail original | message initial | courriel original | message précédent
    fr  e-mail d'origine | courrier original | courrier d'origine
    es  mensaje original | correo original | mensaje anterior
    it  messaggio originale | messaggio di origine | messaggio precedente
    pt  mensagem original | mensagem anterior | e-mail original
    nl  oorspronkelijk bericht | oorspronkelijke bericht | origineel bericht | originele bericht
    nl  oorspronkelijke e-mail
    da  oprindelig meddelelse | oprindelig besked | original meddelelse | original besked | oprindelig mail
    nb  opprinnelig melding | original melding | opprinnelig e-post | opprinnelig avtale
    sv  ursprungligt meddelande | originalmeddelande | original meddelande | ursprungligt mail
    fi  alkuperäinen viesti
    pl  wiadomość oryginalna | oryginalna wiadomość | treść oryginalnej wiadomości | wiadomość pierwotna
    pl  pierwotna wiadomość
    cs  původní zpráva | původní e-mail | originální zpráva
    sk  pôvodná správa | originálna správa | pôvodný e-mail
    hu  eredeti üzenet | eredeti levél
    ro  mesaj original | mesajul original | mesajul inițial | mesaj inițial
    ru  исходное сообщение | оригинальное сообщение | первоначальное сообщение | исходное письмо | оригинал письма
    uk  вихідне повідомлення | оригінальне повідомлення | початкове повідомлення
    bg  оригинално съобщение | първоначално съобщение
    el  αρχικό μήνυμα | πρωτότυπο μήνυμα
    tr  özgün ileti | orijinal mesaj | orijinal ileti | asıl ileti | özgün mesaj | orjinal mesaj
    ar  الرسالة الأصلية | رسالة أصلية
    he  הודעה מקורית | ההודעה המקורית
    fa  پیام اصلی
    hi  मूल संदेश
    vi  thư gốc | tin nhắn gốc | thông điệp gốc
    id  pesan asli | mesej asal
    th  ข้อความต้นฉบับ | ข้อความเดิม
    hr  izvorna poruka | originalna poruka | оригинална порука
    sl  izvirno sporočilo | prvotno sporočilo
    et  algne kiri | originaalteade | algne sõnum | algteade
    lv  sākotnējais ziņojums | oriģinālais ziņojums
    lt  pradinis laiškas | originalus laiškas | pirminis pranešimas
    ca  missatge original
    gl  mensaxe orixinal
    eu  jatorrizko mezua
    ja  元のメッセージ | 元のメール | オリジナルメッセージ
    ko  원본 메시지 | 원본 메일 | 원본메일 | 원래 메시지 | 원본메시지
""")

_PASSED_ON = phrases("""
    en  forwarded message | forwarded mail | forwarded email | begin forwarded message | start of forwarded message
    en  forwarded
    de  weitergeleitete nachricht | anfang der weitergeleiteten nachricht | weitergeleitete e-mail
    de  weitergeleitete mail
    fr  message transféré | début du message transféré | début du message réexpédié | message réexpédié
    fr  mail transféré | courriel transféré
    es  mensaje reenviado | inicio del mensaje reenviado | correo reenviado
    it  messaggio inoltrato | inizio messaggio inoltrato
    pt  mensagem encaminhada | mensagem reencaminhada | início da mensagem reencaminhada
    pt  início da mensagem encaminhada
    nl  doorgestuurd bericht | doorgezonden bericht | begin doorgestuurd bericht
    da  videresendt meddelelse | videresendt besked | start på videresendt besked
    nb  videresendt melding
    sv  vidarebefordrat meddelande | vidarebefordrat brev | vidarebefordrat mail
    fi  välitetty viesti | edelleenlähetetty viesti | välitetty viesti alkaa
    pl  przekazana wiadomość | wiadomość przekazana | początek przekazywanej wiadomości | przesłana wiadomość
    pl  treść przekazanej wiadomości
    cs  přeposlaná zpráva | začátek přeposílané zprávy | předaná zpráva
    sk  preposlaná správa | preposlaný e-mail
    hu  továbbított üzenet | továbbított levél | továbbított levél kezdete
    ro  mesaj redirecționat | mesaj redirecţionat | mesaj transmis mai departe | mesaj înaintat
    ru  пересылаемое сообщение | пересланное сообщение | пересылаемое письмо | начало переадресованного сообщения
    ru  перенаправленное сообщение
    uk  переслане повідомлення | початок листа, що пересилається | пересланий лист
    bg  препратено съобщение
    el  προωθημένο μήνυμα
    tr  iletilmiş mesaj | yönlendirilmiş ileti | iletilen mesaj | iletilmiş ileti | yönlendirilen mesaj
    ar  رسالة معاد توجيهها | الرسالة المعاد توجيهها | رسالة محولة
    he  הודעה מועברת | הודעה שהועברה
    vi  thư được chuyển tiếp | tin nhắn đã chuyển tiếp | tin nhắn được chuyển tiếp
    id  pesan terusan | pesan diteruskan
    th  ข้อความที่ส่งต่อ
    hr  proslijeđena poruka | prosleđena poruka
    sl  posredovano sporočilo
    et  edastatud kiri | edastatud sõnum
    lv  pārsūtīts ziņojums | pārsūtītais ziņojums
    lt  persiųstas laiškas | persiųstas pranešimas
    ca  missatge reenviat
    ja  転送されたメッセージ | 転送メッセージ | 転送メール
    ko  전달된 메시지 | 전달된 메일 | 전달 메시지
    zh  下面是被转发的邮件 | 以下是轉寄的郵件 | 以下是转发的邮件 | 开始转发的邮件 | 開始轉寄郵件 | 開始轉寄訊息
""")

# Chinese clients differ in a character or two (邮件原件, 原始信件, 回复的原邮件 ...): name the kind, not each client.
_MAIL_ZH = "(?:邮件|郵件|信件|信息|訊息|讯息|消息|约会|約會)"
_EARLIER_ZH = re.compile(
    r"(?:以下[为為是]?)?(?:(?:回[复覆復]|答[复覆復])的?)?"
    rf"(?:原始?的?(?:{_MAIL_ZH}|文|信)?|{_MAIL_ZH}原(?:件|文)|来信原文)(?:信息|内容|內容)?$"
)
_PASSED_ON_ZH = re.compile(
    rf"(?:以下[为為是]?|已|被)*(?:转发|轉發|轉寄|转寄)(?:邮件|郵件)?[的之]?(?:原始?)?{_MAIL_ZH}?(?:信息|内容|內容)?$"
)
_FAINT = frozenset({"original", "原文", "原", "原始", "原信", "原的", "来信原文"})
_FAINT_FORWARD = frozenset({"forwarded", "转发", "轉發", "轉寄", "转寄"})

_RULED = re.compile(rf"[>*_\s\\|]*(?:[{DASHES}=_~*#] ?){{2,}}")
_HEADED = re.compile(
    rf"[{DASHES}_=*]{{3,}}\s?(?P<name>[^{DASHES}_=*:]{{4,40}}?)\s?[{DASHES}_=*]{{3,}}\s?(?P<label>[^\s:：][^:：]{{0,24}}?)\s?[:：]"
)
"""-----Original Message-----From: Jo, where text made of HTML lost the line's end."""
_ODD_EARLIER = re.compile(
    r"\[?original message processed by |en réponse à :$"
    # GroupWise: >>> Jo Miller <jo@example.com> 25/09/2014 15:57 >>>
    r"|>>> \S.{0,80}\d.{0,40}>>>$"
    # French webmails: Message du 25/09/24 15:57
    r"|message du ?:? \d{1,2}/\d{1,2}/\d{2,4},? (?:à )?\d{1,2}[:h]\d\d$",
    re.I,
)
_LOTUS_FORWARD = re.compile(
    r"-{2,}\s*(?:forwarded by|weitergeleitet von|transféré par|reenviado por|inoltrato da|转发人|由) .{1,200}-{2,}$",
    re.I,
)

ABOVE_HINTS = (
    "above this", "this line", "over denne", "ovanför", "oberhalb", "au-dessus", "au dessus", "encima de esta",
    "acima desta", "sopra questa", "boven deze", "powyżej tej", "выше этой", "上方", "以上", "之上", "上面",
    "行より上", "線より上",
)  # fmt: skip
"""Words of which every mark of `says_write_above` has one, in lower case; cheap to look for in a whole mail."""

_ABOVE = re.compile(
    pattern(r"""
        en  (?:reply|respond|write|type|answer|response|comment)s?\b.{0,40}\babove this (?:line|e-?mail|message|text)
        en  \babove this line\b.{0,40}\b(?:reply|respond|post|answer|added)
        de  (?:antwort\w*|schreiben)\b.{0,50}\boberhalb (?:dieser|der) (?:linie|zeile)
        de  oberhalb dieser (?:linie|zeile).{0,40}antwort
        fr  (?:répond\w*|réponse|écri\w*)\b.{0,50}\bau[- ]dessus de cette ligne
        es  (?:respond\w*|respuesta|escrib\w*)\b.{0,50}\bencima de esta línea
        pt  (?:respond\w*|resposta|escrev\w*)\b.{0,50}\bacima desta linha
        it  (?:rispond\w*|risposta|scriv\w*)\b.{0,50}\bsopra questa (?:riga|linea)
        nl  (?:antwoord\w*|reageer|typ|schrijf)\b.{0,50}\bboven deze (?:lijn|regel)
        nl  boven deze (?:lijn|regel).{0,40}antwoord
        pl  (?:odpow\w*|pisz)\b.{0,50}\bpowyżej tej linii
        da  (?:svar\w*|skriv)\b.{0,50}\b(?:over denne linje|ovanför denna)
        ru  ответ\w*\b.{0,50}\bвыше этой (?:линии|строки|черты)
        zh  (?:在|于|於)?(?:此|本|这|這|该|該)(?:行|线|線|条线|條線|分隔线|分隔線|虚线)的?(?:以上|上方|上面|之上)(?:进行|進行|直接)?(?:回复|回覆|输入|輸入|填写|作答|答复)
        ja  この(?:行|線)より上に.{0,20}(?:返信|入力)
    """),  # noqa: E501
    re.I,
)
_SOMEBODY = re.compile(r"(?<!\w)(?:I|my|me|says|said|can't|cannot|don't|ich|je|yo)(?!\w)|我|怎么|怎麼|[?？]")

_FORWARD_SUBJECT = re.compile(
    r"\W{0,2}(?:fwd?|fw|wg|tr|rv|enc|vs|vb|vl|doorst|pd|i|ilt|i̇lt|tov|továbbítás|transf|redirect|forward"
    r"|转发|轉發|轉寄|转寄|전달|転送|пересл|הועבר|προωθ)\s{0,3}[:：]",
    re.I,
)


def is_earlier_mark(bare: str) -> bool:
    """Tell whether a ruler names the earlier mail: -----Original Message-----, in any language."""
    headed = _HEADED.match(bare)
    if headed and headed["label"].lower() in LABELS and _names(headed["name"], _EARLIER, _EARLIER_ZH):
        return True
    if len(bare) > 120:
        return False
    if _RULED.match(bare) and _names(bare, _EARLIER, _EARLIER_ZH):
        return squeeze(bare).replace(" ", "") not in _FAINT
    return _ODD_EARLIER.match(bare) is not None


def is_faint_earlier_mark(bare: str) -> bool:
    """Tell whether the line is such a name, but without a ruler or so short that a person could write it as a heading.

    It counts only right above a header block.
    """
    return len(bare) <= 80 and _names(bare, _EARLIER, _EARLIER_ZH)


def is_forward_mark(bare: str) -> bool:
    """Tell whether the line says that a mail passed on follows; what is passed on is content."""
    if len(bare) > 240:
        return False
    if _LOTUS_FORWARD.match(bare):
        return True
    ruled = _RULED.match(bare) is not None
    if not ruled and (bare[-1] not in ":：…" or squeeze(bare) in _FAINT_FORWARD):
        return False
    return _names(bare, _PASSED_ON, _PASSED_ON_ZH)


def says_write_above(bare: str) -> bool:
    """Tell whether the line is a ticket system's "reply above this line", and not a sentence about one."""
    found = _ABOVE.search(bare) if len(bare) <= 200 else None
    if found is None or _SOMEBODY.search(bare):
        return False
    plain = len(bare.strip(RULERS + " "))
    return _RULED.match(bare) is not None or found.end() - found.start() >= plain // 2


def is_forward_subject(subject: str) -> bool:
    """Tell whether the subject's first prefix says that this mail passes another on: Fwd:, WG:, 转发：."""
    return _FORWARD_SUBJECT.match(subject[:60].strip()) is not None


def _names(bare: str, known: frozenset[str], chinese: re.Pattern[str]) -> bool:
    name = squeeze(bare)
    if name in known:
        return True
    return not name.isascii() and chinese.match(name.replace(" ", "")) is not None
