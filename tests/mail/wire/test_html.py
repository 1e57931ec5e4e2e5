"""HTML is readable as text: nothing shown is lost, nothing hidden is shown, and quotes look like quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.wire.html import html_to_text


@pytest.mark.parametrize(
    ("why", "source", "text"),
    [
        ("paragraphs", "<p>one</p><p>two</p>", "one\n\ntwo"),
        (
            "lines of a mail program",
            "<div>one</div><div><br></div><div>two<br></div><div>three</div>",
            "one\n\ntwo\nthree",
        ),
        ("an empty line of a mail program", "<div>one</div><div>&nbsp;</div><div>two</div>", "one\n\ntwo"),
        ("breaks", "one<br>two<br/><br>three", "one\ntwo\n\nthree"),
        ("blanks", "  one \n\t two&nbsp;&nbsp;three <b> four</b>  ", "one two three four"),
        ("no blank added", "pre<b>fix</b>ed", "prefixed"),
        ("references", "&lt;a&gt; &amp; &#20320;&#x597D; &copy &bogus;", "<a> & 你好 © &bogus;"),
        ("verbatim", "<pre>a  b\n  c</pre>d", "a  b\n  c\n\nd"),
        ("a heading", "<h1>Title</h1>text", "Title\n\ntext"),
        ("a picture's words", '<img alt="[smile]"> hi <img src="x">', "[smile] hi"),
        ("an upper case tag", "<P>ONE</P><BR>TWO", "ONE\n\nTWO"),
        ("capital attributes", '<A HREF="http://x.org/y">see</A>', "see <http://x.org/y>"),
    ],
)
def test_html_is_made_readable(why, source, text):
    assert html_to_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<ul><li>one<li>two</ul>", "* one\n* two"),
        ("x<ol><li>one</li><li>two<ul><li>deep</li></ul></li></ol>y", "x\n\n1. one\n2. two\n  * deep\n\ny"),
        (
            "<table><tr><td>Name</td><td><p>Jane</p></td></tr><tr><th>City</th><td>Bonn</td></tr></table>",
            "Name\tJane\nCity\tBonn",
        ),
        ("<table><tr><td>a</td><td>b<br>c</td></tr></table>d", "a\tb\nc\nd"),
        ("<table><tr><td><table><tr><td>in</td><td>ner</td></tr></table></td></tr></table>", "in\tner"),
    ],
)
def test_lists_and_tables_keep_their_shape(source, text):
    assert html_to_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<a href="https://x.org/a?b=1&amp;c=2">the page</a>', "the page <https://x.org/a?b=1&c=2>"),
        ('<a href="https://x.org/">x.org</a>', "x.org"),
        ('<a href="mailto:a@b.org">a@b.org</a>', "a@b.org"),
        ('<a href="mailto:a@b.org?subject=x">Jane</a>', "Jane <a@b.org>"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ('<a href="#top">up</a>', "up"),
        ('<a href="https://x.org/logo"><img src="x"></a>', ""),
        ('<a href="https://x.org/b"><div>press</div></a>', "press <https://x.org/b>"),
    ],
)
def test_links_say_where_they_lead(source, text):
    assert html_to_text(source) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>p {color: red}</style>",
        "<script>if (a < b) alert('</p>')</script>",
        "<!-- a > b -->",
        "<!--[if mso]><p>Outlook</p><![endif]-->",
        "<title>Title</title>",
        '<div style="display:none">preheader</div>',
        '<div style="DISPLAY: none !important"><div>deep</div>er</div>',
        '<span style="font-size:0px">tiny</span>',
        '<span style="visibility:hidden">x</span>',
        '<div style="max-height:0;overflow:hidden">x</div>',
        "<p hidden>x</p>",
        "<select><option>x</option></select>",
    ],
)
def test_what_a_reader_does_not_see_is_left_out(hidden):
    assert html_to_text(f"before {hidden}after").split() == ["before", "after"]


@pytest.mark.parametrize(
    "shown",
    [
        '<p style="font-size:10px">x</p>',
        '<p class="hidden">x</p>',
        "<![if !mso]>x<![endif]>",
        '<p style="color:none">x',
    ],
)
def test_what_only_looks_hidden_is_shown(shown):
    assert html_to_text(shown) == "x"


def test_a_hidden_paragraph_without_end_hides_no_other():
    assert html_to_text('<p style="display:none">no<p>yes') == "yes"


@pytest.mark.parametrize(
    ("why", "source", "text"),
    [
        (
            "gmail",
            '<div>Yes.</div><div class="gmail_quote"><div>On Mon, A &lt;a@b.org&gt; wrote:</div>'
            '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc">old<br>words'
            "</blockquote></div>",
            "Yes.\nOn Mon, A <a@b.org> wrote:\n\n> old\n> words",
        ),
        ("cite", '<blockquote type="cite"><p>one</p><p>two</p></blockquote>mine', "> one\n>\n> two\n\nmine"),
        ("depth", "<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        (
            "netease",
            '<div>好</div><div class="ntes-mailmaster-quote"><div>---- 回复的原邮件 ----</div>'
            "<table><tr><td>发件人</td><td>x&lt;a@b.cn&gt;</td></tr></table><blockquote>旧</blockquote></div>",
            "好\n---- 回复的原邮件 ----\n发件人\tx<a@b.cn>\n\n> 旧",
        ),
        (
            "qq",
            "<div>好</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div>"
            '<div style="background:#efefef"><div><b>发件人:</b>&nbsp;"x"&lt;a@b.cn&gt;;</div></div>',
            '好\n------------------ 原始邮件 ------------------\n发件人: "x"<a@b.cn>;',
        ),
        (
            "outlook",
            '<p>Yes.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
            "<p><b>From:</b> A</p></div>",
            "Yes.\n\n" + "_" * 32 + "\n\nFrom: A",
        ),
        ("outlook web", 'Yes.<hr><div id="divRplyFwdMsg"><b>From:</b> A</div>', "Yes.\n\n" + "_" * 32 + "\nFrom: A"),
        (
            "outlook bars",
            '<div style="border:none;border-left:solid blue 1.5pt;padding:0cm">old</div>mine',
            "> old\nmine",
        ),
        ("only indented", '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">mine</blockquote>', "mine"),
    ],
)
def test_what_marks_a_quote_is_kept(why, source, text):
    assert html_to_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a < b and c > d", "a < b and c > d"),
        ("a <3 b", "a <3 b"),
        ('x<a href="unclosed>y</a>z<b>w', "xyzw"),
        ("x<!-- never closed", "x"),
        ("<p>x</p", "x"),
        ("&#99999999999999999999;x", "\ufffdx"),
        ("&#" + "9" * 9_999 + ";x", "\ufffdx"),
        ("&#xd800;x", "\ufffdx"),
        ("", ""),
    ],
)
def test_broken_html_is_read_as_far_as_it_goes(source, text):
    assert html_to_text(source) == text


def test_the_text_ends_near_the_limit():
    assert len(html_to_text("<p>word</p>" * 1_000, 100)) < 120


PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</table>",
        "<ul>",
        "<li>",
        "</ul>",
        "<blockquote>",
        "</blockquote>",
        "<a href='http://x'>",
        "</a>",
        "<br>",
        "<pre>",
        "</pre>",
        "<!--",
        "-->",
        "<",
        ">",
        '"',
        "&",
        "&#",
        "<style>",
        "</style>",
        "<p hidden>",
        "<div style='display:none'>",
        " ",
        "\n",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40))
def test_any_order_of_tags_gives_clean_text(pieces):
    text = html_to_text("".join(pieces))
    assert not any(char < " " and char not in "\n\t" for char in text)
    text.encode("utf-8")


INLINE = st.sampled_from(
    ["<p>", "</p>", "<div>", "<b>", "</b>", "<table>", "<tr>", "<td>", "<li>", "</ul>", "<blockquote>", "<br>", "<pre>"]
)


@given(st.lists(INLINE | st.from_regex(r"[a-z]{3,8}", fullmatch=True), max_size=40))
def test_no_word_is_lost_and_none_is_doubled(pieces):
    words = [piece for piece in pieces if piece[0] != "<"]
    text = html_to_text(" ".join(pieces))
    assert [word for word in text.split() if word.isalpha()] == words
