"""How servers word the reason why they do not take a mail, tried from the top."""

from __future__ import annotations

from maild.mail.phrases import Phrases

_WHO = r"(user|recipient|rcpt|address|addressee|mail ?box|account|alias|name|userid|person|local[- ]part)"

# What speaks of the sender, of spam or of room is said in sentences that also name an unknown user, and not the other
# way round: so these come first.
REASONS: tuple[tuple[str, Phrases], ...] = (
    (
        "network",
        Phrases(
            "en  host not found,? ?try again / try again.{0,40}host not found / hop count / too many hops / mail loop"
        ),
    ),
    (
        "unknown host",
        Phrases("en  account or domain may not exist / host or domain name not found / name or service not known"),
    ),
    (
        "full",
        Phrases(
            "en  too many messages (on|in) the (server|mailbox) / zu ?viele mails auf dem server"
            " / mail ?box (is |has )?exceed"
        ),
    ),
    (
        "refused",
        Phrases(r"""
    sender   sender (address )?(was )?(rejected|verify|denied|refused|unknown|blocked) / verification failed for
             / backscatter
             / sender('s)? (address|domain).{0,120}(does not|doesn't|invalid|not exist|must exist|reject|unknown)
             / (rejected )?mail from (address|domain) / (invalid|null|unroute?able|bogus|no valid) (mail from|sender)
             / \bbatv\b / (sender|from:) domain (is )?(empty|invalid) / returned mail not accepted / third-party dsn
             / (is )?not allowed to send (e?-?mail )?from / sender not pre-approved / [ée]metteur invalide
    choice   blocked by (the )?(recipient|user)\b / only accepting mail from / user reject
             / not accepting any mail / (address|account) is protected by / refuses? to receive mail
    proof    \bspf\b / \bdkim\b / \bdmarc\b / not verified / unauthenticated
             / authentication (is )?(required|checks? failed|information)
    lists    black ?-?list / (block|deny) ?list / \brbl\b / dnsbl / spamhaus / spamcop / barracuda reputation
             / uribl / surbl
    spam     unsolicited / \bube\b / \bspam / junk mail / bulk e?-?mail / phish
    rate     reputation / user complaints / rate.?limit / frequency limit / too (fast|often) / throttl
             / daily (relay )?quota
             / too many (connections|messages|mails|errors|concurrent|sessions) / (sending quota|hourly limit)
    content  \bvirus / malware / infected / trojan / executable / potential security
             / content (was )?(rejected|denied|blocked) / message (was )?not accepted / message (content )?rejected
             / attachment.{0,60}(not allowed|prohibited|blocked|rejected|forbidden) / illegal attachment
             / (do|does|is) not accept(ing)? (mail|messages) (with|containing) (attachments|images) / content filter
             / (banned|prohibited) content / message filtered / blocked by our filter
             / headers? (error|(are|is) not accepted)
    policy   policy (reason|violation|restriction|reject) / denied by policy / security polic / for policy
             / due to.{0,80}policy / restricted / (recipient|email) preferences / organi[sz]ation(al)? (policy|settings)
             / protocol violation / captcha / members-only / non-?member / not (a member|subscribed)
             / closed mailing list
    host     (ptr|reverse dns|rdns|fcrdns)\b / ip name lookup / unverifiable sending / resolve your (ip|host)
             / client host (rejected|\[) / host network not allowed / no access from / invalid ip for sending
             / mismatches client ip / (ip|server|host)( address| at)? \S{7,60} (is |was |has been )?blocked
             / blocked - see
             / resolve your address / dynamic ip / open proxy / unresolvable / (requires|to) confirm
             / smtp server of your isp
             / mail from your ip
    relay    open relay / unable to relay / relay(ing)? (access )?(denied|not|prohibited) / not permitted to relay
             / no relaying / requires authentication / allowed to relay / (insecure|through) (mail )?relay
             / we do not relay / cannot relay / rcpthosts
    form     not rfc ?\d* ?compliant / rfc \d+ (compliant|section) / multiple addresses in from / duplicate header
    rights   you are not allowed to / not authori[sz]ed / not permitted to (send|post) / permission to post
             / moderat
    zh       垃圾邮件 / 垃圾郵件 / 拒绝接收 / 拒收 / 黑名单 / 黑名單
             / only accepts? mail from / not accepting mail from
    """),
    ),
    (
        "full",
        Phrases(r"""
    en       quota / mail ?(box|folder|drop|dir|account)?( \S+)? (is |was )?(currently |temporarily )?(over)?full
             / mailbox size / full mailbox / (inbox|storage) (is )?full / out of storage / too much mail
             / (not|n't have|sufficient) (have )?enough ?(disk |storage )?(space|room|storage) / space not enough
             / space has been used up
             / insufficient (quota|mailbox|disk|space)
             / exceed\w* .{0,30}(storage|mailbox) (limit|size|allocation) / exceeded the local limit
    more     一杯 / 容量 / 空间不足 / [已邮箱]满 / 已滿 / 超过.{0,6}限额
             / переполнен / превышен / pleine?\b / lleno / voll\b
    """),
    ),
    (
        "too large",
        Phrases(r"""
    en       (message|mail|email|size).{0,40}(too (big|large|long)|exceed)
             / exceed\w* .{0,50}(message|mail) ?(size|length)
             / size limit / maximum (\w+ )?(message )?size / too (large|big) / length exceeds / recipsizelimit
    more     邮件过大 / 超过大小 / サイズ
    """),
    ),
    (
        "disabled",
        Phrases(
            r"""
    en       THING\S*( \S+){0,8} (disabled|suspended|locked|inactive|frozen|blocked)
             / THING\S*( \S+){0,8} (deactivated|discontinued)
             / (disabled|suspended|inactive|locked|deactivated) THING / account expired / not been activated
             / is (currently )?(suspended|deactivated) / suspend the service / extended inactivity
             / destinataire archiv
    zh       禁用 / 停用 / 冻结 / 锁定
    """.replace("THING", "(account|mailbox|user|recipient|address|e-?mail)")
        ),
    ),
    (
        "moved",
        Phrases(r"""
    en       no longer (on (this )?server|at this (address|domain)) / has moved / user not local; please try
             / replaced by
             / address (has )?changed / forwarding address
    """),
    ),
    (
        "takes no mail",
        Phrases(r"""
    en       (host|domain|server|system)\S*( \S+){0,6} (do|does)(n't| not) (accept|receive) (e?-?mail|network)
             / (host|domain|server|system)\S*( \S+){0,6} not (accepting|receiving) (e?-?mail|network)
             / null mx / does not accept mail / does not have a final (e-?mail|mail) delivery point
    """),
    ),
    (
        "unknown address",
        Phrases(
            r"""
    en       WHO\S*( \S+){0,5}? (unknown|invalid|unavail?able|not here|non[- ]?existent|unrecogni[sz]ed|isn't valid)
             / WHO\S*( \S+){0,5}? (do(es)? ?n[o']t exist|not (be )?(found|known|recogni[sz]ed|exist|registered))
             / WHO\S*( \S+){0,5}? (does not exist|do[es]{1,2}n't exist|not (be )?(valid|present|listed))
             / (unknown|invalid|no such|non[- ]?existent|unrecogni[sz]ed) (or \S+ )?(KIND )?(WHO|employee)
             / (bad|illegal|undefined)[ _-](or \S+ )?(local )?(final delivery )?(destination )?WHO
             / archived recipient / server rejected recipients / recipients? (was|were) undeliverable
             / invalid final delivery / userunknown / ^[\d .#()-]{0,16}(is )?(does not exist|not found)\W*$
    en       no (mail ?box|user|account|valid recipient|one) (here )?(at|by|with|of|under|named|called)\b
             / no mail ?box (here|found|available) / no valid recipients / missing home directory
             / (is|user|account|address) not (an )?active( (user|account|address|mailbox)|\W*$)
             / not (a )?local (address|recipient|user)\b / recipient (is )?not (local|ok)\b
             / badrcptto / bad ?recipientto / not in my validrcptto / envelope recipient (has been denied|is in my)
             / (address|account|mailbox) no longer accepts / (can't|cannot) accept user / \bno .{0,60}in name directory
             / recipient(not|no)tfound / recipnotfound / adrnotfound
             / (wasn't|was not|couldn't be|not) found (at|by|in|on)
             / (doesn't|does not) have an? \S+ account / that you tried to reach does not exist
             / no such (person|email|mail)
    en       not (listed )?in (the )?(domino|public|address|notes|our)
             / not (our )?(local|a known|a valid) (WHO|customer|email)
             / address is wrong / is wrong or no longer / did not exactly match
             / requested action not taken: mailbox
             / recipient address rejected: (access denied|invalid|unknown|unverified|undeliverable)
             / (name is )?not unique
             / we have no (such|record) / possibly incorrect / no matches to (name)?server / unrouteable address
    fr       inconnue?\b / n'existe pas / destinataire non / introuvable / non (répertorié|référencé)
    de       unbekannt / existiert nicht / nicht im .{0,20}(verzeichnis|adressbuch) / kein (solcher )?(benutzer|empf)
             / empf.nger.{0,20}nicht (gefunden|bekannt|vorhanden)
             / e-mail-adresse konnte nicht gefunden
    es       no existe / desconocid[oa] / inesistente / sconosciut[oa] / n.o existe / desconhecid[oa]
             / nessun utente / non (è )?(elencato|presente) nell
             / no (figura|aparece|est[aá]) en (el|la) (directorio|libreta)
    pl       nie istnieje / nieznany (adresat|odbiorca|użytkownik)
    sv       gick inte att hitta e-post
    ru       не (существует|найден) / не найдено / нет такого / неизвестн
    ja       見つか / 存在しません / リストにありません / 登録されていません / 宛先不明 / 不明な(宛先|ユーザ)
    zh       不存在 / 无此用户 / 没有该用户 / 找不到(收件人|用户|该|您|地址)
             / 用户未找到 / (未列在|未在|不在).{0,12}(目录|通讯录|通訊錄|目錄)
             / 无效(的)?(收件人|地址|邮箱|用户) / 查無此人
    """.replace("KIND", "(local|virtual|e-?mail)").replace("WHO", _WHO)
        ),
    ),
    (
        "unknown host",
        Phrases(r"""
    en       (host|domain|hostname|mx|address)( \S+){0,5}? (is |was )?(unknown|not (be )?found|(not|n't) exist)
             / (unknown|no such|bad destination|illegal|invalid|unroute?able|nonexistent) (mail )?(host|domain)
             / nxdomain
             / no (mx|a|dns) (or a )?records? / domain.{0,60}not (appear to be )?registered
             / name or service not known
             / couldn't (be found|find any host) / non-?existent domain / domain is not reachable
             / no valid (mx|hosts?)
             / domain (couldn't be|could not be) (found|resolved) / domain must exist
             / illegal host/domain
    more     域名不存在 / 找不到.{0,6}域名 / ドメイン
    """),
    ),
    (
        "expired",
        Phrases(r"""
    en       expired / timed? ?out / timeout / too long / giving up\.?$ / not (be )?delivered (with)?in / retry time
             / multiple retries / queue (too|period|life) / delivery attempts / failed \d+ attempts
             / for a long time / giving up on
             / not responding / did not respond / not been collected / could not deliver for
             / cannot send message for
             / deferred
    zh       延迟 / 超时
    """),
    ),
    (
        "network",
        Phrases(r"""
    en       connection (refused|reset|dropped|was dropped|failed|lost) / can ?('t|not) connect / unable to connect
             / could not connect / host (is )?unreachable / resolve route / dns records.{0,60}(not be found|not found)
             / establish an smtp / network (is )?unreachable / no route / loop
             / name server
             / lookup failure / did not accept our requests / initiate smtp / socket error / unavailable or busy
             / routing / could not find a gateway
    """),
    ),
    (
        "system",
        Phrases(r"""
    en       (system|internal|local|configuration|server) error / misconfigured / interrupted system call
             / local problem
             / (queue file )?write error / error while being processed / could not load / command (died|output)
             / mailer error / resources
             / temporary (failure|error)
             / try (again )?later / service (currently |temporarily )?(unavailable|refused|not available)
             / transaction failed / can't (create|open)
    """),
    ),
)
