"""What mail clients call the fields of the mail they quote, in the languages they speak."""

from __future__ import annotations

from maild.mail.body.words import phrases

_FIELDS = {
    "from": """
        en  from | sender
        de  von | absender
        fr  de | expéditeur
        es  de | remitente
        it  da | mittente
        pt  de | remetente
        nl  van | afzender
        pl  od | nadawca
        cs  od | odesílatel
        sk  od | odosielateľ
        sv  från | avsändare
        da  fra | afsender
        nb  fra | avsender
        fi  lähettäjä
        hu  feladó
        ro  de la | expeditor
        ru  от | от кого | отправитель
        uk  від | від кого | відправник
        bg  от | подател
        el  από | αποστολέας
        tr  kimden | gönderen
        ar  من
        he  מאת
        fa  از
        hi  प्रेषक
        vi  từ | người gửi
        id  dari | pengirim
        th  จาก | ผู้ส่ง
        hr  šalje | pošiljatelj | pošiljalac
        sl  od | pošiljatelj
        et  saatja | kellelt
        lv  sūtītājs
        lt  nuo | siuntėjas
        ca  de | remitent
        is  frá | sendandi
        ja  差出人 | 送信者 | 発信者 | 送信元
        ko  보낸 사람 | 보낸이 | 발신인 | 보내는 사람
        zh  发件人 | 寄件人 | 寄件者 | 發件人 | 发信人 | 發信人 | 发送人 | 發送人 | 发送者 | 发件者 | 發件者
        zh  来自 | 來自 | 原发件人
    """,
    "sent": """
        en  sent | date sent | sent on | sent at | sent date | sent time | send time
        de  gesendet | gesendet am
        fr  envoyé | envoyé le | date d'envoi
        es  enviado | enviado el
        it  inviato | inviato il | data invio | data/ora invio
        pt  enviado | enviado em | enviada em | enviada | enviada a
        nl  verzonden | verzonden op
        pl  wysłano | wysłane | data wysłania
        cs  odesláno
        sk  odoslané | odoslaná
        sv  skickat
        da  sendt | sendt den
        nb  sendt
        fi  lähetetty
        hu  elküldve | küldve | küldés dátuma
        ro  trimis | trimisă | expediat
        ru  отправлено | послано | дата отправки
        uk  надіслано | відправлено
        bg  изпратено
        el  στάλθηκε | εστάλη | απεστάλη
        tr  gönderildi | gönderilme tarihi | gönderme tarihi | gönderim zamanı
        ar  تم الإرسال | تاريخ الإرسال | أرسلت
        he  נשלח
        vi  đã gửi | ngày gửi | gửi lúc
        id  dikirim | terkirim
        th  ส่ง | ส่งเมื่อ
        hr  poslano
        sl  poslano
        et  saadetud
        lv  nosūtīts | nosūtīja
        lt  išsiųsta | išsiųstas
        ca  enviat | enviat el
        ja  送信日時 | 送信日 | 送信時刻
        ko  보낸 날짜 | 보낸 시간 | 발송일 | 전송일
        zh  发送时间 | 发送日期 | 发件时间 | 發送時間 | 發送日期 | 寄件日期 | 寄件時間 | 寄件时间 | 傳送日期
        zh  傳送時間 | 发信日期 | 發信日期 | 发信时间 | 寄送時間 | 已发送 | 已傳送 | 发送于 | 發送於 | 寄信日期
    """,
    "date": """
        en  date | date/time
        de  datum | datum/uhrzeit
        fr  date | le
        es  fecha
        it  data
        nl  datum
        da  dato
        fi  päivämäärä | päiväys | päivä
        hu  dátum
        ru  дата
        el  ημερομηνία | ημ/νία
        tr  tarih
        ar  التاريخ | تاريخ
        he  תאריך
        hi  दिनांक
        vi  ngày
        id  tanggal | tarikh
        th  วันที่
        et  kuupäev
        lv  datums
        is  dagsetning
        ja  日時 | 日付
        ko  날짜 | 일시
        zh  日期 | 时间 | 時間
    """,
    "to": """
        en  to | recipient | recipients
        de  an | empfänger
        fr  à | a | destinataire | destinataires | pour
        es  para | destinatario
        it  a | destinatario | destinatari
        pt  para | destinatário | destinatários
        nl  aan | ontvanger
        pl  do | odbiorca
        cs  komu | příjemce
        sk  komu | príjemca
        sv  till | mottagare
        da  til | modtager
        nb  til | mottaker
        fi  vastaanottaja
        hu  címzett
        ro  către | catre | destinatar
        ru  кому | получатель | получатели
        uk  кому | одержувач
        bg  до | получател
        el  προς | παραλήπτης
        tr  kime | alıcı
        ar  إلى | الى
        he  אל
        fa  به
        vi  đến | tới | người nhận
        id  kepada
        th  ถึง | ผู้รับ
        hr  prima | za | primatelj
        sl  za | prejemnik
        et  saaja | kellele
        lv  kam | adresāts
        lt  kam | gavėjas
        ca  per a
        ja  宛先 | 受信者
        ko  받는 사람 | 받는이 | 수신인
        zh  收件人 | 收件者 | 收信人 | 接收人 | 发送至 | 发往 | 收件方
    """,
    "cc": """
        en  cc | c.c. | c/c | bcc
        de  kopie | kopie an | cc an
        fr  copie | copie à
        es  copia | con copia a
        pt  cópia
        pl  dw
        cs  kopie
        sk  kópia | kópie
        sv  kopia
        da  kopi
        fi  kopio
        hu  másolatot kap | másolat
        ru  копия
        uk  копія
        bg  копие
        el  κοιν | κοινοποίηση
        tr  bilgi
        ar  نسخة | نسخة إلى
        he  עותק
        vi  đồng kính gửi
        id  tembusan
        th  สำเนา
        et  koopia
        hr  kopija
        ko  참조
        zh  抄送 | 抄送人 | 抄送至 | 抄送者 | 副本 | 副本抄送 | 知会 | 密送 | 暗送 | 密件副本
    """,
    "subject": """
        en  subject
        de  betreff | betr
        fr  objet | sujet
        es  asunto
        it  oggetto
        pt  assunto
        nl  onderwerp
        pl  temat
        cs  předmět
        sk  predmet
        sv  ämne
        da  emne
        fi  aihe
        hu  tárgy
        ro  subiect
        ru  тема | тема письма
        bg  относно
        el  θέμα
        tr  konu
        ar  الموضوع | موضوع
        he  נושא
        hi  विषय
        vi  chủ đề | tiêu đề
        id  subjek | perihal | judul
        th  เรื่อง | หัวข้อ
        hr  predmet | naslov
        sl  zadeva
        et  teema
        lv  temats | tēma
        lt  tema
        ca  assumpte
        eu  gaia
        is  efni
        ja  件名 | 題名
        ko  제목
        zh  主题 | 主題 | 主旨 | 标题 | 標題 | 邮件主题 | 郵件主旨
    """,
    "other": """
        en  reply-to | reply to | attachments | attachment | importance | priority | organization | organisation
        en  categories | mailed-by | signed-by | required | optional | when | where
        de  antwort an | anlagen | anlage | anhang | wichtigkeit | priorität | kategorien | wann | wo
        fr  répondre à | pièces jointes | pièce jointe | priorité | quand | où
        es  responder a | datos adjuntos | adjuntos | prioridad | cuándo | dónde
        it  rispondi a | allegati | allegato | priorità
        pt  anexos | prioridade
        nl  antwoord aan | bijlagen | bijlage | prioriteit | organisatie
        pl  odpowiedz do | załączniki
        cs  přílohy
        sk  prílohy
        da  svar til | vedhæftede filer
        nb  vedlegg
        sv  bifogade filer
        fi  liitteet
        hu  mellékletek
        ru  вложения
        uk  вкладення
        ja  添付ファイル | 重要度
        ko  첨부 | 첨부파일 | 중요도
        zh  附件 | 重要性 | 优先级 | 優先順序 | 回复至
    """,
    "pasted": """
        en  message-id | received-spf | return-path | mime-version | content-type | content-transfer-encoding
        en  dkim-signature | x-mailer | references | in-reply-to | authentication-results | user-agent | delivered-to
        en  x-originating-ip | x-spam-status | arc-seal | list-id | envelope-to | diagnostic-code | final-recipient
        en  reporting-mta | x-received | thread-index | thread-topic | received
    """,
}


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for kind, words in reversed(_FIELDS.items()):
        for word in phrases(words):
            table[word] = kind
            if not word.isascii():
                table[word.replace(" ", "")] = kind
    return table


LABELS = _table()
"""From a label in lower case (also without its inner spaces where it is not ASCII) to the field it names; a mail
client never shows the `pasted` ones above what it quotes."""

LONGEST_LABEL = max(map(len, LABELS))
