"""The readable reply of mails that came as HTML, from their bytes to the words."""

from email.message import EmailMessage

import pytest

from maild.mail.body import reply_text
from maild.mail.parse import parse

REPLIES = {
    "Gmail": (
        '<div dir="ltr">又出现了。</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">服务台 '
        '&lt;<a href="mailto:desk@example.com">desk@example.com</a>&gt; 于2023年3月18日周六 15:39写道：<br></div>'
        '<blockquote class="gmail_quote" style="margin:0 0 0 0.8ex"><div>还会出现吗？</div></blockquote></div>',
        "又出现了。",
    ),
    "Apple Mail": (
        'Works.<div><br><blockquote type="cite"><div>On Sep 25, 2024, at 15:57, Jo &lt;jo@example.com&gt; wrote:</div>'
        "<br><div>Does it?</div></blockquote></div>",
        "Works.",
    ),
    "Outlook": (
        '<div class="WordSection1"><p class="MsoNormal">Works now.<o:p></o:p></p><p class="MsoNormal">&nbsp;</p>'
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Jo '
        "&lt;jo@example.com&gt; <br><b>Sent:</b> Wednesday, September 25, 2024 3:57 PM<br><b>To:</b> Al<br>"
        "<b>Subject:</b> Printer</p></div><p>Does it work?</p></div>",
        "Works now.",
    ),
    "Outlook web": (
        '<div>网络恢复了。</div><hr style="width:98%"><div id="divRplyFwdMsg"><b>发件人:</b> 服务台 '
        "&lt;desk@example.com&gt;<br>"
        "<b>发送时间:</b> 2023年5月16日 9:57<br><b>收件人:</b> 陈<br><b>主题:</b> 回复: x<div>&nbsp;</div></div>"
        "<div>好了吗？</div>",
        "网络恢复了。",
    ),
    "QQ Mail": (
        "<div>收到，谢谢</div><div><br></div><div>------------------&nbsp;原始邮件&nbsp;------------------</div>"
        '<div style="background:#efefef;padding:8px"><div><b>发件人:</b>&nbsp;"服务台"&lt;desk@example.com&gt;;</div>'
        "<div><b>发送时间:</b>&nbsp;2023年12月4日(星期一) 晚上7:32</div>"
        "<div><b>主题:</b>&nbsp;x</div></div><div>请查收</div>",
        "收到，谢谢",
    ),
    "NetEase Mail Master": (
        '<div>好的</div><div class="ntes-mailmaster-quote"><div>---- 回复的原邮件 ----</div><table><tr><td>发件人</td>'
        "<td>服务台&lt;desk@example.com&gt;</td></tr><tr><td>发送日期</td><td>2023年05月04日 15:39</td></tr></table>"
        "<div>请查收</div></div>",
        "好的",
    ),
    "Kylin Mail": (
        "<p>没有声音了。</p><p>----</p><p><strong>主　题：</strong>声卡</p>"
        "<p><strong>日　期：</strong>2023年5月16日 09:57</p>"
        "<p><strong>发件人：</strong>服务台</p><p>请升级。</p>",
        "没有声音了。",
    ),
    "a signature of Gmail": (
        '<div>Works.</div><div>--&nbsp;<br><div class="gmail_signature"><b>Al Brown</b><br>Facilities</div></div>',
        "Works.",
    ),
}


@pytest.mark.parametrize("html, words", REPLIES.values(), ids=REPLIES)
def test_a_reply_written_as_html_is_read_as_its_writer_meant_it(html, words):
    mail = EmailMessage()
    mail["From"] = "al@example.org"
    mail["Subject"] = "Re: x"
    mail.set_content(html, subtype="html")

    assert reply_text(parse(mail.as_bytes()).text).text == words
