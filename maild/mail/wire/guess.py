"""Guesses the charset of text that is not UTF-8 and has no label one could believe; Chinese first."""

from __future__ import annotations

import re

_SAMPLE = 1024
_FEW = 4
"""Characters of a subject or a name, too few to be measured by frequency: then Chinese comes first."""
_PAIRS = re.compile(rb"[\x81-\xfe][\x30-\x39\x40-\x7e\x80-\xfe]")
_MIXED = re.compile(rb"[A-Za-z][\xc0-\xff]|[\xc0-\xff][A-Za-z]")
"""Latin and other letters side by side, as in French and never in Russian."""
_RUSSIAN = frozenset("оеаинтсрвлкмдпу")
_CP1251_HUMP = re.compile(rb"[\xe0-\xff][\xc0-\xdf]")
_KOI8_HUMP = re.compile(rb"[\xc0-\xdf][\xe0-\xff]")
"""A capital letter behind a small one, as in no Russian word."""
_RUNS = re.compile(rb"[\x80-\xff]+")
# Characters of which ordinary writing is full, in the two scripts of Chinese.
_SIMPLIFIED = frozenset(
    "的一是不了人我在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能"
    "好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长您请谢收到问题回复邮件电脑打印机"
    "网络密码账号登录系统无法需要帮助部门公司客户使用安装软件更新申请通知关于测试附件信息联系订单退信"
    "鼠标键盘显示屏幕蓝重启权限假报销采购合同发票会议室投影仪服务器箱故障修断卡李张刘陈杨赵周吴"
)
_TRADITIONAL = frozenset(
    "的一是不了人我在有他這中大來上個國到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後小麼心多天而能"
    "好都然沒日於起還發成事只作當想看文無開手用主行方又如前所本見經頭面公同三已老從動兩長您請謝收到問題回覆郵件電腦印表機"
    "網路密碼帳號登入系統無法需要幫助部門公司客戶使用安裝軟體更新申請通知關於測試附件資訊聯絡訂單"
    "滑鼠鍵盤顯示螢幕藍重啟權限假報銷採購合約發票會議室投影機伺服器箱故障修斷當李張劉陳楊趙周吳"
)


def guess(data: bytes, *, labelled_latin: bool = False) -> str:
    """Name the likeliest codec; "cp1252" where nothing speaks for another one.

    A label that says Latin 1 is believed unless a good deal of text is plainly something else.
    """
    sample = _sample(data)
    runs = _RUNS.findall(sample)
    high = sum(len(run) for run in runs)
    pairs = _PAIRS.findall(sample)
    if high < 2 or not pairs or 2 * len(_MIXED.findall(sample)) > 3 * len(runs):
        return "cp1252"
    best, score = "cp1252", 0.6
    for codec, judge in (("gb18030", _gb), ("cp950", _big5), ("cp949", _korean), ("euc_jp", _euc_jp), ("cp932", _sjis)):
        if not _decodes(sample, codec):
            continue
        found = judge(sample, pairs, codec)
        if found > score:
            best, score = codec, found
    if labelled_latin:
        return best if score >= 0.9 and len(pairs) > 2 and _even_runs(sample) > 0.9 else "cp1252"
    if score >= 0.9 or (best == "gb18030" and len(pairs) <= _FEW and score >= 0.8 and _even_runs(sample) == 1):
        # Russian in small letters fills a quarter of the rows; Chinese that does so by chance is seldom rare, too.
        rare = best == "gb18030" and 2 < len(pairs) <= _FEW and _one_case(sample) and score <= 0.8
        return (_cyrillic(sample, high) if rare else "") or best
    return _cyrillic(sample, high) or (best if best != "cp1252" else _rare_chinese(sample, pairs)) or "cp1252"


def is_common_gbk(data: bytes) -> bool:
    """Tell whether all letters are everyday Chinese in GBK; some such, 谢谢, are by chance valid UTF-8 as well."""
    try:
        letters = [char for char in data.decode("gb18030") if char > "\x7f"]
    except UnicodeDecodeError:
        return False
    return len(letters) > 1 and all(char in _SIMPLIFIED for char in letters)


def _sample(data: bytes) -> bytes:
    """Cut a piece that starts just before the first byte over 127."""
    first = _RUNS.search(data)
    start = first.start() if first else 0
    return data[start : start + _SAMPLE]


def _decodes(sample: bytes, codec: str) -> bool:
    """Tell whether the sample is sound in this codec, but for its very end, where it may have been cut."""
    try:
        sample.decode(codec)
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 4 > 0 and len(sample) == _SAMPLE
    return True


def _even_runs(sample: bytes) -> float:
    runs = _RUNS.findall(sample)
    return sum(len(run) % 2 == 0 for run in runs) / len(runs)


def _one_case(sample: bytes) -> bool:
    """Tell whether all letters lie where KOI8-R, or where Windows-1251, has its small ones."""
    letters = b"".join(_RUNS.findall(sample))
    return all(0xC0 <= byte <= 0xDF for byte in letters) or all(byte >= 0xE0 for byte in letters)


def _gb(sample: bytes, pairs: list[bytes], codec: str) -> float:
    """Judge by GB 2312's rows 16 to 55, sorted by frequency of use, and its punctuation."""
    usual = sum((0xB0 <= p[0] <= 0xD7 or 0xA1 <= p[0] <= 0xA3) and p[1] >= 0xA1 for p in pairs)
    return usual / len(pairs) * 0.8 + _common(sample, codec, _SIMPLIFIED) * 0.4


def _big5(sample: bytes, pairs: list[bytes], codec: str) -> float:
    usual = sum(0xA1 <= p[0] <= 0xC6 and (p[1] <= 0x7E or p[1] >= 0xA1) for p in pairs)
    return usual / len(pairs) * 0.8 + _common(sample, codec, _TRADITIONAL) * 0.4 - 0.02


def _common(sample: bytes, codec: str, common: frozenset[str]) -> float:
    letters = [char for char in sample.decode(codec, "ignore") if char > "\u2fff"]
    return sum(char in common for char in letters) / len(letters) if letters else 0.0


def _korean(sample: bytes, pairs: list[bytes], codec: str) -> float:
    """Judge by the hangul rows; a few syllables could as well be Chinese, so ask for several."""
    hangul = sum(0xB0 <= p[0] <= 0xC8 and p[1] >= 0xA1 for p in pairs) / len(pairs)
    return hangul * 1.05 if len(pairs) >= 5 and hangul > 0.85 and _even_runs(sample) > 0.8 else 0.0


def _euc_jp(sample: bytes, pairs: list[bytes], codec: str) -> float:
    kana = sum(p[0] in (0xA4, 0xA5) for p in pairs) / len(pairs)
    usual = sum((0xB0 <= p[0] <= 0xCF or 0xA1 <= p[0] <= 0xA5) and p[1] >= 0xA1 for p in pairs) / len(pairs)
    return usual * 1.1 if kana > 0.2 else 0.0


def _sjis(sample: bytes, pairs: list[bytes], codec: str) -> float:
    text = [char for char in sample.decode(codec, "ignore") if char > "\x7f"]
    kana = sum("\u3041" <= char <= "\u30ff" for char in text) / max(1, len(text))
    kanji = sum("\u4e00" <= char <= "\u9fff" or "\u3000" <= char <= "\u303f" for char in text) / max(1, len(text))
    return (kana + kanji) * 1.1 if kana > 0.2 else 0.0


def _cyrillic(sample: bytes, high: int) -> str:
    """Tell Windows-1251 from KOI8-R by which makes usual letters; "" where the text is not mostly Cyrillic."""
    letters = sum(byte >= 0xC0 for byte in sample)
    latin = sum(0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A for byte in sample)
    if letters < 4 or letters < 0.85 * high or latin > letters:
        return ""
    if len(_MIXED.findall(sample)) * 10 > letters:
        return ""
    codec = max("cp1251", "koi8_r", key=lambda codec: _usual_russian(sample.decode(codec, "replace")))
    humps = _CP1251_HUMP if codec == "cp1251" else _KOI8_HUMP
    return "" if len(humps.findall(sample)) > letters // 8 else codec


def _usual_russian(text: str) -> float:
    small = sum(letter in _RUSSIAN for letter in text)
    return small * 0.1 + sum(letter in _RUSSIAN for letter in text.lower()) * 0.9


def _rare_chinese(sample: bytes, pairs: list[bytes]) -> str:
    """Tell a Chinese name of rare characters from Latin text, which never has four letters with accents in a row."""
    runs = _RUNS.findall(sample)
    if max(map(len, runs)) < 4 or _even_runs(sample) < 1 or _MIXED.search(sample) or not _decodes(sample, "gb18030"):
        return ""
    return "gb18030" if all(0xB0 <= pair[0] <= 0xF7 and pair[1] >= 0xA1 for pair in pairs) else ""
