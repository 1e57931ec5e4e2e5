"""maild, a helpdesk that lives in a mailbox: the map of the house.

    cli/        one file per noun: arguments in, a table or --json out, exit codes
    daemon.py   builds everything once, runs the loops, stops cleanly
    settings/   maild.toml and the environment become Settings
    log.py      what happens, in a postmaster's words
    problem.py  what is wrong in a file an admin wrote, with its place

    flow/       the journeys of a mail; each ends in one commit
    rulebook/   the admin's will (pure)
    desk/       the helpdesk's own thinking (pure)
    mail/       what RFC 5322 and its friends say (pure: bytes and values)
    store/      the database; the only room that knows peewee
    edge/       the outside world; each file hides one library
    knowledge/  solutions to suggest
    web/        rating, ticket status, health, metrics
    report/     the monthly review
    demo/       embedded mail servers and sample mails

Floors, from the top: cli, daemon, {web, report, demo}, flow, {rulebook, store, knowledge},
{desk, mail, edge}, {settings, log}, problem. A room imports only from floors below its own;
tests/test_house.py checks it.
"""

__version__ = "0.1.0"
