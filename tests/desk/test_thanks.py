"""A reply is taken for "it works" only where it can hardly mean anything else; in doubt a person reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.thanks import says

HELPED = r"""
It works now
It works now, thank you!
Works again. Thanks a lot for your quick help!\n\nEva
That helped, many thanks
Hi team,\n\nstep 3 did the trick. Thanks!\n\nBest regards\nTom
Solved, thanks
Problem solved.
Fixed!
All good now, thanks
I can log in again
The VPN is working again, thanks.
Perfect, that fixed it
已经好了
已经好了，谢谢！
可以了，非常感谢您的帮助
问题解决了，谢谢
好了，谢谢
您好，现在能打印了，谢谢！\n王芳
没问题了
搞定，多谢
VPN 能连上了，谢谢
按步骤很有用，已经好了。
"""
THANKS = r"""
Thanks!
Thank you very much
Great, thanks a lot
ok
好的
Many thanks for your quick reply\nEva
谢谢
好的，谢谢您
收到，辛苦了
非常感谢！
"""
BROKEN = """
It still does not work
Still not working, same error
That did not help.
Thanks, but it doesn't work
Same problem here, no change
还是不行
试过了，没用
谢谢，但是还是连不上
仍然无法登录
又坏了
"""
UNCLEAR = """
I will try it tomorrow, thanks
Will it work now?
Does it work now?
I hope it works now
It works now, but my mail is broken
It works only on my phone
Thanks. Please also install Photoshop on my laptop.
Thank you, when will somebody come?
It works now. By the way, the projector in room 4 needs a new lamp.
If it works now I will tell you
It works sometimes
It would be great if this could be fixed
I need it solved by Friday
Please call me
Device: ThinkPad T14
能解决了吗
希望能尽快好了
好了吗？
可以了，不过打印还是慢
谢谢，请问什么时候能处理？
明天再试
好了，另外麻烦帮我装个软件
什么时候能用
有时候可以了，有时候又断
我的电脑型号是 T14
密码已经改好了，可是手机上收到验证码以后提示出错
"""


def lines(block: str) -> list[str]:
    return [line.replace(r"\n", "\n") for line in block.strip().splitlines()]


KINDS = {"helped": HELPED, "thanks": THANKS, "broken": BROKEN, "unclear": UNCLEAR}


@pytest.mark.parametrize("text, expected", [(text, kind) for kind, block in KINDS.items() for text in lines(block)])
def test_a_reply_says(text, expected):
    assert says(text) == expected


@given(st.text(max_size=400))
def test_any_text_says_something(text):
    assert says(text) in ("helped", "thanks", "broken", "unclear")


@given(st.sampled_from(lines(HELPED)), st.text(alphabet="abcdefgh ", min_size=30, max_size=60))
def test_a_longer_story_is_left_to_a_person(text, more):
    if sum(letter != " " for letter in more) > 20:
        assert says(f"{text} {more}") != "helped"


def test_a_long_mail_never_says_that_it_helped():
    assert says("It works now. " * 40) == "unclear"


@pytest.mark.parametrize(
    "text",
    [
        "I think it works", "It worked yesterday", "Thanks in advance", "Half of it is solved, thanks", "解决了一半",
        "谢谢，明天试试", "先谢谢了", "昨天好了", "Thanks, I try it later",
    ],
)  # fmt: skip
def test_what_may_only_be_a_hope_is_left_to_a_person(text):
    assert says(text) == "unclear"
