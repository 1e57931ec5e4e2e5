"""Whatever stands in the file, maild says what is wrong with it and never fails itself."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from maild.problem import errors, render
from maild.settings import load
from maild.settings.load import SECTIONS

SETTINGS = sorted({field.alias or name for kind in SECTIONS.values() for name, field in kind.model_fields.items()})
values = st.sampled_from(
    ["993", "-1", "0", "1e400", "nan", "true", '""', '"x"', '"tls"', '"a@b.c"', '"a b"', '":"', '"25MB"', '"\\u0000"',
     "[]", '["a@b.c"]', "[[1]]", "{}", "{x = 1}", '{token_file = "\\u0000"}', "1979-05-27", '"sqlite:///"', '"../.."',
     '"http://[::1"', '"é@日本.jp"', '"24:00"', '{mon-fri = "9-17"}', '"$(x)"', "'\"'", '"[::1]:25"'],
)  # fmt: skip
lines = st.one_of(
    st.builds("{} = {}".format, st.sampled_from([*SETTINGS, "hots"]), values),
    st.sampled_from([*(f"[{name}]" for name in SECTIONS), "[[mailbox]]", "[mailbox.oauth]", "[", "host: x", '"', ""]),
)
SMTP = ("[smtp]", 'host = "h"', 'from = "a@b.c"')
MAILBOX = ("[mailbox]", 'host = "h"', 'address = "a@b.c"', 'username = "u"')
STARTS = [(), SMTP, SMTP + MAILBOX, MAILBOX + SMTP]
variables = st.dictionaries(
    st.builds("MAILD_{}__{}".format, st.sampled_from([name.upper() for name in SECTIONS]),
              st.sampled_from([name.upper() for name in SETTINGS] + ["0", "0__HOST", "7__HOST", "OAUTH__TOKEN_FILE"])),
    st.sampled_from(["x", "1", "", "a@b.c", "true"]),
    max_size=3,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STARTS), st.lists(lines, max_size=8), variables)
def test_any_file_and_environment_give_settings_or_reasons(start, lines, environ):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "maild.toml"
        file.write_text("\n".join([*start, *lines]))
        loaded = load(file, environ, Path(folder))
        assert bool(loaded.settings) != bool(errors(loaded.problems))
        assert render(loaded.problems).count("\n") < 400
