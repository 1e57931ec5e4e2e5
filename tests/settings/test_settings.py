"""Settings come from a file and the environment, with sensible defaults, and never show a secret."""

import os
from pathlib import Path

import pytest

from maild.problem import errors, render
from maild.settings import Mailbox, Settings, load, shipped

MINIMAL = """
[mailbox]
address = "Support@Example.com"
host = "imap.example.com"
username = "support"
password = "hunter2"

[smtp]
host = "smtp.example.com"
from = "IT Helpdesk <support@example.com>"
"""


def write(folder: Path, text: str = MINIMAL, name: str = "maild.toml") -> Path:
    file = folder / name
    file.write_text(text)
    file.chmod(0o600)
    return file


def settings(folder: Path, text: str = MINIMAL, environ: dict[str, str] | None = None) -> Settings:
    loaded = load(write(folder, text), environ or {}, folder)
    assert loaded.settings, render(loaded.problems)
    return loaded.settings


def told(folder: Path, text: str = MINIMAL, environ: dict[str, str] | None = None) -> str:
    return render(load(write(folder, text), environ or {}, folder).problems)


def test_a_minimal_file_is_enough_and_the_rest_has_defaults(tmp_path):
    found = settings(tmp_path)
    box = found.mailboxes[0]
    assert (box.address, box.port, box.security, box.size_limit) == ("support@example.com", 993, "tls", 25_000_000)
    assert (box.folder, box.processed, box.held) == ("INBOX", "Processed", "Held")
    assert (found.smtp.port, found.smtp.from_name, found.smtp.from_address) == (
        465,
        "IT Helpdesk",
        "support@example.com",
    )
    assert found.trust.secret_file == tmp_path / "secret"
    assert found.database.url.get_secret_value() == f"sqlite:///{tmp_path}/maild.db"
    assert found.own_addresses == {"support@example.com"}
    assert load(environ={}, here=tmp_path).problems == ()


@pytest.mark.parametrize("security, imap, smtp", [("tls", 993, 465), ("starttls", 143, 587), ("none", 143, 25)])
def test_the_port_follows_from_the_security(tmp_path, security, imap, smtp):
    text = MINIMAL.replace('host = "', f'security = "{security}"\nallow_plaintext = true\nhost = "')
    found = settings(tmp_path, text)
    assert (found.mailboxes[0].port, found.smtp.port) == (imap, smtp)


def test_plain_text_to_this_very_machine_needs_no_second_word(tmp_path):
    for host in ("127.0.0.1", "::1", "localhost"):
        text = MINIMAL.replace("imap.example.com", host).replace("username", 'security = "none"\nusername')
        assert settings(tmp_path, text).mailboxes[0].security == "none"


def test_relative_paths_are_relative_to_the_file_and_not_to_where_one_stands(tmp_path):
    etc, elsewhere = tmp_path / "etc", tmp_path / "elsewhere"
    (etc / "templates").mkdir(parents=True)
    elsewhere.mkdir()
    text = MINIMAL + '[paths]\ntemplates = "templates"\n[database]\nurl = "sqlite:///data/maild.db"\n'
    found = load(write(etc, text), {}, elsewhere).settings
    assert found.paths.templates == etc / "templates"
    assert found.database.url.get_secret_value() == f"sqlite:///{etc}/data/maild.db"
    assert found.trust.secret_file == etc / "secret"


def test_absolute_paths_and_other_databases_stay_as_they_are(tmp_path):
    secret = tmp_path / "elsewhere"
    for url in ("sqlite:////var/lib/maild/maild.db", "postgresql://helpdesk@db:5433/helpdesk?host=/run"):
        found = settings(tmp_path, f'{MINIMAL}[trust]\nsecret_file = "{secret}"\n[database]\nurl = "{url}"\n')
        assert found.trust.secret_file == secret
        assert found.database.url.get_secret_value() == url


def test_what_comes_with_maild_is_used_where_no_path_is_named(tmp_path):
    paths = settings(tmp_path).paths
    assert paths.rulebook == shipped("rules.yaml")
    assert paths.rulebook.exists()
    assert paths.drafts == tmp_path / "drafts"


def test_drafts_lie_among_articles_of_ones_own(tmp_path):
    (tmp_path / "articles").mkdir()
    own = settings(tmp_path, f'{MINIMAL}[paths]\nknowledge = "articles"\n')
    assert own.paths.drafts == tmp_path / "articles" / "drafts"
    assert settings(tmp_path, f'{MINIMAL}[paths]\ndrafts = "to-read"\n').paths.drafts == tmp_path / "to-read"


def test_the_named_file_wins_over_the_variable_and_the_variable_over_the_folder(tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    write(here, MINIMAL.replace("Support@", "folder@"))
    by_name = write(tmp_path, MINIMAL.replace("Support@", "name@"), "name.toml")
    by_variable = write(tmp_path, MINIMAL.replace("Support@", "variable@"), "variable.toml")
    environ = {"MAILD_CONFIG": str(by_variable)}

    def address(config, environ):
        return load(config, environ, here).settings.mailboxes[0].address

    assert address(by_name, environ) == "name@example.com"
    assert address(None, environ) == "variable@example.com"
    assert address(None, {}) == "folder@example.com"


def test_a_named_file_that_is_not_there_is_a_problem_even_beside_another(tmp_path):
    write(tmp_path)
    loaded = load(Path("mine.toml"), {}, tmp_path)
    assert loaded.settings is None
    assert render(loaded.problems) == "mine.toml: this file is not there"


def test_without_any_file_maild_says_where_it_looked(tmp_path):
    loaded = load(None, {}, tmp_path)
    if Path("/etc/maild/maild.toml").exists():
        pytest.skip("this machine has settings of its own in /etc")
    assert loaded.settings is None
    assert "maild looked for maild.toml here and for /etc/maild/maild.toml" in render(loaded.problems)


def test_a_file_saved_by_windows_is_read(tmp_path):
    file = tmp_path / "maild.toml"
    file.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode() + b"port = 587\r\n")
    file.chmod(0o600)
    assert render(load(file, {}, tmp_path).problems).startswith("maild.toml:11:8: port 587")


def test_the_environment_wins_over_the_file(tmp_path):
    environ = {
        "MAILD_SMTP__HOST": "relay.example.com",
        "MAILD_SMTP__CONNECTIONS": "9",
        "MAILD_SMTP__PLUS_ADDRESSING": "true",
        "MAILD_MAILBOX__ALSO": "help@example.com, it@example.com",
        "MAILD_TRUST__OWN_DOMAINS": "example.com",
        "MAILD_LOG__FORMAT": "",
    }
    found = settings(tmp_path, environ=environ)
    assert (found.smtp.host, found.smtp.connections, found.smtp.plus_addressing) == ("relay.example.com", 9, True)
    assert found.mailboxes[0].also == ("help@example.com", "it@example.com")
    assert found.trust.own_domains == ("example.com",)
    assert found.log.format is None


def test_a_password_of_the_environment_replaces_the_way_the_file_had_for_it(tmp_path):
    text = MINIMAL.replace('password = "hunter2"', 'password_file = "nowhere"')
    found = settings(tmp_path, text, {"MAILD_MAILBOX__PASSWORD": "correct horse"})
    assert found.mailboxes[0].password.get_secret_value() == "correct horse"


def test_one_of_several_mailboxes_is_meant_by_its_number(tmp_path):
    second = MINIMAL.split("[smtp]")[0].replace("Support@", "hr@").replace('"support"', '"hr"')
    text = (second + MINIMAL).replace("[mailbox]", "[[mailbox]]")
    found = settings(tmp_path, text, {"MAILD_MAILBOX__1__HOST": "other.example.com"})
    assert [box.host for box in found.mailboxes] == ["imap.example.com", "other.example.com"]
    assert told(tmp_path, text, {"MAILD_MAILBOX__HOST": "x"}).startswith(
        "MAILD_MAILBOX__HOST: fits nothing in the settings\n    of several mailboxes say which"
    )
    assert "MAILD_MAILBOX__2__HOST: fits nothing" in told(tmp_path, text, {"MAILD_MAILBOX__2__HOST": "x"})


def test_the_only_mailbox_may_be_meant_with_or_without_a_number(tmp_path):
    for text in (MINIMAL, MINIMAL.replace("[mailbox]", "[[mailbox]]")):
        for name in ("MAILD_MAILBOX__HOST", "MAILD_MAILBOX__0__HOST"):
            assert settings(tmp_path, text, {name: "other.example.com"}).mailboxes[0].host == "other.example.com"


def test_the_environment_alone_is_enough(tmp_path):
    environ = {
        "MAILD_MAILBOX__ADDRESS": "support@example.com",
        "MAILD_MAILBOX__HOST": "imap.example.com",
        "MAILD_MAILBOX__USERNAME": "support",
        "MAILD_MAILBOX__PASSWORD": "hunter2",
        "MAILD_SMTP__HOST": "smtp.example.com",
        "MAILD_SMTP__FROM": "support@example.com",
    }
    loaded = load(None, environ, tmp_path)
    assert loaded.settings.smtp.host == "smtp.example.com"
    del environ["MAILD_SMTP__FROM"]
    assert render(load(None, environ, tmp_path).problems).startswith('the environment: [smtp] needs "from"')


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("MAILD_SMTP__PORT", "many", 'MAILD_SMTP__PORT: "port" in [smtp] must be a whole number, not "many"'),
        ("MAILD_SMTP__HOTS", "x", 'MAILD_SMTP__HOTS: unknown setting "hots" in [smtp]\n    did you mean "host"?'),
        ("MAILD_SMPT__HOST", "x", "MAILD_SMPT__HOST: there is no section [smpt] to set"),
        ("MAILD_SYSTEMD__NOTIFY_SOCKET", "x", "there is no section [systemd] to set"),
        ("MAILD_SMTP__HOST__X", "x", "MAILD_SMTP__HOST__X: fits nothing in the settings"),
        ("MAILD_MAILBOX__PASSWORD_ENV", "NOT_SET", "MAILD_MAILBOX__PASSWORD_ENV"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(tmp_path, name, value, sentence):
    assert sentence in told(tmp_path, environ={name: value})


def test_a_password_comes_from_a_file_without_its_line_end(tmp_path):
    file = tmp_path / "password"
    file.write_text("correct horse \n")
    file.chmod(0o600)
    text = MINIMAL.replace('password = "hunter2"', 'password_file = "password"')
    assert settings(tmp_path, text).mailboxes[0].password.get_secret_value() == "correct horse "


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", "names an empty file"),
        (b"\n", "names an empty file"),
        (b"one\ntwo\n", "names a file of several lines"),
        (b"\xff\xfe", "names a file that is no UTF-8 text"),
    ],
)
def test_a_password_file_with_no_password_in_it_is_a_problem(tmp_path, content, sentence):
    (tmp_path / "password").write_bytes(content)
    assert sentence in told(tmp_path, MINIMAL.replace('password = "hunter2"', 'password_file = "password"'))


def test_a_password_file_that_everybody_can_read_is_a_warning_and_no_error(tmp_path):
    file = tmp_path / "password"
    file.write_text("correct horse")
    file.chmod(0o644)
    text = MINIMAL.replace('password = "hunter2"', 'password_file = "password"')
    assert settings(tmp_path, text)
    assert told(tmp_path, text) == (
        'maild.toml:6:17: warning: "password_file" in [mailbox] names a file that everybody on this machine can read: '
        f"{file}\n"
        '    password_file = "password"\n'
        "                    ^^^^^^^^^^\n"
        f"    chmod 600 {file}"
    )


def test_settings_with_a_password_that_everybody_can_read_are_a_warning(tmp_path):
    file = write(tmp_path)
    file.chmod(0o644)
    loaded = load(file, {}, tmp_path)
    assert loaded.settings
    assert [(problem.line, problem.severity, problem.source) for problem in loaded.problems] == [
        (6, "warning", "password = ***")
    ]


def test_a_password_comes_from_the_environment_or_from_systemd(tmp_path):
    text = MINIMAL.replace('password = "hunter2"', 'password_env = "IMAP"')
    assert settings(tmp_path, text, {"IMAP": "from env"}).mailboxes[0].password.get_secret_value() == "from env"
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "imap").write_text("from systemd")
    (credentials / "imap").chmod(0o400)
    text = MINIMAL.replace('password = "hunter2"', 'password_credential = "imap"')
    environ = {"CREDENTIALS_DIRECTORY": str(credentials)}
    assert settings(tmp_path, text, environ).mailboxes[0].password.get_secret_value() == "from systemd"
    (tmp_path / "password").write_text("from a file\n")
    (tmp_path / "password").chmod(0o600)
    both = text.replace('password_credential = "imap"', 'password_credential = "imap"\npassword_file = "password"')
    assert settings(tmp_path, both, environ).mailboxes[0].password.get_secret_value() == "from systemd"
    assert settings(tmp_path, both, {}).mailboxes[0].password.get_secret_value() == "from a file"
    unloaded = told(tmp_path, text.replace('"imap"', '"other"'), environ)
    assert "a credential that the unit does not load: other" in unloaded
    assert "must be the bare name" in told(tmp_path, text.replace('"imap"', '"../imap"'), environ)


def test_an_smtp_server_may_want_no_sign_in_at_all(tmp_path):
    assert settings(tmp_path).smtp.password is None


def test_rooms_of_the_paths_and_the_secret_are_looked_at(tmp_path):
    (tmp_path / "secret").write_text("short")
    assert '"secret_file" in [trust] is too short to be a secret' in told(tmp_path, MINIMAL + "[trust]\n")
    assert "lies in a folder that is not there" in told(tmp_path, MINIMAL + '[trust]\nsecret_file = "no/secret"\n')
    (tmp_path / "secret").write_text("x" * 64)
    (tmp_path / "secret").chmod(0o640)
    loaded = load(write(tmp_path), {}, tmp_path)
    assert not errors(loaded.problems)
    assert "names a file that others on this machine can read" in render(loaded.problems)


@pytest.fixture
def somebody_else():
    """Be nobody in particular to whoever asks for rights, and root again afterwards."""
    if os.getuid():
        yield
        return
    os.setreuid(65534, -1)
    try:
        yield
    finally:
        os.setreuid(0, -1)


def test_a_secret_that_is_another_user_s_is_told_before_anything_starts(tmp_path, somebody_else):
    write(tmp_path)
    tmp_path.chmod(0o500)
    assert "lies in a folder that is not this user's" in render(load(tmp_path / "maild.toml", {}, tmp_path).problems)
    tmp_path.chmod(0o700)
    (tmp_path / "secret").touch(0o000)
    text = told(tmp_path)
    assert f"names a file that maild may not read: {tmp_path}/secret" in text
    assert "give it to the user that maild runs as" in text


def test_a_ca_file_must_hold_a_certificate(tmp_path):
    text = MINIMAL.replace("username", 'ca_file = "ca.pem"\nusername')
    (tmp_path / "ca.pem").write_text("no certificate")
    assert '"ca_file" in [mailbox] holds no certificate in PEM form' in told(tmp_path, text)
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n...")
    assert settings(tmp_path, text).mailboxes[0].ca_file == tmp_path / "ca.pem"


def test_no_secret_is_shown_by_any_form_of_the_settings(tmp_path):
    found = settings(tmp_path, MINIMAL + '[database]\nurl = "postgresql://helpdesk:hunter2@db/helpdesk"\n')
    shown = f"{found!r} {found!s} {found.model_dump()} {found.model_dump_json()} {found.database.shown}"
    assert "hunter2" not in shown
    assert found.database.shown == "postgresql://helpdesk:***@db/helpdesk"


def test_settings_are_fixed_once_read(tmp_path):
    with pytest.raises(ValueError, match="frozen"):
        settings(tmp_path).smtp.host = "other"


def test_settings_can_be_made_without_a_file():
    box = Mailbox(address="a@example.com", host="imap.example.com", username="a", password="x", size_limit="1MiB")
    assert (box.size_limit, box.port, box.timeout) == (1_048_576, 993, 60)


@pytest.mark.parametrize("written, seconds", [('"90s"', 90), ('"5m"', 300), ('"1.5h"', 5400), ("30", 30)])
def test_lengths_of_time_have_a_unit_or_are_seconds(tmp_path, written, seconds):
    assert settings(tmp_path, MINIMAL.replace("username", f"poll = {written}\nusername")).mailboxes[0].poll == seconds


def test_systemd_speaks_through_the_environment(tmp_path):
    found = settings(tmp_path, environ={"NOTIFY_SOCKET": "@maild", "WATCHDOG_USEC": "30000000"})
    assert (found.systemd.notify_socket, found.systemd.watchdog) == ("@maild", 30.0)
    mine = {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}
    assert settings(tmp_path, environ=mine).systemd.watchdog == 30.0
    assert settings(tmp_path, environ=mine | {"WATCHDOG_PID": "1"}).systemd.watchdog == 0.0
