"""Charts are sound SVG whatever they are given, and become pictures with Chinese letters."""

import struct
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.report.pictures import Bar, Column, Split, _round_up, bars, columns, splits
from maild.report.png import missing_font, png

labels = st.text(max_size=60)
counts = st.integers(0, 100_000)


@settings(max_examples=40)
@given(st.lists(st.tuples(labels, counts, counts), max_size=12), labels)
def test_a_chart_is_well_formed_and_stays_in_its_frame(rows, alt):
    for picture in (
        bars("b", alt, [Bar(label, a, str(a), b) for label, a, b in rows], ("now", "before")),
        columns("c", alt, [Column(label[:5], a, b) for label, a, b in rows], ("came", "went")),
        splits("s", alt, [Split(label, a, b, "1 %") for label, a, b in rows], ("kept", "broken")),
    ):
        root = ElementTree.fromstring(picture.svg)
        for element in root.iter("{http://www.w3.org/2000/svg}rect"):
            x, y, w, h = (float(element.attrib[name]) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + w <= picture.width + 0.2
            assert 0 <= y <= y + h <= picture.height + 0.2


def test_a_label_cannot_break_out_of_the_picture():
    picture = bars("b", 'a "quoted" <alt>', [Bar("</text><script>alert(1)</script>", 1, "1")])
    assert "<script" not in picture.svg
    assert ElementTree.fromstring(picture.svg).attrib["aria-label"] == 'a "quoted" <alt>'


@pytest.mark.parametrize(("value", "top"), [(0, 2), (2, 2), (3, 4), (5, 10), (11, 20), (90, 100), (401, 1000)])
def test_an_axis_ends_at_a_number_that_is_easy_to_halve(value, top):
    assert _round_up(value) == top


def test_a_longer_bar_is_a_larger_figure():
    root = ElementTree.fromstring(bars("b", "", [Bar("a", 10, "10"), Bar("b", 5, "5")]).svg)
    first, second = (float(e.attrib["width"]) for e in root.iter("{http://www.w3.org/2000/svg}rect"))
    assert first == pytest.approx(2 * second, abs=0.2)


@pytest.mark.skipif(bool(missing_font("en")), reason="this machine has no font")
def test_a_picture_is_drawn_at_twice_its_size():
    picture = bars("b", "alt", [Bar("Network", 10, "10")])
    drawn = png(picture.svg)
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", drawn[16:24]) == (2 * picture.width, 2 * picture.height)


@pytest.mark.skipif(bool(missing_font("zh")), reason="this machine has no Chinese font")
def test_chinese_letters_are_drawn_as_themselves():
    one, other = (png(bars("b", "", [Bar(label, 1, "1")]).svg) for label in ("网络", "硬件"))
    assert one != other


def test_a_machine_without_fonts_is_told_what_to_install(tmp_path):
    assert "fonts-noto-core" in missing_font("en", str(tmp_path))
    assert "apt install" in missing_font("zh", str(tmp_path))
