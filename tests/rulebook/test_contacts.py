"""contacts.csv: who the desk knows beforehand."""

import pytest

from maild.problem import render
from maild.rulebook.arrival import Contact
from maild.rulebook.contacts import read_contacts


@pytest.mark.parametrize(
    "text",
    [
        "email,name,department,location,phone,language,vip\nEva@example.com,Eva,Finance,Berlin,+49 30,zh,yes\n",
        "\ufeffname;vip;email;phone;department;location;language\r\nEva;x;eva@example.com;+49 30;Finance;Berlin;zh\r\n",
        "姓名,邮箱,部门,地点,电话,语言,重要\nEva,eva@example.com,Finance,Berlin,+49 30,zh,是\n\n",
    ],
)
def test_contacts_come_from_any_spreadsheet(text):
    eva = Contact("eva@example.com", "Eva", "Finance", "Berlin", "+49 30", "zh", True)
    assert read_contacts(text, "contacts.csv") == {"eva@example.com": eva}


def test_only_the_address_is_needed():
    assert read_contacts("email\neva@example.com\n", "c.csv") == {"eva@example.com": Contact("eva@example.com")}
    assert read_contacts("", "c.csv") == {}


def test_every_mistake_is_told_with_its_place():
    text = (
        "email,name,departement,vip,language\n"
        "eva@example.com,Eva,Finance,no,en\n"
        "Eva <eva@example.com>,Eva,Finance,no,en\n"
        "EVA@example.com,Eva,Finance,perhaps,fr\n"
    )
    assert (
        render(read_contacts(text, "contacts.csv"))
        == """\
contacts.csv:1:12: there is no column "departement"
    email,name,departement,vip,language
               ^^^^^^^^^^^
    did you mean "department"?
contacts.csv:3:1: "Eva <eva@example.com>" is no mail address
    Eva <eva@example.com>,Eva,Finance,no,en
    ^^^^^^^^^^^^^^^^^^^^^
    write only eva@example.com
contacts.csv:4:37: there is no language fr
    EVA@example.com,Eva,Finance,perhaps,fr
                                        ^^
    known: en, zh
contacts.csv:4:29: vip is yes or no
    EVA@example.com,Eva,Finance,perhaps,fr
                                ^^^^^^^
contacts.csv:4:1: eva@example.com stands twice
    EVA@example.com,Eva,Finance,perhaps,fr
    ^^^^^^^^^^^^^^^
    first in line 2"""
    )


def test_a_list_without_addresses_is_no_list():
    [problem] = read_contacts("name,department\nEva,Finance\n", "contacts.csv")
    assert problem.what == "the heading has no column email"
