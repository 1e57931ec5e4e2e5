"""Text is read in the charset that was meant, whatever the label says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.limits import Defects
from maild.mail.wire.charset import codec_for, decode

ZH = "您好，我的电脑无法登录，请帮忙处理一下，谢谢。"
TW = "您好，我的電腦無法登入，請幫忙處理一下，謝謝。"
JA = "こんにちは、プリンターが壊れました。よろしくお願いします。"
KO = "안녕하세요, 프린터가 고장났습니다. 감사합니다."
RU = "Здравствуйте, у меня не работает принтер. Помогите пожалуйста."
DE = "Grüße aus München, größere Störung für Öl und Äpfel"


@pytest.mark.parametrize(
    "label", ["gb2312", "GBK", "x-gbk", "GB_2312-80", "gb18030", "utf-8", "us-ascii", "", "klingon"]
)
@pytest.mark.parametrize(
    "text", [ZH, "打印机坏了", "你好", "退信", "张三", "财务部", "网络故障 urgent", "附件：合同.pdf"]
)
def test_gbk_is_read_under_every_label_it_comes_with(text, label):
    assert decode(text.encode("gbk"), label) == text


WORDS = "打印 网络 密码 邮箱 账号 服务器 无法 电脑 软件 权限 请假 报修 断网 卡顿 蓝屏 重启 合同 谢谢 收到 李雷 刘洋"
WORDS_TW = "列印 網路 密碼 信箱 帳號 伺服器 電腦 軟體 權限 請假 報修 螢幕 滑鼠 謝謝 收到 陳小姐 林先生"


@pytest.mark.parametrize(("words", "codec"), [(WORDS, "gbk"), (WORDS_TW, "big5")])
def test_a_subject_of_one_word_is_read_without_a_label(words, codec):
    assert [decode(word.encode(codec)) for word in words.split()] == words.split()


@pytest.mark.parametrize("name", ["瞿秋白", "佟丽娅", "谭咏麟", "蔺相如", "汪曾祺", "徐峥"])
def test_a_chinese_name_of_rare_characters_is_read_without_a_label(name):
    assert decode(name.encode("gbk")) == name


@pytest.mark.parametrize("text", ["тест тест", "привет", "Иванов Иван", "ПРИНТЕР НЕ РАБОТАЕТ", "Счёт оплачен"])
@pytest.mark.parametrize("codec", ["koi8-r", "cp1251"])
def test_a_russian_subject_of_a_few_words_is_read_without_a_label(text, codec):
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize(
    "text", ["Crème brûlée à la carte", "Ærø Øst Ål", "ÖSTERREICH GRÖßE", "Año señor ¿qué?", "°C ±5 µm"]
)
@pytest.mark.parametrize("label", ["", "us-ascii", "utf-8", "iso-8859-1"])
def test_western_text_is_never_taken_for_another(text, label):
    assert decode(text.encode("cp1252"), label) == text
    assert decode(text.encode(), label) == text


def test_gbk_under_the_label_latin_1_is_seen_through_where_there_is_enough_of_it():
    assert decode(ZH.encode("gbk"), "iso-8859-1") == ZH
    assert decode("打印机坏了".encode("gbk"), "iso-8859-1") == "打印机坏了"


@pytest.mark.parametrize("label", ["gb2312", "gbk", "big5", "us-ascii", "iso-8859-1", "windows-1252", "", "klingon"])
@pytest.mark.parametrize("text", [ZH, TW, "你好", RU, "打印 PC-12"])
def test_utf_8_is_read_under_every_label_it_comes_with(text, label):
    assert decode(text.encode(), label) == text


@pytest.mark.parametrize("label", ["big5", "cp950", "big5-hkscs", "", "utf-8", "us-ascii"])
@pytest.mark.parametrize("text", [TW, "請問", "測試", "印表機壞了", "無法登入系統"])
def test_big5_is_read_with_and_without_a_label(text, label):
    assert decode(text.encode("big5"), label) == text


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("嘅喺啲 Hong Kong", "big5hkscs", "big5"),
        ("價錢 €100", "cp950", "big5"),
        (JA, "cp932", "shift_jis"),
        ("①②㈱髙﨑", "cp932", "x-sjis"),
        (JA, "cp932", ""),
        (JA, "euc_jp", "euc-jp"),
        (JA, "euc_jp", "us-ascii"),
        (JA, "iso2022_jp", "ISO-2022-JP"),
        (JA, "iso2022_jp", ""),
        (JA, "iso2022_jp", "utf-8"),
        (KO, "cp949", "ks_c_5601-1987"),
        (KO, "cp949", ""),
        ("똠방각하 펲시", "cp949", "euc-kr"),
        (KO, "iso2022_kr", "iso-2022-kr"),
        (RU, "cp1251", "windows-1251"),
        (RU, "cp1251", ""),
        (RU, "koi8_r", "koi8-r"),
        (RU, "koi8_r", "us-ascii"),
        (RU, "cp866", "ibm866"),
        (DE, "cp1252", "iso-8859-1"),
        (DE, "cp1252", ""),
        (DE, "cp1252", "utf-8"),
        ("ÄÖÜ", "cp1252", "us-ascii"),
        ("EDUCAÇÃO E SITUAÇÃO, AÇÕES E ORAÇÕES", "cp1252", "iso-8859-1"),
        ("EDUCAÇÃO E SITUAÇÃO, AÇÕES E ORAÇÕES", "cp1252", ""),
        ("ÉÈÀ ÖÄÜß «Où»", "cp1252", "iso-8859-1"),
        ("“quoted” – €", "cp1252", "iso-8859-1"),
        ("Zażółć gęślą jaźń", "iso8859_2", "iso-8859-2"),
        ("WÓŁ", "iso8859_2", "iso-8859-2"),
        ("สวัสดีครับ", "cp874", "windows-874"),
        ("שלום", "iso8859_8", "iso-8859-8-i"),
        ("ığüşİ", "cp1254", "iso-8859-9"),
        ("ÕÄÖÜ", "cp1257", "win-1257"),
        ("Müller", "mac_roman", "macintosh"),
        ("Hi 你好", "utf-7", "unicode-1-1-utf-7"),
        ("你好 x", "hz", "hz-gb-2312"),
        ("你好", "utf-16", "utf-16"),
        ("hello", "utf-16-be", "utf-16"),
        ("hi \U0001f600", "utf-16-le", "utf-16le"),
    ],
)
def test_a_charset_is_read_under_the_names_that_mail_has_for_it(text, codec, label):
    assert decode(text.encode(codec), label) == text


def test_vendors_characters_in_iso_2022_jp_are_read():
    assert decode(b"\x1b$B-!\x1b(B abc \x1b(I1\x1b(B", "iso-2022-jp") == "① abc ｱ"


def test_seven_bit_text_under_a_label_of_sixteen_bits_is_itself():
    assert decode(b"hello", "utf-16") == "hello"


def test_a_spoilt_byte_costs_one_character_and_not_the_charset():
    assert decode(ZH.encode()[:-1], "utf-8") == ZH[:-1] + "\ufffd"
    assert decode(ZH.encode() + b"\xff", "gb2312") == ZH + "\ufffd"


def test_a_short_name_that_is_valid_in_both_is_read_by_its_label():
    # 0xC4 0xA3 is one Chinese character, and a Latin letter in UTF-8.
    assert decode("模".encode("gbk"), "gb2312") == "模"


@pytest.mark.parametrize(
    "label", ["idna", "punycode", "unicode_escape", "base64", "rot13", "undefined", "cp037", "zip"]
)
def test_codecs_that_are_no_charset_of_mail_are_unknown(label):
    assert codec_for(label) == ""
    assert decode(b"abc", label) == "abc"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ('"utf-8"', "utf-8"),
        ("charset=gb2312", "gb18030"),
        ("utf-8; format=flowed", "utf-8"),
        ("windows-1252http-equivcontent-type", "cp1252"),
        ("iso8859-15", "iso8859_15"),
        ("x-cp1251", "cp1251"),
        ("cp-850", "cp850"),
    ],
)
def test_a_careless_label_is_understood(label, codec):
    assert codec_for(label) == codec


def test_a_lying_label_is_noted():
    defects = Defects()
    decode(ZH.encode(), "gb2312", defects)
    assert defects.all() == ("charset 'gb2312' was named, but the bytes are utf-8",)


@pytest.mark.parametrize("label", ["utf-16", "utf-32"])
def test_plain_text_under_the_name_of_a_wide_charset_is_plain_text_even_with_a_stray_nul(label):
    assert decode(b"the printer on the second floor\0 prints nothing", label).replace("\0", "") == (
        "the printer on the second floor prints nothing"
    )
    assert decode(ZH.encode(label), label) == ZH


def test_utf_8_that_breaks_off_within_a_character_is_utf_8():
    assert decode("é".encode() + b"\xc3", "utf-8") == "é\ufffd"


@pytest.mark.parametrize("text", ["Ação não concluída", "Größe: 5 € – “süß”", ZH, "Привет, мир"])
@pytest.mark.parametrize("codec", ["cp1252", "latin-1"])
def test_utf_8_that_was_encoded_twice_is_read_as_it_was_written(text, codec):
    taken = "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())
    assert decode(taken.encode(), "utf-8") == text


@pytest.mark.parametrize(
    "text",
    ["it shows Ã© and Ã¨, not é", "CAFÉ\xa0! LYCÉ\xa0?", "©®", "Â", "naïve café", "ÃO", "5\xa0€, 6\xa0€", "ä½ 好"],
)
def test_text_that_only_looks_as_if_it_was_encoded_twice_stays_as_it_is(text):
    assert decode(text.encode(), "utf-8") == text


def test_a_label_that_tells_the_truth_is_no_defect():
    defects = Defects()
    decode(ZH.encode("gbk"), "gb2312", defects)
    decode(ZH.encode(), "utf-8", defects)
    decode(b"plain", "us-ascii", defects)
    assert defects.all() == ()


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_under_any_label_become_text_that_utf_8_can_hold(data, label):
    text = decode(data, label)
    assert len(text) <= len(data)
    assert decode(text.encode("utf-8"), "utf-8") == text.removeprefix("\ufeff")


@given(
    st.binary(max_size=60), st.sampled_from(["utf-7", "utf-16", "utf-32", "iso-2022-jp", "iso-2022-kr", "hz", "gbk"])
)
def test_codecs_with_a_state_make_no_lone_surrogate(data, label):
    assert not any("\ud800" <= char <= "\udfff" for char in decode(data, label))


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=40))
def test_chinese_in_utf_8_is_never_taken_for_something_else(text):
    for label in ("", "utf-8", "gb2312", "us-ascii", "iso-8859-1"):
        assert decode(text.encode(), label) == text
