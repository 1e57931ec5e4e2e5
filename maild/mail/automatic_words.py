"""How mail systems of many languages mark an automatic answer: tables of their subjects."""

from __future__ import annotations

from maild.mail.phrases import Phrases

_NAMES = r"""
    en    auto(matic|mated)?[ -]?(e-?mail )?(reply|respons\w*|answer) / autoresponder
          / (out[- ]of[- ](the )?office|away from (the )?office)( auto ?reply| \w{5,12})? / vacation (reply|message)
    de    (automatische|autom\.) (e-?mail-?)?(antwort|abwesenheit\w*|nachricht)
          / abwesenheits(notiz|nachricht|benachrichtigung|assistent|meldung|mitteilung)
    fr    r[ée]ponse automatique / absence du bureau / message d'absence
    nl    automatisch antwoord / automatische reactie / afwezigheids\w*
    es    (respuesta|contestaci[oó]n) autom[aá]tica / fuera de (la )?oficina
    it    risposta automatica / risponditore automatico / fuori (sede|ufficio)
    pt    resposta autom[aá]tica / fora do escritório / ausência temporária
    sv    automatiskt svar / autosvar / frånvaromeddelande
    da    automatisk svar / fraværs(assistent|melding|besked)
    fi    automaattinen vastaus / poissaoloviesti / automaatvastus
    pl    automatyczna odpowied[zź] / odpowied[zź] automatyczna / autoodpowied[zź]
    cs    automatická odpov[eě][dď] / automatick[áa] odpove[dď] / automat[sš]k[ai] odgovor / samodejni odgovor
    hu    automatikus válasz / răspuns automat / otomatik (yanıt|cevap)
    ru    автоматический ответ / автоответ / автоматична відповідь / автоматичен отговор
    lv    (.{1,40} )?autom[aā]tisk[aā] atbilde / automatinis atsakymas
    el    αυτόματη απάντηση
    zh    (自动|自動)(回复|回復|答复|回覆|回應|答覆|应答|回信) / (外出|休假)(自动)?(回复|答复)
    ja    自動(返信|応答|回答) / 不在(通知|メッセージ|です)
    ko    자동 ?(회신|응답|답장) / 부재 ?중( 자동 ?(응답|회신))?
    any   رد تلقائي / מענה אוטומטי / תשובה אוטומטית / ตอบกลับอัตโนมัติ / trả lời tự động / balasan otomatis
          / jawapan automatik / स्वचालित( उत्तर)?
    """

AUTOMATIC_REPLY = Phrases(_NAMES, lead=r"[【\[(（]?", tail=r"\s*([:：】\])）]|\s(re|aw|sv|odp) ?[:：])")
"""Beginnings that only a mail system writes, with the old subject behind a colon: people put no colon there."""

AUTOMATIC_ALONE = Phrases(_NAMES, lead=r"(.{0,40}的)?", tail=r"[.!。！]?$|\s(from|von|de|da|van|от)\s.{1,60}$")
"""The same as a whole subject, which a person may write who asks about such answers."""

AUTOMATIC_SHORT = Phrases("en  auto / oo[of]", lead="", tail=r"\s?[:：]")
"""What newer systems put before the old subject, and people before a new one."""

AUTOMATIC_TAIL = Phrases(
    r"""
    en    auto: .{1,80} (is out of|is away|ist (außer|nicht|im)|est absent|returning|rückkehr|zurück|retour)
    zh    来自.{1,60}的(自动|自動)(回复|答复|回覆) / .{0,60}[（(【\[](自动|自動)(回复|答复|回覆)[)）】\]]\s*$
    """,
    lead="",
)
"""How Notes begins such a subject, and how Chinese systems end it."""

SAYS_AUTOMATIC = Phrases(
    r"""
    en    (please )?(note: )?this is an auto(matic|mated)?([ -]generated)?[ -](e-?mail )?(reply|response|answer|acknowledge?ment)
    de    dies ist eine automatische (antwort|abwesenheits\w*|antwort-?mail)
    fr    ceci est une réponse automatique
    es    (esta|ésta) es una respuesta automática
    it    questa è una risposta automatica
    pt    esta é uma resposta automática
    nl    dit is een automatisch (antwoord|gegenereerd antwoord)
    ru    это автоматический ответ
    zh    (您好[,，!！]?\s?)?(这|此|本|這)(封)?(邮件|郵件|信)?(是|为|為)?(一封|由)?(系统|系統)?(自动|自動)(回复|答复|回覆|發送的回覆)
          / 这是来自.{1,30}的.{0,6}自动(回复|答复)
    ja    (これ|このメール)は自動(返信|応答)
    """,  # noqa: E501
    lead=r"[-*=#>_|(（\s]*",
    lines=True,
    tail=r"(的?(邮件|郵件|信件))?\s*([.,;:!。，！：)）*-]|$|to your |from |auf ihre |à votre )",
)
"""How the first lines of such an answer say it themselves."""

ACKNOWLEDGES = Phrases(
    r"""
    en    (thank you|thanks) for (contacting|writing|(your|the) (e-?mail|message|mail|[ei]nquiry|request|interest))
          / (we|i) (have|'ve) (received|got) your / your (e-?mail|message|request|inquiry) (has been|was) received
    de    (vielen )?dank für ihre (e-?mail|nachricht|anfrage) / ihre (e-?mail|nachricht|anfrage) ist .{0,9}eingegangen
          / eingangsbestätigung / wir haben ihre (e-?mail|nachricht|anfrage) erhalten
    fr    accusé de réception / merci (de|pour) votre / nous avons bien reçu
    es    gracias por (su|tu|contactar) / hemos recibido su
    it    grazie per (averci|la (sua|tua)) / conferma di ricezione
    pt    obrigad[oa] (por|pelo) (seu|sua|contat)
    nl    bedankt voor uw / ontvangstbevestiging
    ru    (ваше|мы получили ваше) (письмо|сообщение|обращение)
    zh    (感谢|谢谢)(您|你)?的?(来信|来函|邮件|咨询) / (您|你)?的?(邮件|来信|来函)?(已收到|已经收到)
    ja    お問い合わせ(ありがとう|いただき)
    """,
    lead=r"re: ?|",
)
"""How a machine confirms that a mail has come, which people say too."""

ABSENCE = Phrases(r"""
    en    out of (the )?office / \bvacation\b / \bon leave\b / \bon holiday / (annual|maternity) leave / away from
          / auto[- ]?(reply|respon) / (i am|currently) away / automatic
    de    abwesen / im urlaub / nicht im (büro|haus)
    fr    congés?\b / absence / absent / vacances
    es    vacaciones / ausen(te|cia) / férias / ferie\b / assenza
    nl    afwezig / vakantie / semester / frånvar / fravær / loma\b / poissa
    pl    urlop / nieobecn / dovolen / szabadság / atvaļin / atostog / puhkus / izin
    ru    отпуск / отсутств / відпуст
    zh    自[动動] / 休假 / 外出 / 不在 / 休暇 / 放假 / 出差 / 부재 / 휴가
    """)
"""Words of absence, which people use as well."""
