"""How telephones and mail programs sign what people write on them: "Sent from my iPhone", in many languages."""

from __future__ import annotations

import re

from maild.mail.body.words import pattern, phrases

_FOR = (
    r"(?=(?:outlook|bluemail|typeapp|aqua mail|yahoo mail|proton mail|spark|edison mail|aol mail|gmail)"
    r" (?:for|on|pro|pre|per|pour|para|für|för|til|voor|dla|для|pentru|android|ios)\w*\b)"
)

_STARTED = re.compile(
    r"(?:{})\s?(?P<what>.+)$".format(
        pattern(rf"""
            en  (?:message |e-?mail )?(?:sent|typed|written|composed)(?: wirelessly)? (?:from|via|with|using|by|on)
            en  from my|from mobile|sent on the new|\w+ from (?=mobile)|(?:get|download|try|check out) {_FOR}
            de  gesendet (?:von|mit|über|aus|per)|diese (?:nachricht|e-mail) wurde von
            de  (?:holen sie sich|hol dir|laden sie) {_FOR}
            fr  envoyé (?:sans fil )?(?:par mon|depuis|de|à partir de|à partir d'|avec|via)
            fr  (?:obtenir|obtenez|télécharge[rz]) {_FOR}
            es  enviado (?:desde|do|da|de|a partir d[eo]|con|com|pelo|via)
            es  (?:obtener|obtenga|descargar|obter|obtenha|baixar) (?:o )?{_FOR}
            it  inviato (?:da|dal|dall'|con|tramite)|(?:ottieni|scarica) {_FOR}
            nl  (?:verstuurd|verzonden) (?:vanaf|met|via|vanuit|van)|(?:haal|krijg) {_FOR}
            sv  (?:skickat|sänt|sendt) (?:från|fra|med|via)|från min|fra min
            sv  (?:hämta|hent|skaff deg|få|last ned) {_FOR}
            fi  lähetetty|hanki {_FOR}
            pl  wysłan[eo] (?:z|za pomocą)|pobierz (?:aplikację )?{_FOR}
            cs  (?:odesláno|odoslané|poslano) (?:z|ze|zo|s|iz|pomocí)
            cs  získ(?:at|ejte|ajte) (?:aplikaci |aplikáciu )?{_FOR}
            hu  (?:el)?küldve
            ro  trimis (?:de pe|din|cu)|obțineți {_FOR}
            ca  enviat des del?
            ru  (?:отправлено|надіслано|надіслана|изпратено) (?:с|из|з|із|от|со|через)
            ru  (?:скачать|получить|получите|отримати|завантажити) {_FOR}
            el  (?:στάλθηκε|εστάλη) από
            et  (?:saadetud|nosūtīts|išsiųsta) (?:minu|no|iš)
            ar  (?:مرسل|مُرسل|أُرسلت|أرسلت|تم الإرسال) من
            he  (?:נשלח|נשלחה) (?=מ)
            vi  (?:đã )?gửi từ
            id  dikirim dari
            th  ส่งจาก
        """)
    )
)
_ENDED = re.compile(
    r"(?P<what>.{{2,60}}?)\s?(?:{})$".format(
        pattern(r"""
            de  gesendet|für (?:ios|android) beziehen
            nl  voor (?:ios|android) downloaden
            hu  küldve
            tr  gönderildi|edinin
            ja  (?:から|より)送信(?:されました|しました)?|を(?:入手(?:する)?|ダウンロード)
            ko  에서 ?보(?:냄|냈습니다)|(?:다운로드|다운받기|받기)
        """)
    )
)
_ENGLISH = re.compile(
    r"get|download|try|check|(?:message |e-?mail )?(?:sent|typed|written|composed)|from my|from mobile|\w+ from mobile"
)
_LOOSE = re.compile(
    r"sent from my(?! old| other| private| new| work| wrong)(?: [^\s,;:.!?]+){1,3}[.!]?$"
    r"|(?:发自|發自)我的[^\s，。,、；;：:？?！!的了都吗不]{1,12}$"
)


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


_BRANDS = _words("""
    iphone ipad ipod imac macbook mac blackberry android galaxy samsung huawei xiaomi redmi oneplus oppo vivo nokia htc
    motorola outlook windows yahoo gmail proton protonmail zoho hotmail aol gmx superhuman airmail mailbox bluemail
    thunderbird k-9 fastmail tutanota polymail aquamail typeapp edison verizon t-mobile sprint at&t att ios foxmail
    bell rogers telus vodafone orange telcel telstra optus movistar o2
    mymail wps alibaba tuta xfinity hushmail telekom boxer workspace
    libero mailspring emclient webmail roundcube sparrow acompli ti-85 web.de mail.ru treo pixel zimbra
    alimail dingtalk wecom qq chromebook яндекс яндекса 삼성 네이버 다음
""")
_SHY_BRANDS = _words("front hey spark nine alto newton moto lg sony palm mail canary missive shortwave surface kindle")
"""Names that are also words: they count only as the whole of what a mail was sent from, or beside another device."""
_THINGS = _words("""
    phone smartphone mobile cell cellphone tablet device wireless handheld telephone laptop computer pc gsm
    handy mobiltelefon telefon mobilgerät gerät androidgerät android-gerät android-mobiltelefon
    téléphone portable tablette appareil móvil celular teléfono telemóvel dispositivo telefone telefono cellulare
    telefoon mobiel mobil puhelimesta telefonu telefónu
    mobilu telefónem телефона телефону смартфона смартфону планшета мобильной мобильного мобильному устройства
    메일 앱 스마트폰 휴대폰 아이폰 갤럭시 スマートフォン 携帯電話 携帯
""")
_FILLERS = _words("""
    google client microsoft inbox hub hub+ connect all one from
    my a an the for on with using via by of in at and or mobile app mail e-mail email client secure lte 4g 5g 4glte
    network pro max plus mini ultra se air note edge fold flip lite x xr xs s os version powered new old personal work
    business company
    mobilen gesendet von nachricht mein meinem meiner meinen unterwegs aus der dem für mit über
    mon ma un une mes pour sur mi mis una para por el la los las del desde do da meu minha o os no na mio mia il lo per
    dal dalla mijn een het voor op de min mitt en ett den det för til fra från med
    mojego moim mojej z ze za aplikacji systemu dla mého mojho můj mog mojega moj iz az egy pe ul mea lui
    моего моей моя моят мой мій із системы системи почты почтой почта сервисом приложения correo posta
    tôi của saya minu mana mano iš teu 내 나의 用
""")
_MODEL = re.compile(r"(?:[a-z]{0,3}\d{1,4}[a-z+]{0,4}|[ivx]{1,4}|\d+(?:\.\d+)*|[a-z]'?s?)$")
_BOASTS = phrases("""
    en  yahoo mail: search, organize, conquer | sent from yahoo mail: search, organize, conquer
    en  sent from my mobile | sent from em client | sent on the go | sent on the move
    de  gesendet von unterwegs | von unterwegs gesendet | mobil gesendet | gesendet mit der mobilen mail app
    fi  lähetetty windows 10:n sähköpostista
""")
"""Whole lines that name no device."""
_BENT_BRANDS = ("iphon", "ipad", "android", "outlook", "blackberry", "galaxy", "yahoo", "windows", "яндекс")
"""Stems of brands that languages bend: iPhonesta, iPhonu, iPhone'umdan, מה-iPhone."""

_EXCUSE = re.compile(
    r"\W*(?:$|http|www\.|get the app|enjoy |(?:with|mit|avec|con) |brevity|typos"
    r"|(?:please |pls |kindly )?(?:excuse|pardon|forgive|ignore|sorry|apolog)"
    r"|(?:bitte )?(?:entschuldig|verzeih)|(?:veuillez |merci d')?excuser|disculp|perdon|scusa|desculp)"
)
_WORD = re.compile(r"[^\s()<>\[\],;:!?\"|]+")
_LINK = re.compile(r"www\.\S+|\(https?:[^)\s]*\)?|<https?:[^>\s]*>?|https?:\S+|[\[\]]")
_BREAK = re.compile(r"[.!](?:\s|$)|[,;!?:]|\s[-–—]\s")

_ZH_TOOL = (
    "(?:手机|手機|平板|电脑|電腦|邮箱大师|企业邮箱|企業郵箱|免费邮|邮箱|郵箱|電子信箱|电子信箱|信箱|电子邮件|电子邮箱|邮件|郵件|電郵|客户端|用戶端|用户端"
    "|应用程序|应用|設備|设备|畅享|畅玩|畅想|青春版|極速版|极速版|安卓|苹果|华为|華為|荣耀|小米|红米|三星|魅族|一加|中兴|联想|企业微信|微信|钉钉|飞书"
    "|网易|新浪|搜狐|腾讯|阿里|阿里云|移动|专属|商务|奇摩|智能|智慧型|适用于|大师|版|的|与|和|上|用)"
)
_ZH_WHAT = rf"(?:{_ZH_TOOL}|[\x21-\x7e ]){{1,40}}"
_ZH_NAMED = (
    "(?=.{0,30}(?:[a-z]{2}|手机|手機|平板|邮箱|郵箱|信箱|客户端|微信|钉钉|飞书|电脑|電腦|大师|安卓|华为|華為|荣耀|小米|红米"
    "|三星|魅族|一加|中兴|联想|免费邮))"
)
_CHINESE = re.compile(
    r"(?:{})$".format(
        pattern(rf"""
            zh  (?:发自|發自|寄自|傳送自|发送自|發送自|传自|傳自)\s?(?:我的|我)?\s?{_ZH_NAMED}{_ZH_WHAT}
            zh  (?:来自|來自)\s?(?:我的\s?)?(?=.{{0,16}}(?:手机|手機|iphone|ipad|android|邮箱|客户端|平板|outlook|foxmail|企业微信|钉钉|飞书))(?!邮箱|的){_ZH_WHAT}
            zh  (?:(?:从|從|由|使用|用|通过|通過)\s?(?:我的\s?|(?=.{{0,30}}(?:[a-z]{{2}}|大师|邮箱|客户端|企业微信|钉钉|飞书)))){_ZH_NAMED}{_ZH_WHAT}(?:发送|發送|傳送|传送|寄出|发出|發出|发来)(?:的邮件|的郵件)?
            zh  (?:获取|獲取|取得|下载|下載|安装)\s?(?:适用于\s?)?(?:ios|android|windows|mac)\s?版\s?(?:的\s?)?outlook
            zh  (?:获取|獲取|取得|下载|下載|安装)\s?(?:适用于|適用於)\s?(?:ios|android|windows|mac)\s?的?\s?outlook
            zh  (?:获取|獲取|取得|下载|下載|安装)\s?outlook\s?(?:for|版)\s?(?:ios|android|windows|mac)?
            zh  签名由\s?.{{0,16}}定制|(?:本|此)(?:邮件|郵件)由\s?.{{0,16}}(?:客户端|手机|iphone|android|邮箱).{{0,6}}(?:发送|發送|发出)
        """)  # noqa: E501
    )
)
"""发自我的iPhone, 从我的 iPhone 发送, 来自我的手机, 获取 Outlook for iOS, 签名由 网易邮箱大师 定制."""


def is_device_line(bare: str) -> bool:
    """Tell whether the line is a device's or a program's own advertisement and nothing that a person says."""
    if not (6 if bare.isascii() else 4) <= len(bare) <= 160:
        return False
    text = _LINK.sub("", bare) if "http" in bare or "[" in bare or "www." in bare else bare
    text = text.strip("()<>*_ .!。！\"|【】（）").lower().replace("®", "").replace("™", "").replace("yahoo!", "yahoo")
    if text in _BOASTS:
        return True
    if not text.isascii() and _CHINESE.match(text):
        return True
    found = _STARTED.match(text)
    if found is None:
        found = _ENDED.match(text)
        return found is not None and _names_device(found["what"], False)
    return _names_device(found["what"], _ENGLISH.match(text) is not None)


def is_loose_device_line(bare: str) -> bool:
    """Tell the same of a thing that is no known device ("Sent from my rocking chair"); only for the very last line."""
    return len(bare) <= 100 and _LOOSE.match(bare.lower()) is not None


def _names_device(what: str, strict: bool) -> bool:
    """Tell whether `what` is made of the words of devices; with `strict`, of no other word at all."""
    broken = _BREAK.search(what)
    clause = what[: broken.start()] if broken else what
    if broken and not _EXCUSE.match(what[broken.start() :]):
        # "Sent from my Verizon, Samsung Galaxy smartphone" is a device; a list with an "and" is a person's.
        if what[broken.start()] != "," or " and " in what:
            return False
        clause, strict = what, True
    words = [part for word in _WORD.findall(clause) for part in _parts(word.strip("'.*_"))]
    if not 1 <= len(words) <= 12:
        return False
    branded = any(_is_brand(word) for word in words)
    if not branded and not any(word in _THINGS for word in words):
        return len(words) <= 3 and words[0] in _SHY_BRANDS and all(w in _SHY_BRANDS or w in _FILLERS for w in words)
    if strict or not branded:
        return all(_is_known(word) for word in words)
    return len(words) <= 9


def _parts(word: str) -> list[str]:
    """Take a compound apart that is no known word itself: Huawei-Mobiltelefon."""
    return word.split("-") if "-" in word[1:-1] and not _is_known(word) else [word]


def _is_known(word: str) -> bool:
    if word in _THINGS or word in _FILLERS or word in _SHY_BRANDS or _is_brand(word):
        return True
    return _MODEL.match(word) is not None


def _is_brand(word: str) -> bool:
    return word in _BRANDS or any(stem in word for stem in _BENT_BRANDS)
