"""How mail systems of many languages say that a mail was not delivered: tables of their phrases."""

from __future__ import annotations

from maild.mail.phrases import Phrases

DAEMON_NAMES = Phrases(r"""
    en    mail(er)?[ .-]?(daemon|deliver|administrator|system) / delivery (sub)?system / system administrator
          / internet mail delivery / pmdf e-mail / delivery service / content-filter at / returned mail / interscan
          / lsmtp for / postmaster
    ru    автоматическ
    zh    邮件系统 / 系统退信 / 退信
    """)
"""Display names of programs that return mail."""

DAEMON_ADDRESSES = Phrases(
    r"""
    en    mail(er)?[._-]?daemon / mail[._-]delivery[._-]?(sub)?system / microsoftexchange[0-9a-f]{8}
          / (mdaemon|mailer|maildelivery|ndr)([+=_-][^@]*)?@ / bounces?([+=_-][^@]*|[.]?[0-9][^@]*)?@
    """,
    lead="",
)
"""Addresses that no person writes from."""

POSTMASTERS = Phrases("any  po{1,2}st[._-]?master", lead="")
"""A role of people and of programs (RFC 2142); with the null sender, a program."""

CAPABLE_ADDRESSES = Phrases(
    r"""
    role  po{1,2}st[._-]?master / mailadm / imss / inetgw / admin / root\b / system / mail\b / mailgate
    none  no-?reply / do-?not-?reply
    more  "?system administrator / \S*(antivirus|virus|smtp|mail_service|gateway|emailfilter)\S*@
    """,
    lead="",
)
"""Addresses that may be a program's or a person's."""

PARCELS = Phrases(r"""
    en    parcel / package / shipment / courier / tracking number / your (order|delivery address) / consignment
    de    \bpaket / sendungs(nummer|verfolgung)
    fr    \bcolis\b / livraison de votre commande
    es    paquete / env[ií]o n / \bpacco\b / spedizione / encomenda
    nl    pakket / zending / przesyłk / посылк
    zh    包裹 / 快递 / 快遞 / 运单 / お荷物 / 荷物 / 택배
    """)
"""Words of those who deliver things: what did not arrive there is no mail."""

SUBJECTS = Phrases(
    r"""
    en    (mail )?(returned (e?-?mail|to sender)|undeliver(ed|able)|non-? ?deliver(y|able))
          / (mail )?failure (notice|delivery)
          / (mail )?failed (delivery|mail) / nondeliverable / bounced? (mail|e-?mail|message) / e?-?mail bounce
          / bounce\]
    en    (e?-?mail |message |permanent )?(delivery|system|transmission)[ :-]+(has )?(status|fail|error|problem)
          / delivery notification
          / (e?-?mail |message |permanent )?delivery (report|delay|warning) / not delivered / postmaster notify
    en    (e-?)?mail (failure|failed|error|not delivered|delivery|could not|system error|undeliver) / delayed mail
          / (your )?message (could not|was not|not|delayed|delivery|to \S+ could not) / (your )?message you sent
    en    warning: (message|could not|returned|e-?mail|mail) / warning: \S+@\S+ - user unknown
          / notice: mail delivery
          / could not (send|deliver) / unable to deliver / cannot deliver / there was an error sending / rejected:
          / automatically rejected mail / processing error / sorry, your message could not / user unknown
          / mail ?box full
    de    unzustellbar / (nachricht )?nicht (zustellbar|zugestellt) / unzugestellt
          / zustell(ungs)?(fehler|benachrichtigung)
          / fehler bei der zustellung / zustellung fehlgeschlagen / benachrichtigung .{0,30}zustell
    fr    (message |courrier )?non (remis|distribu|délivr) / [ée]chec de (la )?(remise|distribution|l'envoi)
          / notification d'[ée]tat de remise / avis de non / utilisateur (inconnu|non) / retour(né)? à l'expéditeur
    es    (mensaje )?no entregado / no se (puede|pudo|ha podido) entregar / aviso de no entrega / (correo )?devuelto
          / notificaci[oó]n de (estado|error) de (la )?entrega / (error|fallo) (de|en la) entrega / entrega fallida
    it    mancat[oa] (recapito|consegna) / non recapitabile / impossibile recapitare / recapito non riuscito
          / notifica .{0,20}(recapito|consegna) / messaggio non (recapitato|consegnato) / errore di consegna
          / avviso di mancata
    pt    n[ãa]o (é possível entregar|entregue|foi entregue|entregável) / mensagem (não|devolvida)
          / falha (na|de) entrega
          / notificação de (status|estado|falha) / devolvid[ao] / erro na entrega
    nl    onbestelbaar / (bericht )?niet[- ](afgeleverd|bezorgd|bestelbaar) / bezorging mislukt
          / kan niet (worden )?(bezorgd|afgeleverd)
    sv    olevererbart? / kan inte (levereras|leverera) / det gick inte att leverera / ej levererat / leveransfel
    da    (kunne|kan) ikke leveres / ikke leveret / leveringsfejl / ikke levert / leveringsfeil / uleverbar
    fi    toimitus epäonnistui / ei voitu toimittaa / (perille )?toimittamaton
    pl    niedostarczon / nie można dostarczyć / nie dostarczono / zwrot (wiadomości|poczty)
    cs    nedoručiteln / nedoručen / neisporučen / nelivrat / nelivrabil / kézbesíthetetlen / nem kézbesíthető
    tr    teslim edile / iletileme
    ru    недоставл / не доставл / не (удается|удалось) доставить / невозможно доставить
          / ошибка (доставки|отправки)
          / (ваше )?(сообщение|письмо) не (было )?доставлено / возврат (письма|почты) / не вдалося доставити
    ja    (メッセージを|メールを|メール)?(配信|送信|配送)(不能|でき|エラー|失敗) / 未配信 / エラーメール
          / 戻りメール / 不達 / 宛先不明
    ko    (메일이 )?(배달(되지|할 수| ?안| ?실패)|전송(되지| ?실패|할 수)|반송|발송 ?실패)
    zh    (系统)?(退信|退件|被退回|邮件退回|邮件被退|郵件退回|未送[达達]|未[传傳][递遞]|未能送达)
          / (邮件)?无法(送达|投递|传递|发送) / 邮件无法
          / (投递|发送|传递|邮件发送)失败 / (传递|投递)状态 / 邮件投递 / (投遞|傳送)失敗 / 無法(傳遞|投遞|遞送|寄達)
          / (您的)?邮件.{0,12}(失败|退回|未送达)
    ar    تعذر / لم يتم تسليم / לא ניתן למסור / ההודעה לא נמסרה
    vi    không (gửi|thể gửi|phân phối) được / không thể gửi / gagal (terkirim|dikirim) / ไม่สามารถส่ง
    el    αδύνατη η παράδοση / δεν παραδόθηκε
    """,
    lead=r"\[[^\]]{1,40}\] ?|【[^】]{1,12}】 ?|\[|\*+ ?|[\w-]+\.[\w.-]+ |",
)
"""How the subject of a returned mail begins."""

SUBJECT_ENDS = Phrases(
    r"any  \S : (non remis|undeliver(ed|able)|not delivered|delivery (failed|failure))( \([^()]{1,40}\))?\s*$",
)
"""How it ends where the old subject was kept in front."""

NOT_DELIVERED = Phrases(r"""
    en    (could|can|would) ?(not|n't) (be )?(currently )?(deliver|reach|send) / wasn't (delivered|able to deliver)
          / (was|were|is|been|be) ?(not|n't)? (undeliver|not (be )?deliver|not relayed)
          / not (yet )?(been |be )?delivered
    en    (unable|failed|not able|wasn't able|failure|impossible) to (deliver|send|relay|reach) / undeliver(ed|able)
          / n[o']t (have )?received? (a copy|this|your) / did ?n[o']t (reach|receive) / error delivering
    en    deliver[ey]\w*( \S+){0,12} (failed|aborted|delayed|postponed|unsuccessful) / trouble delivering
          / had delivery
          / (failed|error|problem|delay)s?( \S+){0,5} (to|in|while|with|attempting|during)( \S+){0,3} deliver
          / delivery (errors?|problems?|failure|status|delay|attempts?|has failed)
          / has been (delayed|rejected|returned|postponed|blocked)
    en    permanent (fatal )?(error|failure) / fatal (delivery )?errors / (address|recipient)\S*( \S+){0,3} failed
          / rejected recipient / failed (recipient|address) / recipients? (were|was) (affected|rejected)
          / will not continue trying / transcript of session / failure reasons / error was detected
    en    was (automatically )?(rejected|returned|blocked) / rejected your message / has not been / returned because
          / not collected / not accepting mail / incorrectly constructed / duplicated message-id
    en    not a valid (user|address|recipient|mailbox)
          / unknown user / user unknown / no such user / invalid final / did not exactly match / wasn't found at
          / couldn't be (found|delivered) / (mailbox|mailfolder|account)\S*( \S+){0,4} (full|quota|disabled)
    de    konnte .{0,80}nicht (zugestellt|übermittelt|ausgeliefert|gesendet) / nicht (zugestellt|zustellbar)
          / unzustellbar
          / zustellung .{0,40}fehlgeschlagen / fehler bei der nachrichtenzustellung
    fr    n'(a|ont) pas pu / n'a pas été (remis|délivré|distribué) / échec de la remise / non remis / n'a pu être
          / impossible de (remettre|délivrer|distribuer) / pas pu etre delivre
    es    no (se )?(pudo|ha podido|puede|pudieron) (ser )?(entreg|enviar) / no ha sido entregado
          / error (al|en la) entreg
          / quizás no exista
    it    non (è stato possibile|può essere|ha potuto|è stato) (recapit|consegn)
          / impossibile (recapitare|consegnare)
          / mancato recapito
    pt    n[ãa]o (pôde|pode|foi|é) (ser )?(possível )?(entreg|envia) / falha (na|de) entrega
    nl    niet (worden )?(afgeleverd|bezorgd|besteld)
    sv    gick inte att leverera / kunde inte levereras / kunne ikke leveres / ei voitu toimittaa
    pl    nie (można|mogła|została|udało).{0,20}dostarcz / nelze doručit / nebyla doručena
    hu    nem (lehetett|sikerült) kézbesít / teslim edile / iletileme
    ru    не (может|могло|было|удалось|была)( быть)?( \S+)? (доставл|отправл|достав) / не доставлен
          / невозможно доставить
          / не вдалося / ενδέχεται να μην υπάρχει / παραδοθεί
    ja    (送信|配信)でき / お届けでき / 届けられません / (送信|配信)に失敗 / エラーのため / 存在しないか
    ko    (전송|배달)(하지|되지|할 수) / 반송
    zh    退信 / 退回 / 无法(送达|投递|发送|传递|被投递|将) / 無法(傳遞|投遞|遞送|寄達) / (投递|发送)失败 / 投遞失敗
          / [传傳][递遞送].{0,20}失[败敗] / 未能(送达|投递|成功|向) / 没有(送达|成功) / 投递不成功 / 未送达
    any   غير موجودة / تعذر / موجود نباشد / không thể / ไม่สามารถ
    """)
"""What the text of a returned mail says in its course."""

VOICE = Phrases(
    r"""
    en    (your|the (following|attached|original|e-?mail)|this|that|an?) (e-?mail |mail )?(message|e-?mail|delivery)\b
          / (hi\. )?this is (the|an auto|an advisory|a (delivery|permanent|machine))
          / hello, this is the mail server
          / message from / delivery (has failed|failed|to the following|of (the )?(e-?mail|message)) / mail delivery
    en    the following (address|recipient|message|mail) / (sorry|unfortunately),? (we were|your|we|i)
          / we('re| are) sorry
          / (failed|unable) to deliver / undeliverable / could not (be )?deliver / i'm (sorry|afraid) / recipient
          / user's mailbox / unknown user / invalid final / intended recipient / failed / transcript / non-delivery
          / error: (invalid|unknown|no such) (user|address|recipient|mailbox) / error message below
    more  votre message / (diese|ihre) nachricht / su mensaje / il (tuo )?messaggio / (a )?sua mensagem / uw bericht
          / ваше / это письмо / к сожалению / сообщение
    zh    您的邮件 / 您发送的 / (很)?抱歉 / 很遗憾 / 邮件无法 / 你的邮件 / 您寄 / [此本]邮件
    ja    次の / 送信先 / このメール / 以下の / 送信できません
    """,
    lead="",
)
"""The voice of a program that speaks to the sender: how the first lines of a returned mail begin."""

GREETINGS = Phrases("zh  尊敬的 / 您好", lead="")
"""How programs greet, and people too."""

PEOPLES_WORDS = Phrases(r"""
    en    ^(hello|hi|hey|dear|good (morning|day|afternoon|evening))\b
          / \b(my|our) ((e-?)?mails?|messages?|users|customers)\b
          / (can|could|would) you / please (help|check|(have a )?look|advise) / ^((kind|best|warm) )?regards\b
          / ^(many )?thanks\b / ^cheers\b / ^i (got|get|received|keep) / what (is|does) (this|it)\b / what is wrong
    more  ^hallo\b / ^sehr geehrte / mit freundlichen / ^bonjour\b / cordialement / ^hola\b / saludos / ^buongiorno
    zh    ^您好 / ^你好 / ^大家好 / 请问 / 麻烦 / 帮忙 / ^谢谢 / 怎么办 / 请处理 / 帮我 / 我(给|发|的|们)
          / お世話 / よろしくお願い
    """)
"""What people write and programs do not, but for those whose voice is known."""

STILL_TRYING = Phrases(r"""
    en    still (being retried|awaiting delivery|trying) / will (be retried|continue (trying|to (try|attempt)))
          / not yet been delivered / not yet received / has been (delayed|postponed) / is delayed / delay reason
          / delivery attempts will continue / will keep trying / temporarily delayed / you do not need to resend
    en    warning (message )?only / only a (notification about a delay|temporary failure|warning)
          / this is just a warning / delay(ed)? \d+ (hours|days)
    more  noch nicht zugestellt / verzögert / pas encore été / retardé / aún no se ha / demorad / ritardo
          / vertraagd
          / försenad / opóźnion / задерж
    zh    延迟 / 稍后.{0,6}重试 / 遅延
    """)
"""What a notice says of a mail that is late and not lost."""

COPY_FOLLOWS = Phrases(
    r"""
    en    below (this|the next) line is / (this|below|here|included|enclosed|attachment) is a copy / bounced e-?mail
          / (the )?original (message|mail) (follows|info|headers?|as (follows|received)|attached) / old message:
          / original (message|mail)[ -]*(-|:|$) / unsent message / your message reads / the headers? (of|and)
    en    (the )?(message|mail) (headers?|text|content) (follow|is) / (start of )?returned (mail|message)
          / the non-delivered message / the first \d+ lines / (a )?copy of (the|your) (original )?(message|mail)
          / a summary of the undelivered / header of the source / original mail as / forwarded message
    more  ursprungshuvuden / ursprüngliche nachrichtenkopf / en-t[êe]tes / encabezados (de|del) / mensaje original
          / intestazioni / cabeçalhos / oorspronkelijke / oprindelig / opprinnelige / oryginaln / исходн / заголовк
          / копия / ниже этой линии
    zh    原始邮件 / 原邮件(内容|正文)?\s*[:：]?\s*$ / 邮件原文 / 附件中的内容 / 附件是 / 原信
    ja    元のメッセージ / メッセージヘッダ
    """,
    lead=r"[-=*|_#><\s\[]*",
)
"""The line after which the returned mail itself begins."""

NAMES_A_FAILURE = Phrases("""
    en    addressed / recipient / quota / mailbox / account / deliver / unknown / reject / generated from / group
    more  remis / recapit / entreg / доставл / 送信 / 配信 / 반송 / 수신
    zh    投递 / 退信 / 发往 / 收件 / 送达 / 退回 / 传递 / 递送
    """)
"""Words of a sentence that names the address which failed."""

RECIPIENT_LABELS = r"""
    dsn   final-recipient / original-recipient / x-actual-recipient
    en    (?:failed |rejected )?recipients?(?: e?-?mail)?(?: address)? / original address / undeliverable address
          / intended recipient / (?:originally |was )?addressed to / target mail address / error-for / failed
    en    unknown user / invalid final delivery userid / undeliverable\s+to
          / delivery failed(?: \d+ attempts)? / warning
          / could not be delivered to / could not deliver(?: \w+)? to / there was an error delivering your mail to
          / (?:we were )?(?:unable|failed) to deliver(?: \w{3,4})??(?: e-?mail)??(?: message| mail)?(?: to)?(?: user)?
    en    (?:your |the )?(?:e-?mail )?(?:message|mail) (?:to|for) / did not reach the following recipient
          / user's mailbox is full / the following message,? (?:addressed )?to / (?:to )?user / e?-?mail address
          / local mailbox / c=[^@]{0,200}dda / \(expanded from
    more  destinatario / destinataire / empfänger / адрес(?:ат)? / 받는 ?사람 / 수신자 / 수신인 / 宛先 / 送信先
    zh    收 ?件 ?人(?:地址)? / 收件地址 / 收件者 / 退信地址 / 邮件地址
    """
"""What stands before an address that failed; for Python's `re`, as an address follows."""

OTHER_PARTY = r"""
    en    \bfrom / \bby / sender / contact / (?:reply|write|mail) to / e-?mail / assistance / help
          / send .{0,40}to / support
          / at / return-path / \(expanded from
    """
"""What stands before an address that is somebody else's."""
