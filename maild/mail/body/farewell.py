"""How people take leave at the end of a mail, in many languages."""

from __future__ import annotations

import re
import unicodedata

from maild.mail.body.words import pattern, phrases

_FORMULAS = phrases("""
    en  best | all the best | best wishes | with best wishes | warmest wishes | kind wishes | good wishes | cheers
    en  sincerely | yours sincerely | sincerely yours | yours truly | yours faithfully | very truly yours | yours
    en  respectfully | respectfully yours | cordially | warmly | br | b.r | kr | take care | faithfully | with thanks
    en  with appreciation | with gratitude | with respect
    de  mfg | vg | lg | bg | hochachtungsvoll | mit besten empfehlungen | die besten wünsche | beste wünsche
    fr  cdlt | cdt | bien à vous | bien à toi | amicalement | sincèrement | bien sincèrement | respectueusement
    fr  bonne journée | bonne soirée | bonne réception | excellente journée | belle journée | bonne fin de journée
    fr  à bientôt
    es  atentamente | atte | cordialmente | un abrazo | abrazos | mis mejores deseos | salu2
    es  un saludo | un cordial saludo | cordial saludo | reciba un cordial saludo
    it  cordiali saluti | distinti saluti | saluti | un saluto | un cordiale saluto | cari saluti | saluti cordiali
    it  i migliori saluti | buona giornata | un caro saluto | cordialità
    pt  atenciosamente | att | cumprimentos | com os melhores cumprimentos | melhores cumprimentos | abraço | abraços
    pt  um abraço | grande abraço | saudações | respeitosamente | abs | sds | com cumprimentos
    nl  met vriendelijke groet | met vriendelijke groeten | vriendelijke groet | vriendelijke groeten | groet
    nl  met hartelijke groet | hartelijke groet | hartelijke groeten | groeten | groetjes | mvg | met groet
    nl  hoogachtend | m.vr.gr | beste groeten | met beste groeten
    pl  z poważaniem | z powazaniem | pozdrawiam | pozdrawiam serdecznie | serdecznie pozdrawiam | pozdrawiamy
    pl  serdeczne pozdrowienia | pozdrowienia | pozdr | łączę pozdrowienia | z wyrazami szacunku
    da  med venlig hilsen | med venlige hilsner | venlig hilsen | venlige hilsner | hilsen | hilsner | mvh | m.v.h
    da  dbh | bedste hilsner | de bedste hilsner | bedste hilsen | kh | vh | kærlig hilsen | knus | mange hilsner
    nb  med vennlig hilsen | vennlig hilsen | med vennlige hilsener | beste hilsen | vennlige hilsener
    sv  med vänliga hälsningar | med vänlig hälsning | vänliga hälsningar | vänlig hälsning | hälsningar | hälsning
    sv  bästa hälsningar | hälsar | varma hälsningar | med bästa hälsningar | vänligen
    fi  ystävällisin terveisin | terveisin | parhain terveisin | terveisiä | terv | ystävällisesti
    cs  s pozdravem | s přátelským pozdravem | s úctou | hezký den | zdravím | s přáním hezkého dne | s pozdravy
    sk  s pozdravom | s priateľským pozdravom | s prianím pekného dňa | s pozdravmi
    hu  üdvözlettel | üdv | tisztelettel | szívélyes üdvözlettel | baráti üdvözlettel | köszönettel
    ro  cu stimă | cu stima | cu respect | toate cele bune | cele bune | cu drag | numai bine | o zi bună
    ru  с уважением | с наилучшими пожеланиями | всего доброго | всего наилучшего | с приветом | искренне ваш
    ru  с почтением | искренне
    uk  з повагою | з найкращими побажаннями | щиро | всього найкращого
    bg  с уважение | поздрави | с поздрав | поздрав | с поздрави
    el  με εκτίμηση | φιλικά | με φιλικούς χαιρετισμούς | χαιρετισμούς
    tr  saygılarımla | saygılarımızla | iyi çalışmalar | iyi günler | selamlar | en iyi dileklerimle | sevgiler
    hr  s poštovanjem | srdačan pozdrav | srdačno | lijep pozdrav | pozdrav | puno pozdrava
    sl  lep pozdrav | s spoštovanjem | lp
    et  lugupidamisega | parimate soovidega | tervitades | heade soovidega
    lv  ar cieņu | ar sveicieniem
    lt  pagarbiai | su pagarba | geriausi linkėjimai
    ca  atentament | cordialment | salutacions | salutacions cordials | una salutació
    id  hormat saya | hormat kami | salam | salam hormat | salam hangat
    vi  trân trọng | thân mến | kính thư | trân trọng kính chào | thân ái
    th  ขอแสดงความนับถือ | ด้วยความเคารพ
    he  בברכה | בברכה רבה | בכבוד רב
    ar  مع تحياتي | تحياتي | مع أطيب التحيات | وتفضلوا بقبول فائق الاحترام | مع خالص التحيات
    fa  با احترام
    ja  敬具 | 草々 | かしこ
    ko  올림 | 드림 | 배상
""")



def without_accents(word: str) -> str:
    """Give a word in the letters of a plain keyboard."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)).replace("ß", "ss")


_SHAPES = re.compile(
    r"(?:{})$".format(
        pattern(r"""
            en  (?:[\w'.+]+[ ,&/+]+){0,5}(?:regards|greetings|rgds)(?: from [\w ]{1,30})?
            de  (?:\w+ ){0,4}(?:grüßen?|grüssen?|gruessen?|gruß|gruss)(?: (?:aus|von|vom|und) [\w ]{1,40})?
            fr  (?:[\wèéà]+ ){0,4}cordialement
            fr  (?:[\w']+ ){0,6}salutations(?: les meilleures| distinguées| cordiales)?
            fr  veuillez (?:agréer|recevoir)[^.]{0,120}
            fr  je vous prie d'agréer[^.]{0,120}
            es  (?:[\wáéíóú]+ ){0,3}saludos(?: cordiales| atentos)?
            ko  [가-힣]{2,5} ?(?:올림|드림|배상)
        """)
    )
)
_STEMS = (
    "regard", "rgds", "greeting", "gr", "cordialement", "salutation", "saludo", "veuillez", "agréer", "드림", "올림",
    "배상",
)  # fmt: skip
"""Every one of _SHAPES has one of these in it; cheap to look for."""

_CHINESE = phrases("""
    zh  此致 | 敬礼 | 敬禮 | 此致敬礼 | 此致敬禮 | 祝好 | 祝安 | 顺祝商祺 | 順祝商祺 | 顺颂商祺 | 順頌商祺
    zh  祝商祺 | 商祺 | 敬祝商祺 | 谨祝商祺 | 顺颂时祺 | 順頌時祺 | 即颂近安 | 顺颂台祺
    zh  顺祝 | 敬颂 | 敬祝 | 敬上 | 谨上 | 謹上
    zh  顺致敬意 | 致敬 | 祝顺利 | 祝工作顺利 | 祝您工作顺利 | 祝您生活愉快
    zh  致 | 礼 | 禮 | 致礼 | 致禮 | 祝一切顺利 | 祝商安 | 顺祝商安 | 祝近安 | 敬请台安 | 即颂时绥
""")
_CHINESE_SHAPE = re.compile(
    "(?:顺|順|敬|谨|謹|恭|即|并|並|此)?(?:颂|頌|祝|请|請|致)?(?:商|时|時|台|近|文|公|教|春|夏|秋|冬|编|編|研|学|學|筹|籌|勋|勳|钧|鈞|财|財)"
    "(?:祺|安|绥|綏|禧)$"
    "|(?:敬)?祝(?:您|你|大家|各位|贵司|貴司)?[^。？?]{0,14}(?:顺利|順利|愉快|健康|安康|顺遂|順遂|顺心|順心|吉祥|快乐|快樂)$"
)
_ABBREVIATED = phrases("""
    de  mfg | vg | gruß | grüße | gruss | grüsse
    en  regards | rgds | br | kr
    sv  mvh | hälsningar | hilsen | kh | vh | dbh
    xx  cordialement | cdlt | cdt | saludos | atte | saluti | groet | groeten | groetjes | mvg | terveisin | terv
    pl  pozdrawiam | pozdr | üdv | abs | att | pozdrav | lp
""")
"""Single words before which or behind which nobody writes anything but a name."""
_MARKS = " ,.!;:…。，！；*_~-–—/"
_SMILEY = re.compile("[\u2600-\u27bf\ufe0f\U0001f300-\U0001faff]+|[:;]-?[)d]")
_TYPED = _FORMULAS | set(map(without_accents, _FORMULAS))
"""The formulas, also as people type them without accents."""


def is_valediction(bare: str) -> bool:
    """Tell whether the line is nothing but a formula of leave-taking."""
    key = bare.strip(_MARKS).lower()
    if key in _TYPED:
        return True
    if "/" in key:
        return all(is_valediction(part) for part in key.split("/"))
    if key.endswith((")", "d")) or not key.isascii():
        key = _SMILEY.sub("", key).strip(_MARKS)
        if key in _TYPED:
            return True
    if any(stem in key for stem in _STEMS) and _SHAPES.match(key):
        return True
    return is_chinese_valediction(bare)


def is_chinese_valediction(bare: str) -> bool:
    """Tell whether the line closes a Chinese letter; such formulas count only above a name."""
    key = bare.strip(_MARKS)
    if key.isascii() or len(key) > 24:
        return False
    key = key.replace(" ", "")
    return key in _CHINESE or _CHINESE_SHAPE.match(key) is not None


def split_signed_valediction(bare: str) -> str:
    """Give what stands behind a formula of leave-taking in the same line ("Regards, Jo Miller"), "" where none does."""
    head, comma, name = bare.partition(",")
    if comma and is_valediction(head):
        return name.strip(_MARKS)
    words = bare.split()
    for size in (1, 2, 3):
        head = " ".join(words[:-size])
        if head and (size < len(words) - 1 or head.strip(_MARKS).lower() in _ABBREVIATED) and is_valediction(head):
            name = " ".join(words[-size:]).strip(_MARKS)
            return "" if "," in name else name
    return ""
