"""`maild check` says that all is well, or everything that is not."""

import json

from maild.store import open_store
from tests.cli.desk import SETTINGS

BAD = SETTINGS.replace('host = "imap', 'hots = "imap').replace("Asia/Shanghai", "Asia/Shangai")


def test_all_is_well_is_said_in_words(desk):
    said = desk.maild("check")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "settings    maild.toml"
    assert f"database    sqlite:///{desk.folder}/maild.db" in lines
    assert f"secret      {desk.folder}/secret, to be made at the first start" in lines
    assert lines[-1] == "all is well"


def test_nothing_is_made_by_checking(desk):
    desk.maild("check")
    assert [path.name for path in desk.folder.iterdir()] == ["maild.toml"]


def test_every_problem_is_told_and_the_code_says_so(desk):
    desk.settings(BAD)
    said = desk.maild("check")
    assert said.code == 1
    assert said.out == (
        'maild.toml:4:1: unknown setting "hots" in [mailbox]\n'
        '    hots = "imap.example.com"\n'
        "    ^^^^\n"
        '    did you mean "host"?\n'
        'maild.toml:13:12: "timezone" in [desk] must be a time zone\n'
        '    timezone = "Asia/Shangai"\n'
        "               ^^^^^^^^^^^^^^\n"
        '    did you mean "Asia/Shanghai"?\n'
    )


def test_json_is_one_array_of_problems(desk):
    assert desk.maild("check", "--json").json == []
    desk.settings(BAD)
    said = desk.maild("check", "--json")
    assert said.code == 1
    assert [(row["file"], row["line"], row["col"], row["severity"]) for row in said.json] == [
        ("maild.toml", 4, 1, "error"),
        ("maild.toml", 13, 12, "error"),
    ]


def test_github_gets_annotations(desk):
    desk.settings(BAD)
    said = desk.maild("check", "--format", "github")
    assert said.out.startswith("::error file=maild.toml,line=4,col=1::unknown setting")
    assert desk.maild("check", "--format", "xml").code == 2


def test_a_warning_is_told_and_all_is_well_nevertheless(desk):
    desk.settings(SETTINGS.replace("<support@", "<noreply@"))
    said = desk.maild("check")
    assert said.code == 0
    assert said.out.startswith("maild.toml:10:8: warning: answers to noreply@example.com")
    assert said.out.endswith("all is well\n")
    assert [row["severity"] for row in json.loads(desk.maild("check", "--json").out)] == ["warning"]


def test_no_command_starts_with_unsound_settings(desk):
    desk.settings(BAD)
    for words in (["run"], ["run", "--once"], ["tickets"], ["inbox"], ["outbox"], ["explain", "-"]):
        said = desk.maild(*words)
        assert (said.code, said.out) == (78, "")
        assert 'did you mean "host"?' in said.err


def test_no_password_is_ever_printed(desk):
    desk.settings(BAD + '[database]\nurl = "postgresql://maild:hunter2@db/maild"\n')
    assert "hunter2" not in str(desk.maild("check"))
    desk.settings(SETTINGS + '[database]\nurl = "postgresql://maild:hunter2@db/maild"\n')
    said = desk.maild("check")
    assert "postgresql://maild:***@db/maild" in said.out
    assert "hunter2" not in str(said)


def test_a_rulebook_of_one_s_own_is_read(desk):
    (desk.folder / "rules.yaml").write_text("queues:\n  helpdesk: {agents: [nobody]}\n")
    desk.settings(SETTINGS + '[paths]\nrulebook = "rules.yaml"\n')
    said = desk.maild("check")
    assert said.code == 1
    assert "rules.yaml:2:" in said.out
    assert "nobody" in said.out
    (desk.folder / "rules.yaml").write_text("{}\n")
    assert f"rulebook    {desk.folder}/rules.yaml" in desk.maild("check").out


def test_templates_of_one_s_own_are_tried(desk):
    own = desk.folder / "templates" / "en"
    own.mkdir(parents=True)
    (own / "receipt.txt").write_text("Subject: Hello\n\nDear {{ requestor }},\n")
    desk.settings(SETTINGS + '[paths]\ntemplates = "templates"\n')
    said = desk.maild("check")
    assert said.code == 1
    assert 'templates/en/receipt.txt:3:9: there is no fact called "requestor"' in said.out


def test_online_every_server_answers_for_itself(served, servers):
    said = served.maild("check", "--online")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert any(line.startswith("mailbox     support@example.com: 127.0.0.1:") for line in lines)
    assert any(line.startswith("smtp        127.0.0.1:") for line in lines)
    assert "database    it can be read and written" in lines
    assert lines[-1] == "all is well"


def test_online_a_wrong_password_and_a_dead_server_are_told_together(served, servers):
    text = (served.folder / "maild.toml").read_text()
    served.settings(text.replace('password = "', 'password = "not ').replace(f"port = {servers.smtp_port}", "port = 1"))
    said = served.maild("check", "--online")
    assert said.code == 1
    assert "mailbox support@example.com: " in said.out
    assert "\nsmtp: " in said.out
    assert "not demo" not in said.out
    assert len(served.maild("check", "--online", "--json").json) == 2


def test_the_articles_that_come_with_maild_are_sound(desk):
    said = desk.maild("check")
    assert "knowledge   what comes with maild" in said.out
    assert "15 articles in en, zh" in said.out


def test_a_mistake_in_an_article_is_told_with_its_place(desk):
    own = desk.folder / "articles" / "en"
    own.mkdir(parents=True)
    (own / "lamp.md").write_text("---\ntitle: Lamp\nkeyword: lamp\n---\n1. Look.\n")
    desk.settings(SETTINGS + '[paths]\nknowledge = "articles"\n')
    said = desk.maild("check")
    assert said.code == 1
    assert 'articles/en/lamp.md:3:1: "keyword" is no part of a head' in said.out
    assert 'did you mean "keywords"?' in said.out


def test_articles_of_one_s_own_do_not_upset_the_sample_rulebook(desk):
    own = desk.folder / "articles" / "en"
    own.mkdir(parents=True)
    (own / "lamp.md").write_text("---\ntitle: Lamp\nkeywords: lamp\n---\n1. Look.\n")
    desk.settings(SETTINGS + '[paths]\nknowledge = "articles"\n')
    said = desk.maild("check")
    assert (said.code, "articles: 1 article in en" in said.out) == (0, True)


def test_a_database_of_a_newer_maild_stops_the_daemon_for_good(morning):
    store = open_store(morning.url)
    with store.transaction():
        store._db.run("INSERT INTO schema_migration (name, applied) VALUES ('0999_colours', '2030-01-01 00:00:00')")
    store.close()
    said = morning.maild("run", "--once")
    assert said.code == 78
    assert "newer maild" in said.err


def test_a_broken_draft_is_told_of_and_stops_nothing(desk):
    waiting = desk.folder / "drafts" / "en"
    waiting.mkdir(parents=True)
    (waiting / "lamp-1042.md").write_text("---\ntitle: Lamp\nkeywords: [lamp]\n---\n\nJust look.\n")
    (waiting / "door-1043.md").write_text("---\ntitle: Door\nkeywords: [door]\n---\n\n1. Push.\n")
    (waiting / "gate-1044.md.part").write_text("---\n")
    said = desk.maild("check")
    assert said.code == 0
    assert "drafts/en/lamp-1042.md:5:1: warning: this article has no steps" in said.out
    assert "drafts/en/gate-1044.md.part: warning: this draft lost its name" in said.out
    assert "drafts      drafts: 1 draft to be read" in said.out
    assert "15 articles" in said.out


def test_drafts_are_no_articles_wherever_they_lie(desk):
    own = desk.folder / "articles" / "en"
    own.mkdir(parents=True)
    (own / "lamp.md").write_text("---\ntitle: Lamp\nkeywords: lamp\n---\n1. Look.\n")
    for place in ("drafts/en", "drafts"):
        waiting = desk.folder / "articles" / place
        waiting.mkdir(parents=True, exist_ok=True)
        (waiting / "door.md").write_text("---\ntitle: Door\nkeywords: door\n---\n1. Push.\n")
    desk.settings(SETTINGS + '[paths]\nknowledge = "articles"\n')
    said = desk.maild("check")
    assert "articles: 1 article in en" in said.out
    assert "drafts      articles/drafts: 1 draft to be read" in said.out


def test_drafts_among_the_articles_themselves_are_refused(desk):
    (desk.folder / "articles").mkdir()
    desk.settings(SETTINGS + '[paths]\nknowledge = "articles"\ndrafts = "articles"\n')
    said = desk.maild("check")
    assert said.code == 1
    assert '"drafts" in [paths] is the folder of the articles' in said.out
    (desk.folder / "file").write_text("")
    desk.settings(SETTINGS + '[paths]\ndrafts = "file"\n')
    assert '"drafts" in [paths] must be a folder, and is a file' in desk.maild("check").out


def test_a_rulebook_without_agents_is_said_to_leave_everybody_in_the_dark(desk):
    assert "NO PERSON IS TOLD of a new ticket" in desk.maild("check").out
    (desk.folder / "rules.yaml").write_text("agents:\n  noor: {name: Noor, email: noor@example.com}\n")
    desk.settings(SETTINGS + '[paths]\nrulebook = "rules.yaml"\n')
    said = desk.maild("check").out
    assert "rules.yaml: " in said
    assert "NO PERSON" not in said
