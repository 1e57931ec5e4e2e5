"""Whoever held a claim is known to be dead by his name, or is left alone."""

import os
import socket
import subprocess
import sys

import pytest

from maild.daemon.owner import is_dead, new_owner


def owner_with(pid: int, host: str = socket.gethostname()) -> str:
    return f"{host}/{pid}/00000000"


def test_this_very_process_is_alive():
    me = new_owner()
    assert not is_dead(me, me)
    assert not is_dead(f"{me}/process", me)


def test_an_earlier_process_with_our_number_is_dead():
    assert is_dead(owner_with(os.getpid()), new_owner())


def test_another_running_process_is_alive():
    assert not is_dead(owner_with(os.getppid()), new_owner())


def test_a_process_of_another_machine_may_live():
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    assert is_dead(owner_with(int(gone.stdout)), new_owner())
    assert not is_dead(owner_with(int(gone.stdout), "elsewhere"), new_owner())


@pytest.mark.parametrize("name", ["", "one", "host/x/y", f"{socket.gethostname()}/{2**70}/0"])
def test_a_name_that_says_nothing_may_be_of_somebody_alive(name):
    assert not is_dead(name, new_owner())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell it in other ways")
def test_a_process_that_has_ended_is_dead_before_anybody_has_taken_notice():
    with subprocess.Popen(["sleep", "60"]) as ended:
        ended.kill()
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(owner_with(ended.pid), new_owner())
