"""A style sheet is written into the elements it is for."""

from maild.edge.style import read_style, write_into

STYLE = read_style(
    "/* p { x: y } */ p { margin: 0;  color: red } p.big, .big { font-family: 'A B' } p.big { color: blue }"
)


def test_a_rule_goes_into_the_elements_of_its_tag():
    assert write_into("<p>x</p>", STYLE) == '<p style="margin:0;color:red">x</p>'


def test_a_class_adds_to_its_tag_and_is_not_needed_any_more():
    html = write_into('<p class="big" dir="ltr">', STYLE)
    assert html == '<p dir="ltr" style="margin:0;color:blue;font-family:\'A B\'">'
    assert write_into('<span class="big">', STYLE) == "<span style=\"font-family:'A B'\">"


def test_what_has_a_style_of_its_own_or_no_rule_stays():
    for html in ('<p style="margin:1px">', "<em>", '<div class="other">', "a < b > c", "{{ '<p' if x else '<q' }}"):
        assert write_into(html, STYLE) == html


def test_what_a_template_fills_in_may_have_quotes_of_its_own():
    html = write_into("""<p class="big" href="{{ mailto(a, "/take", token) }}">{{ "x" }}</p>""", STYLE)
    assert html.startswith("""<p href="{{ mailto(a, "/take", token) }}" style="margin:0;""")


def test_quotes_cannot_end_the_attribute():
    assert write_into("<p>", read_style('p { font-family: "A" }')) == "<p style=\"font-family:'A'\">"


def test_lines_stay_where_they_are():
    html = '<p>\n<p class="big"\n  dir="ltr">\n</p>\n'
    assert write_into(html, STYLE).count("\n") == html.count("\n")
