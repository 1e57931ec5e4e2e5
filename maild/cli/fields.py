"""What --json prints of each thing: the fields that DESIGN.md section 6 promises, then a few more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from maild.cli.times import rfc3339
from maild.desk.decision import Decision
from maild.desk.held import Held
from maild.desk.ticket import Entry, Ticket
from maild.store import InboxRow, OutboxRow

if TYPE_CHECKING:
    from maild.flow.receive import Reading


def ticket_fields(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "requester": ticket.requester,
        "status": ticket.status,
        "queue": ticket.queue,
        "assignee": ticket.assignee,
        "category": ticket.category,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "priority": ticket.priority,
        "tags": list(ticket.tags),
        "language": ticket.language,
        "opened_at": rfc3339(ticket.opened_at),
        "acknowledged_at": rfc3339(ticket.acknowledged_at),
        "first_response_due": rfc3339(ticket.first_response_due),
        "first_responded_at": rfc3339(ticket.first_responded_at),
        "resolution_due": rfc3339(ticket.resolution_due),
        "resolved_at": rfc3339(ticket.resolved_at),
        "closed_at": rfc3339(ticket.closed_at),
        "rating": ticket.rating,
        "parent": ticket.parent,
        "requester_name": ticket.requester_name,
        "mailbox": ticket.mailbox,
        "acknowledge_due": rfc3339(ticket.acknowledge_due),
        "details": dict(ticket.details),
        "cause": ticket.cause,
        "solution": ticket.solution,
        "solved_by": ticket.solved_by,
        "suggested": list(ticket.suggested),
        "elapsed_seconds": ticket.elapsed_seconds,
        "business_seconds": ticket.business_seconds,
        "touches": ticket.touches,
        "waits_until": rfc3339(ticket.waits_until),
        "participants": [{"email": p.email, "name": p.name, "role": p.role} for p in ticket.participants],
    }


def entry_fields(entry: Entry, why: bool = False) -> dict[str, Any]:
    """Give one line of a ticket's history; `why` adds the trace of the decision behind it, null where there is none."""
    fields: dict[str, Any] = {
        "at": rfc3339(entry.at),
        "kind": entry.kind,
        "direction": entry.direction,
        "author": entry.author,
        "subject": entry.subject,
        "text": entry.text,
        "message_id": entry.message_id,
        "attachments": [
            {"name": file.name, "type": file.type, "size": file.size, "sha256": file.sha256}
            for file in entry.attachments
        ],
    }
    return fields | {"trace": json.loads(entry.trace) if entry.trace else None} if why else fields


def held_fields(one: Held) -> dict[str, Any]:
    """Give a stretch of time in which somebody had a ticket; `until` is null while he has it."""
    return {
        "kind": one.kind,
        "who": one.who,
        "from": rfc3339(one.since),
        "until": rfc3339(one.until),
        "business_seconds": int(one.business.total_seconds()),
        "elapsed_seconds": int(one.elapsed.total_seconds()),
    }


def inbox_fields(row: InboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "mailbox": row.mailbox,
        "uidvalidity": row.uidvalidity,
        "uid": row.uid,
        "message_id": row.message_id,
        "from": row.from_,
        "subject": row.subject,
        "taken_at": rfc3339(row.taken_at),
        "state": row.state,
        "outcome": row.outcome,
        "reason": row.reason,
        "ticket": row.ticket,
        "attempts": row.attempts,
        "kind": row.kind,
        "size": row.size,
        "truncated": row.truncated,
    }


def outbox_fields(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "ticket": row.ticket,
        "notice": row.notice,
        "to": row.to,
        "subject": row.subject,
        "state": row.state,
        "attempts": row.attempts,
        "message_id": row.message_id,
        "queued_at": rfc3339(row.queued_at),
        "sent_at": rfc3339(row.sent_at),
        "last_reply": row.last_reply,
        "role": row.role,
        "send_at": rfc3339(row.send_at),
        "due_at": rfc3339(row.due_at),
        "withheld": row.withheld,
    }


def tries_fields(row: OutboxRow) -> Sequence[dict[str, Any]]:
    """Give every attempt to send a notice."""
    return [{"at": rfc3339(one.at), "state": one.state, "reply": one.reply} for one in row.tries]


def read_fields(reading: Reading) -> dict[str, Any]:
    """Give what a mail says by itself, as maild reads it."""
    message, bounce = reading.message, reading.verdict.bounce
    return {
        "mail": {
            "from": [{"name": address.name, "email": address.email} for address in message.from_],
            "to": [{"name": address.name, "email": address.email} for address in message.to],
            "subject": message.subject,
            "message_id": message.message_id,
            "language": reading.language,
            "text": message.text,
            "reply": reading.text,
            "attachments": [
                {"name": one.name, "type": one.type, "size": one.size, "sha256": one.sha256}
                for one in message.attachments
            ],
            "sign": reading.verdict.sign,
            "bounced": [
                {
                    "address": failed.address,
                    "status": failed.status,
                    "hard": failed.hard,
                    "action": failed.action,
                    "diagnostic": failed.diagnostic,
                }
                for failed in (bounce.recipients if bounce else ())
            ],
            "defects": list(message.defects),
        }
    }


def explained_fields(kind: str, decision: Decision) -> dict[str, Any]:
    """Give what would become of a mail of this kind; `ticket` is null where it would be a new one, or none."""
    ticket = decision.after or decision.before
    return {
        "kind": kind,
        "outcome": decision.outcome,
        "ticket": (ticket.number or None) if ticket else None,
        "queue": ticket.queue if ticket else None,
        "category": ticket.category if ticket else None,
        "impact": ticket.impact if ticket else None,
        "urgency": ticket.urgency if ticket else None,
        "priority": ticket.priority if ticket else None,
        "assignee": ticket.assignee if ticket else None,
        "suggest": list(decision.suggest),
        "notices": [
            {"notice": one.name, "to": one.to, "role": one.role, "language": one.language, "withheld": one.withheld}
            for one in decision.notices
        ],
        "rules": [
            {"name": step.name, "line": step.line, "hit": step.hit, "reason": step.reason}
            for step in decision.steps
            if step.stage == "rule"
        ],
        "first_response_due": rfc3339(ticket.first_response_due) if ticket else None,
        "resolution_due": rfc3339(ticket.resolution_due) if ticket else None,
        "reason": decision.reason,
        "steps": [
            {"stage": step.stage, "name": step.name, "line": step.line, "hit": step.hit, "reason": step.reason}
            for step in decision.steps
        ],
    }
