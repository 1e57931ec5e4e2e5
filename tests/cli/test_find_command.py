"""`maild find` shows articles and old tickets that fit some words."""

from dataclasses import replace

from maild.store import open_store


def solve(desk, number: int, solution: str) -> None:
    store = open_store(desk.url)
    store.tickets.update(replace(store.tickets.get(number), status="closed", solution=solution))
    store.close()


def numbers(desk, *words: str) -> list[int]:
    return [row["number"] for row in desk.maild("find", *words, "--json").json if row["kind"] == "ticket"]


def test_it_finds_articles_and_tickets(morning):
    solve(morning, 1001, "New token")
    said = morning.maild("find", "vpn code")
    assert (said.code, said.err) == (0, "")
    article, ticket = said.out.split("\n\n")
    assert "vpn-reset" in article
    assert "Your VPN does not connect" in article
    assert "1001" in ticket
    assert "New token" in ticket


def test_json_is_one_array_with_the_kind_of_each(morning):
    rows = morning.maild("find", "vpn", "code", "--json").json
    assert (rows[0]["kind"], rows[0]["name"], rows[0]["language"]) == ("article", "vpn-reset", "en")
    assert rows[0]["steps"][0].startswith("Open any website.")
    tickets = [row for row in rows if row["kind"] == "ticket"]
    assert (tickets[0]["number"], tickets[0]["solution"]) == (1001, "")
    assert all("score" in row for row in rows)


def test_a_chinese_question_gets_chinese_articles(morning):
    assert "打印机不能打印" in morning.maild("find", "打印机 卡纸").out


def test_solved_leaves_out_what_has_no_solution(morning):
    assert numbers(morning, "asks", "--solved") == []
    solve(morning, 1001, "New token")
    assert numbers(morning, "asks", "--solved") == [1001]


def test_the_index_is_made_anew(morning):
    store = open_store(morning.url)
    store._db.run("DELETE FROM ticket_find")
    store.close()
    assert "2 tickets are not in the index yet: maild find --rebuild" in morning.maild("find", "vpn").out
    assert morning.maild("find", "--rebuild").out == "The index holds 2 tickets now.\n"
    assert numbers(morning, "asks") == [1001]


def test_a_desk_without_a_database_has_its_articles(desk):
    assert "vpn-reset" in desk.maild("find", "vpn").out
    assert not (desk.folder / "maild.db").exists()


def test_nothing_found_is_said_with_its_exit_code(morning):
    said = morning.maild("find", "zeppelin")
    assert (said.code, said.out) == (1, "Nothing fits. Fewer or other words may find more.\n")


def test_no_words_are_a_wrong_usage(morning):
    said = morning.maild("find")
    assert said.code == 2
    assert 'say what to look for, as in maild find "paper jam"' in said.err
