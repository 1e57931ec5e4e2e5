"""`maild demo --once` shows everything on a machine that has no mail server, and ends."""

from tests.cli.test_command_line import run


def test_the_demo_carries_every_sample_mail_to_its_outcome(tmp_path):
    done = run("demo", "--once", cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert "16 mails came, 16 have an outcome, none is lost." in done.stdout.decode()
    assert done.stdout.decode().count("; opens:\n  http://127.0.0.1:") == 4, "a ticket, two ratings, health"
    assert "WHILE YOU WAIT" in done.stdout.decode()
    assert "【等待时可以先试试】" in done.stdout.decode()
    assert b"Traceback" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
