"""Every setting of a TOML file is found where it stands."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from maild.settings.places import places

TRICKY = '''
title = "a # no comment ] } , = \\" here"   # a comment with [brackets] = "and quotes
"quoted key" . 'and another' = 1979-05-27 07:32:00
many = [ 1, [2, 3], # two
  { x = 1, y = "b" }, """
multi "" line ] """, \'\'\'raw ' one\'\'\' ,]
[mailbox]
host="imap.example.com" # tight
oauth = { token_command = ["a", "b"], deep.er = {} }
empty = ""
[ mailbox . "more.dots" ]
k = -1.5e3
[[list]]
name = 'first'
[[list]]
name = 'second'
[list.sub]
inner = true
[[list.again]]
z = 1
[[list.again]]
z = 2
'''


def paths(value, at=()):
    if at:
        yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths(child, (*at, key))


def words(text, span):
    return text[span.start : span.end]


def test_every_value_of_a_tricky_file_has_a_place_and_nothing_else_has():
    assert set(places(TRICKY)) == set(paths(tomllib.loads(TRICKY)))


def test_the_place_covers_the_very_name_and_the_very_value():
    found = places(TRICKY)
    shown = {path: (words(TRICKY, place.key), words(TRICKY, place.value)) for path, place in found.items()}
    assert shown["mailbox", "host"] == ("host", '"imap.example.com"')
    assert shown["quoted key", "and another"] == ("'and another'", "1979-05-27 07:32:00")
    assert shown["mailbox", "oauth", "deep", "er"] == ("er", "{}")
    assert shown["mailbox", "oauth", "token_command", 1] == ('"b"', '"b"')
    assert shown["list", 1, "name"] == ("name", "'second'")
    assert shown["list", 1, "again", 1, "z"] == ("z", "2")
    assert shown["mailbox", "more.dots"][0] == '[ mailbox . "more.dots" ]'
    assert shown["many", 4][1] == "'''raw ' one'''"


def emit(value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {emit(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + " , ".join(map(emit, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    escaped = "".join(f"\\u{ord(letter):04X}" if ord(letter) < 32 or ord(letter) == 127 else letter for letter in
                      text.replace("\\", "\\\\").replace('"', '\\"'))  # fmt: skip
    return f'"{escaped}"'


letters = st.text(st.sampled_from("ab \"'\\#[]{},=.\n题"), max_size=6)
values = st.recursive(
    letters | st.integers(-9, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(letters, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(letters, values, max_size=4))
def test_the_places_found_are_exactly_the_paths_that_tomllib_reads(document):
    text = "".join(f"{quoted(key)} = {emit(value)}\n" for key, value in document.items())
    assert set(places(text)) == set(paths(tomllib.loads(text))) == set(paths(document))


@given(st.dictionaries(letters.filter(bool), st.dictionaries(letters, values, max_size=3), max_size=3))
def test_the_same_holds_for_tables_with_headers(document):
    text = "".join(
        f"[{quoted(name)}]\n" + "".join(f"{quoted(key)} = {emit(value)}\n" for key, value in table.items())
        for name, table in document.items()
    )
    assert set(places(text)) == set(paths(tomllib.loads(text))) == set(paths(document))
