"""What a short reply says of the trouble: it is gone, it is not, or only thanks. In doubt it says nothing.

A reply counts only where nothing is left of it once greetings, thanks and the phrase itself are taken away: whoever
writes more has more to say, and a person shall read it.
"""

from __future__ import annotations

import re
import unicodedata

HELPED, THANKS, BROKEN, UNCLEAR = "helped", "thanks", "broken", "unclear"
LONGEST = 240
"""Characters; whoever writes more has more to say."""

_IT = r"(?:it|this|that|everything|the \w+|my \w+|vpn|mail|wifi|wi-fi)"
_NOW = r"(?: (?:now|again|fine|perfectly|well|great|for me))*"
_HELPED = (
    rf"(?:{_IT} (?:now )?(?:works?|is working|is back|is ok|is okay|is fine|runs?)|works|working){_NOW}",
    rf"(?:{_IT}|the steps?|your steps?|step (?:\d|one|two|three|four|five|six)|restarting|the restart)"
    rf" (?:really |just |has |have )?(?:helped|worked|solved it|fixed it|did it|did the trick){_NOW}",
    rf"(?:{_IT}|problem|issue|trouble)?(?: is| has been| was|'s)?(?: now)? (?:solved|fixed|resolved|sorted|gone){_NOW}",
    rf"(?:solved|fixed|resolved|sorted){_NOW}",
    rf"(?:all|it is|it's|everything is|i am|i'm) (?:good|fine|well|ok|okay|set){_NOW}",
    r"(?:i|we) (?:can|am able to|are able to) (?:log in|sign in|print|connect|work|send|open it)"
    r" (?:now|again)(?: now| again)*",
    r"(?:that|this|it) (?:was|is) it",
)
_THANKS = (
    r"(?:thank you|thanks|thankyou|thx|many thanks|cheers|much appreciated)"
    r"(?: (?:so|very) much| a lot| again| a million| everyone| all| team| for (?:your|the|all your)"
    r" (?:quick |fast |great |kind |prompt )*(?:help|support|reply|answer|response))*",
    r"(?:great|perfect|super|wonderful|excellent|brilliant|awesome|nice|yes|yeah|yep|ok|okay|good news|hooray)",
    r"(?:you are|you're) (?:great|the best|stars?)",
)
_SMALL_TALK = (
    r"(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day))"
    r"(?: (?:all|team|everyone|there|it|helpdesk|support))*",
    r"(?:(?:best|kind|warm) )?(?:regards|wishes)|sincerely|bye|have a (?:nice|good|great) (?:day|weekend|evening)",
    r"(?:so|and|now|all|very|just|a|really|indeed|everyone|team|already)",
)
_BROKEN = (
    r"still (?:not|no|broken|the same|does not|doesn't|cannot|can't|isn't|fails|down|won't)",
    r"(?:does not|doesn't|did not|didn't|is not|isn't|has not|hasn't|won't|not) "
    r"(?:work|working|help|helped|solved|fixed)",
    r"(?:same|exact same) (?:problem|issue|error|trouble)",
    r"no (?:change|luck|improvement|better)|not any better|worse|no longer works?|stopped working again|broken again",
    r"it (?:is|'s) back again|happened again|came back",
)
_HELPED_ZH = (
    r"(?:现在|目前|已经|都|终于|问题|电脑|邮箱|网络|打印机|VPN|vpn|我这边|这边)*"
    r"(?:已经?|都|全都|可以)*(?:好了|解决了|解决啦|已解决|可以了|能用了|可以用了|搞定了?|修好了|恢复了|恢复正常了?|正常了|没问题了|"
    r"没事了|连上了|能连上了|能打印了|可以打印了|能登录了|可以登录了|打开了|能打开了|行了)",
    r"(?:这个|您的|你的|按照?|照着)?(?:方法|步骤|建议|第.步)(?:很|真|挺)?(?:有用|有效|管用|好用)",
)
_THANKS_ZH = (
    r"(?:非常|十分|太|多谢|万分|真的)*(?:感谢|谢谢|多谢|谢啦|谢了|辛苦|辛苦了)(?:您|你|大家|各位|你们|您们|帮忙|的|帮助|支持|回复|了|啦)*",
    r"(?:太好了|太棒了|很好|好的|收到|明白了?|真快|嗯|是的|棒)",
)
_SMALL_TALK_ZH = (
    r"您好|你好|大家好|各位|老师|同事|麻烦了?|打扰了?|祝好|此致|敬礼|的|啊|呢|呀|哦|啦|了|吧|很|就|也|都",
)
_BROKEN_ZH = (
    r"(?:还是|依然|依旧|仍然|仍旧|仍|又)(?:不行|不好|没|不能|无法|打不开|连不上|一样|出现|报错|老样子|这样|坏)",
    r"没(?:有)?(?:用|解决|好|效果|变化|作用|反应)|不管用|不起作用|没起作用|更(?:慢|糟|严重)了|又(?:来了|坏了|不行了)",
)
_DOUBT = re.compile(
    r"[?？]|\b(?:but|however|though|although|except|if|when|until|once|unless|hope|hopefully|maybe|perhaps|should|would|could|"
    r"will|only|also|another|please|sometimes|seems?|partly|almost|yet|not|no|never|don't|doesn't|can't|"
    r"think|guess|suppose|half|in advance|yesterday|before|earlier|so far|for the moment|try|tomorrow|later)\b"
    r"|但|不过|可是|只是|然而|如果|要是|希望|也许|可能|好像|似乎|另外|还有|除了|偶尔|有时|暂时|请|吗|能否|是否|等|再|不|没"
    r"|试试|试一下|明天|稍后|回头|一半|部分|先谢|提前|昨天|之前|以前"
)
_FINE = re.compile(r"没问题了|没事了|no problems?(?: any ?more| now)|no more (?:problems?|errors?|trouble)")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"(?<![a-z'])(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + r")(?![a-z'])")


_GONE = (_words(*_HELPED), _any(*_HELPED_ZH))
_GRATEFUL = (_words(*_THANKS), _any(*_THANKS_ZH))
_THERE = (_words(*_BROKEN), _any(*_BROKEN_ZH))
_IDLE = (_words(*_SMALL_TALK), _any(*_SMALL_TALK_ZH))
_NO_LETTER = re.compile(r"[\W\d_]+")


def says(text: str) -> str:
    """Tell what a reply says: helped | thanks | broken | unclear.

    Args:
        text: what the person wrote now, without what he quoted and without his signature.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text[: 2 * LONGEST]).casefold().replace("’", "'").split())
    if not folded or len(folded) > LONGEST:
        return BROKEN if folded and _found(_THERE, _FINE.sub(" ", folded)[:LONGEST]) and "?" not in folded else UNCLEAR
    fine = bool(_FINE.search(folded))
    rest = _FINE.sub(" ", folded)
    if _found(_THERE, rest):
        return BROKEN
    if _DOUBT.search(rest):
        return UNCLEAR
    rest, helped = _without(_GONE, rest)
    rest, grateful = _without(_GRATEFUL, rest)
    rest, _ = _without(_IDLE, rest)
    if not _is_nothing(rest):
        return UNCLEAR
    return HELPED if helped or fine else THANKS if grateful else UNCLEAR


def _found(patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def _without(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[str, bool]:
    count = 0
    for pattern in patterns:
        text, times = pattern.subn(" ", text)
        count += times
    return text, count > 0


def _is_nothing(rest: str) -> bool:
    """Say whether what is left is at most a name under the reply."""
    words = _NO_LETTER.sub(" ", rest).split()
    letters = sum(map(len, words))
    return letters <= (4 if any(word > "\u3000" for word in words) else 16) and len(words) <= 2
