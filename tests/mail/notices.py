"""Returned mails of many systems, written for these tests in the forms that the systems use."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from maild.mail.message import Address, Headers, Message

OURS = "support@desk.example"
OWN = frozenset({OURS})


def mail(sender: str, subject: str = "", text: str = "", *, return_path: str | None = None, **more) -> Message:
    """Make a message as `parse` would from such a mail to us; `more` are fields of Message, `fields` "
    "are header fields."""
    name, address = parseaddr(sender)
    fields: Headers = more.pop("fields", ())
    return Message(
        size=len(text),
        sha256="",
        headers=(("from", sender), ("subject", subject), *fields),
        from_=(Address(name, address.lower()),) if address else (),
        to=more.pop("to", (Address("", OURS),)),
        subject=subject,
        text=text,
        return_path=return_path,
        **more,
    )


@dataclass(frozen=True)
class Returned:
    """A notice and what it says: the failed addresses, each with status class, whether it is hard, and the reason."""

    system: str
    sender: str
    subject: str
    text: str
    failed: tuple[tuple[str, str, bool, str], ...]
    return_path: str | None = ""
    delayed: bool = False


EVA = "eva@acme.example"
GONE = ((EVA, "5", True, "unknown address"),)

NOTICES = (
    Returned(
        "qmail",
        "MAILER-DAEMON@mx.example",
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the "
        "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<eva@acme.example>:\n"
        "10.0.0.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user here\nGiving up on 10.0.0.1.\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <support@desk.example>\nTo: leo@acme.example\n"
        "Message-ID: <n1@desk.example>\n",
        GONE,
    ),
    Returned(
        "Postfix before its reports",
        "Mail Delivery System <MAILER-DAEMON@mx.example>",
        "Undelivered Mail Returned to Sender",
        "This is the Postfix program at host mx.example.\n\nI'm sorry to have to inform you that the message "
        "returned\n"
        "below could not be delivered to one or more destinations.\n\nFor further assistance, please contact "
        "<postmaster@mx.example>\n\n\t\t\tThe Postfix program\n\n<eva@acme.example>: host "
        "mail.acme.example[10.0.0.1] said: "
        "550 5.1.1\n    <eva@acme.example>... User unknown (in reply to RCPT TO command)\n",
        GONE,
    ),
    Returned(
        "sendmail",
        "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
        "Returned mail: User unknown",
        "The original message was received at Thu, 29 Apr 2010 23:34:45 +0900\nfrom desk.example\n\n"
        "   ----- The following addresses had permanent fatal errors -----\n<eva@acme.example>\n\n"
        "   ----- Transcript of session follows -----\n>>> RCPT To:<eva@acme.example>\n<<< 550 5.1.1 User unknown\n",
        GONE,
    ),
    Returned(
        "sendmail, waiting",
        "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
        "Warning: could not send message for past 4 hours",
        "    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n\n"
        "   ----- Transcript of session follows -----\n<eva@acme.example>... Deferred: Connection timed out with "
        "mx.acme.example.\nWarning: message still undelivered after 4 hours\nWill keep trying until message "
        "is 5 days old\n",
        ((EVA, "4", False, "expired"),),
        delayed=True,
    ),
    Returned(
        "Exim, two addresses",
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) "
        "failed:\n\n"
        "  eva@acme.example\n    SMTP error from remote mail server after RCPT TO:<eva@acme.example>:\n"
        "    host mx [10.0.0.1]: 550 5.1.1 User unknown\n  leo@acme.example\n    mailbox is full: retry "
        "timeout exceeded\n\n"
        "------ This is a copy of the message, including all the headers. ------\n",
        ((EVA, "5", True, "unknown address"), ("leo@acme.example", "5", False, "full")),
    ),
    Returned(
        "Exim, refused once the content was seen",
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nThe following address(es) failed:\n\n"
        "  eva@acme.example\n    SMTP error from remote mail server after end of data:\n    550 Unknown user\n",
        ((EVA, "5", False, "refused"),),
    ),
    Returned(
        "Exim, our sender address refused",
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "Mail delivery failed: returning message to sender",
        "The following address(es) failed:\n\n  eva@acme.example\n    SMTP error from remote mail server after "
        "MAIL FROM:<support@desk.example>:\n    553 5.1.0 desk.example does not exist\n",
        ((EVA, "5", False, "refused"),),
    ),
    Returned(
        "Apache James",
        "postmaster@mail.acme.example",
        "[BOUNCE]",
        "Message details:\n  Subject: Hi\n  MAIL FROM: support@desk.example\n  RCPT TO: eva@acme.example\n"
        "  From: support@desk.example\n  To: eva@acme.example\n\nError message below:\n"
        "550 - Requested action not taken: no such user here\n",
        GONE,
    ),
    Returned(
        "Exchange 5.5",
        "System Administrator <postmaster@acme.example>",
        "Undeliverable: your ticket",
        "Your message\n\n  To:      helpers@acme.example\n  Subject: your ticket\n  Sent:    Fri, 20 Jul "
        "2001 08:53:08 -0700"
        "\n\ndid not reach the following recipient(s):\n\nc=US;a= ;p=ACME;o=One;dda:SMTP=eva@acme.example; "
        "on Fri, 20 Jul\n"
        "2001 11:08:59 -0700\n    The recipient name is not recognized\n",
        GONE,
        None,
    ),
    Returned(
        "Exchange, German",
        "postmaster@firma.example",
        "Unzustellbar: Anfrage",
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\neva@acme.example"
        "<mailto:eva@acme.example>\nDie eingegebene E-Mail-Adresse konnte nicht gefunden werden.\n\n"
        "Diagnoseinformationen für Administratoren:\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
        GONE,
    ),
    Returned(
        "Exchange, Chinese",
        "Microsoft Outlook <postmaster@corp.example>",
        "未送达: 您的工单",
        "未能向以下收件人或通讯组列表发送邮件：\n\neva@acme.example<mailto:eva@acme.example>\n"
        "找不到您输入的电子邮件地址。\n\n"
        "管理员的诊断信息:\n生成服务器: ex.corp.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found "
        "##\n原始邮件头:\n",
        GONE,
    ),
    Returned(
        "Exchange, Japanese",
        "postmaster@corp.example",
        "配信不能: チケット",
        "次の受信者またはグループへの配信に失敗しました:\n\neva@acme.example<mailto:eva@acme.example>\n"
        "入力した電子メール アドレスが見つかりませんでした。\n",
        GONE,
    ),
    Returned(
        "Microsoft 365, French",
        "postmaster@corp.example",
        "Non remis : votre ticket",
        "Votre message à eva@acme.example n’a pas pu être remis.\n\neva est introuvable sur acme.example.\n",
        GONE,
    ),
    Returned(
        "Domino",
        "postmaster@acme.example",
        "DELIVERY FAILURE: User eva (eva@acme.example) not listed in Domino Directory",
        "Your message\n\n  Subject: Hi\n\nwas not delivered to:\n\n  eva@acme.example\n\nbecause:\n\n"
        "  User eva (eva@acme.example) not listed in Domino Directory\n",
        GONE,
    ),
    Returned(
        "QQ Mail",
        "postmaster@qq.com",
        "系统退信/The email is returned/",
        "抱歉，您的邮件被退回来了……\n\n原邮件信息：\n时间    2023-05-04 15:39:57\n主题    您的工单\n收件人  "
        "eva@acme.example\n\n"
        "退信原因：\n对方邮箱不存在。\nhost mx.acme.example[10.0.0.1] said: 550 User not found (in reply to "
        "RCPT TO command)\n",
        GONE,
        None,
    ),
    Returned(
        "NetEase 163",
        "Postmaster@163.com",
        "系统退信",
        "抱歉，您的邮件被退回来了……\n收件人：eva@acme.example\n退信原因：\n收件人不存在\n"
        "英文说明:SMTP error, RCPT TO: 550 User not found: eva@acme.example\n",
        GONE,
        None,
    ),
    Returned(
        "Ali Mail, with spaces within its labels",
        "postmaster@mxhichina.com",
        "系统退信通知",
        "很抱歉，您发送的邮件未能成功送达。\n邮件主题：你好\n发 件 人：support@desk.example\n收 件 "
        "人：eva@acme.example\n"
        "退信原因：收件人邮箱地址不存在 (550 Mailbox unavailable or access denied)\n",
        GONE,
    ),
    Returned(
        "Coremail, full mailbox",
        "postmaster@corp.example",
        "邮件投递失败",
        "尊敬的用户：\n您好！您的邮件无法投递到以下收件人：\n<eva@acme.example>\n原因：邮箱已满\n",
        ((EVA, "5", False, "full"),),
    ),
    Returned(
        "Gmail",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        "** Address not found **\n\nYour message wasn't delivered to eva@acme.example because the domain "
        "acme.example "
        "couldn't be found.\n\nThe response was:\n\nDNS Error: DNS type 'mx' lookup responded with code NXDOMAIN\n",
        ((EVA, "5", True, "unknown host"),),
    ),
    Returned(
        "Gmail, Chinese",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        "** 找不到地址 **\n\n您的邮件未能递送至 eva@acme.example，因为系统找不到该地址。\n\n响应为：\n\n550 5.1.1\n",
        GONE,
    ),
    Returned(
        "Yahoo",
        "MAILER-DAEMON@yahoo.com",
        "Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n\n<eva@acme.example>:\n"
        "554: delivery error: dd This user doesn't have a yahoo.com account (eva@acme.example) [0]\n\n"
        "--- Below this line is a copy of the message.\n\nReceived: from x\n<leo@acme.example>:\n",
        GONE,
    ),
    Returned(
        "1&1, German",
        "Mail Delivery System <mailer-daemon@kundenserver.example>",
        "Mail delivery failed: returning message to sender",
        "Diese Nachricht wurde automatisch erzeugt.\nEine Nachricht, die Sie versendet haben, konnte an einen oder "
        "mehrere Empfänger nicht zugestellt werden:\n\neva@acme.example:\nreason: 550 Unknown user\n",
        GONE,
    ),
    Returned(
        "Verizon",
        "Post_Master@vtext.example",
        "Undeliverable Message",
        "Error: Message could not be delivered to mobile.\n      Error: No valid recipients for this MIN\n\n"
        " RCPT TO: 5551234567@vtext.example\n",
        (("5551234567@vtext.example", "5", True, "unknown address"),),
        None,
    ),
    Returned(
        "AOL, which leaves its own domain out",
        "Mail Delivery Subsystem <MAILER-DAEMON@aol.example>",
        "Mail Delivery Problem",
        "Your mail to the following recipients could not be delivered because they are not accepting mail from "
        "desk.example:\n\tscreenname\n",
        (("screenname@aol.example", "5", False, "refused"),),
    ),
    Returned(
        "SmarterMail",
        "System Administrator <postmaster@acme.example>",
        "Delivery Failure",
        "Could not deliver message to the following recipient(s):\n\nFailed Recipient: eva@acme.example\n"
        "Reason: Remote host said: 550 5.7.1 Message rejected due to spam\n",
        ((EVA, "5", False, "refused"),),
    ),
    Returned(
        "Naver",
        "postmaster@naver.example",
        "[배달 실패] 메일이 반송되었습니다",
        "메일 배달이 실패하였습니다.\n받는사람 : eva@acme.example\n사유: 550 5.1.1 No such user\n",
        GONE,
    ),
    Returned(
        "Yandex",
        "mailer-daemon@yandex.example",
        "Недоставленное сообщение",
        "К сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может\nбыть отправлено одному или "
        "нескольким "
        "адресатам.\n\n<eva@acme.example>: host mx said: 550 5.1.1 No such user!\n",
        GONE,
    ),
    Returned(
        "Spanish",
        "Mail Delivery System <mailer-daemon@mx.example>",
        "Mensaje no entregado",
        "No se ha podido entregar su mensaje al siguiente destinatario:\n\n   eva@acme.example\n\n"
        "Motivo: el usuario no existe\n",
        GONE,
    ),
    Returned(
        "a mailbox that is a role's",
        "MAILER-DAEMON@mx.example",
        "Mail delivery failed",
        "There was an error delivering your mail to <postmaster@acme.example>.\n\nhost acme.example not found\n",
        (("postmaster@acme.example", "5", True, "unknown host"),),
    ),
    Returned(
        "Coremail, in two languages at once",
        "Postmaster@mail.example",
        "系统退信/The email is returned",
        "抱歉，您的邮件被退回来了……/\nSorry, your mail is returned...\n原邮件信息/\nOriginal e-mail message :\n"
        "时间/Time : \t2026-10-20 09:33:59\n主题/Subject : \tVPN\n收件人/To : \teva@acme.example\n退信原因/\n"
        "Bounce reason :\n垃圾邮件，拒绝接收。\nhandle info: acme.example:2001:470:142:3::10:25\n",
        ((EVA, "5", False, "refused"),),
    ),
    Returned(
        "Exchange, traditional Chinese",
        "postmaster@acme.example",
        "未傳遞的主旨: VPN",
        "傳送給下列收件者或群組失敗:\n\neva@acme.example\n找不到您輸入的電子郵件地址。\n",
        GONE,
    ),
    Returned(
        "Apache James, as an answer",
        "post_master@acme.example",
        "Re:VPN",
        "Error: Invalid user address\n\nError message below:\n550 - Requested action not taken: no such user here\n\n"
        "Message details:\n  Subject: VPN\n  MAIL FROM: support@desk.example\n  RCPT TO: eva@acme.example\n",
        GONE,
        return_path=None,
    ),
)
