"""How mail systems of many languages mark an automatic answer: tables of their subjects."""

from __future__ import annotations

from maild.mail.phrases import Phrases

AUTOMATIC_REPLY = Phrases(
    r"""
    en    auto(matic|mated)?[ -]?(reply|respons\w*|answer)\s*[:：]
          / (auto[- ]?reply|automatic reply|auto[- ]?response)\]
          / (out[- ]of[- ](the )?office|away from (the )?office)( auto ?reply| \w{5,12})?\s*[:：]
    de    automatische (antwort|abwesenheit|nachricht)
          / abwesenheits(notiz|nachricht|benachrichtigung|assistent|meldung)
    fr    r[ée]ponse automatique / absence du bureau\s?[:：] / message d'absence\s?[:：]
    nl    automatisch antwoord / automatische reactie / afwezigheids
    es    (respuesta|contestaci[oó]n) autom[aá]tica / fuera de (la )?oficina\s?[:：]
    it    risposta automatica / fuori (sede|ufficio)\s?[:：]
    pt    resposta autom[aá]tica / fora do escritório\s?[:：]
    sv    automatiskt svar / autosvar / frånvaromeddelande
    da    automatisk svar / fraværs(assistent|melding|besked)
    fi    automaattinen vastaus / poissaoloviesti / automaatvastus
    pl    automatyczna odpowied[zź] / odpowied[zź] automatyczna
    cs    automatická odpov[eě][dď] / automatick[áa] odpove[dď] / automat[sš]k[ai] odgovor / samodejni odgovor
    hu    automatikus válasz / răspuns automat / otomatik (yanıt|cevap)
    ru    автоматический ответ / автоответ / автоматична відповідь / автоматичен отговор
    lv    (.{1,40} )?autom[aā]tisk[aā] atbilde\s?[:：] / automatinis atsakymas
    el    αυτόματη απάντηση
    zh    (自动|自動)(回复|答复|回覆|回應|答覆)\s*[:：]
          / (外出|休假)(自动)?(回复|答复)\s*[:：]
          / 来自.{1,60}的自动回复
          / (自动回复|自动答复|自動回覆)[】\]]
    ja    自動(返信|応答)\s*[:：] / 不在(通知|メッセージ|です)\s*[:：] / (自動返信|自動応答|不在通知)[】\]]
    ko    자동 ?(회신|응답|답장)\s*[:：] / 부재 ?중( 자동 ?(응답|회신))?\s*[:：]
    any   رد تلقائي / מענה אוטומטי / תשובה אוטומטית / ตอบกลับอัตโนมัติ / trả lời tự động / balasan otomatis
          / jawapan automatik / स्वचालित
    """,
    lead=r"[【\[]?",
)
"""Beginnings that only a mail system writes, most of them with the old subject behind a colon."""

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
