"""A requester is answered in the language he wrote in."""

import pytest

from maild.mail.language import language_of


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (("我的VPN连不上了",), "zh"),
        (("Outlook 打不开，提示 error 0x800CCC0E",), "zh"),
        (("打印机卡纸",), "zh"),
        (("Hello, my printer is jammed",), "en"),
        (("Could you please reset the password of our colleague 张伟?",), "en"),
        (("", "系统瘫痪"), "zh"),
        (("12345 !!", "打印机"), "zh"),
        (("プリンターが動きません",), "en"),
        (("パスワードを忘れました。再設定をお願い致します",), "en"),
        (("프린터가 작동하지 않습니다",), "en"),
        (("印表機無法列印",), "zh"),
        ((), "en"),
    ],
)
def test_the_language_is_that_of_the_persons_own_words(texts, language):
    assert language_of(*texts) == language
