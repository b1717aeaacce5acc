"""The hot path: one statement scans. A twin written with the ORM stands in the tests and must agree with it."""

from typing import Any, Protocol
from uuid import UUID

import asyncpg

from service.checkin.errors import ScanIdTaken
from service.checkin.facts import DoorFacts
from service.checkin.schemas import Outcome, ScanInput
from service.core.actor import Actor
from service.credentials.codes import Ticket, read_scanned, ticket_hash


class Runner(Protocol):
    """An asyncpg pool (the statement commits alone) or connection (it joins the open transaction)."""

    async def fetchrow(self, query: str, *args: Any) -> Any: ...


async def scan(run: Runner, door: DoorFacts, given: ScanInput, actor: Actor) -> Outcome:
    """Let somebody in, or say why not; or undo that. The scan is kept whatever the verdict.

    The same `scan_id` again gets the first answer again, also at the same time. One entry per registration, zone and
    local day: the entry's key decides, never what was read before. Raises NoSuchPoint, DeviceRevoked, ScanIdTaken."""
    point = door.point(given.point_id)
    door.check_device(given.device_id)
    way, sought = _sought(given)
    try:
        row = await run.fetchrow(
            STATEMENTS[given.action, way], given.scan_id, door.id, point.id, given.device_id, actor.id, sought,
            given.how, given.instant, given.offset, given.seq, point.zone, door.zone, door.first_day, door.last_day,
            point.opens_at, point.closes_at, point.category_ids,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "pk_scans":
            raise
        row = None  # known: all of the statement was undone, and the first answer holds
    # No time of entry: the one that won the race committed after we looked.
    if row is None or (row["verdict"] == "already_in" and row["at"] is None):
        row = await run.fetchrow(KNOWN, given.scan_id, door.id, point.zone, door.zone)
    if row is None:
        raise ScanIdTaken
    return Outcome(**dict(row.items()))


def _sought(given: ScanInput) -> tuple[str, bytes | str | UUID | None]:
    if given.registration_id is not None:
        return "registration", given.registration_id
    read = read_scanned(given.code)
    if isinstance(read, Ticket):
        return "ticket", ticket_hash(read.text)
    return "code", read.text if read else None


# The hash of the whole ticket is compared, so a forged signature finds nothing: no verification on this path.
_FOUND = {
    "ticket": """
    SELECT id AS credential_id, registration_id, revoked_at IS NOT NULL AS revoked, revoked_reason
    FROM credentials WHERE ticket_hash = $6::bytea""",
    "code": """
    SELECT id AS credential_id, registration_id, revoked_at IS NOT NULL AS revoked, revoked_reason
    FROM credentials WHERE event_id = $2 AND code = $6::text""",
    # Somebody found by name comes with the newest code, so that a blocked badge is blocked here, too.
    "registration": """
    SELECT c.id AS credential_id, r.id AS registration_id, c.revoked_at IS NOT NULL AS revoked,
        coalesce(c.revoked_reason, '') AS revoked_reason
    FROM registrations r LEFT JOIN LATERAL (
        SELECT * FROM credentials c WHERE c.registration_id = r.id
        ORDER BY c.revoked_at IS NULL DESC, c.issued_at DESC LIMIT 1
    ) c ON true WHERE r.id = $6::uuid AND r.event_id = $2""",
}

_CHANGE = {
    "enter": """
    INSERT INTO entries (registration_id, zone, day, event_id, point_id, scan_id)
    SELECT id, $11, day, $2, $3, $1 FROM judged
    WHERE refusal IS NULL ON CONFLICT DO NOTHING RETURNING registration_id""",
    "undo": """
    DELETE FROM entries e USING judged j
    WHERE e.registration_id = j.id AND e.zone = $11 AND e.day = j.day AND j.event_id = $2
    RETURNING e.registration_id""",
}

_VERDICT = {
    "enter": """CASE WHEN changed.registration_id IS NOT NULL THEN 'admitted'
        WHEN judged.id IS NULL THEN 'unknown' ELSE coalesce(judged.refusal, 'already_in') END""",
    "undo": """CASE WHEN changed.registration_id IS NOT NULL THEN 'undone' WHEN judged.id IS NULL THEN 'unknown'
        WHEN judged.event_id <> $2 THEN 'wrong_event' ELSE 'nothing_to_undo' END""",
}

# A guest of another event stays nameless here: it may be another organisation's.
_OUTCOME = """
SELECT scan.id AS scan_id, scan.verdict, r.id AS registration_id, coalesce(r.native_name, '') AS native_name,
    coalesce(r.latin_name, '') AS latin_name, coalesce(r.affiliation, '') AS affiliation,
    coalesce(r.country, '') AS country, r.category_id, coalesce(r.state, '') AS state,
    CASE WHEN scan.verdict = 'revoked' THEN {note} ELSE '' END AS note,
    e.at, e.point_id, coalesce(a.name, t.name, '') AS by
"""
_STANDING = """
    LEFT JOIN entries e
        ON scan.verdict = 'already_in' AND e.registration_id = r.id AND e.zone = {zone} AND e.day = {day}
    LEFT JOIN scans s ON s.id = e.scan_id
    LEFT JOIN accounts a ON a.id = s.account_id LEFT JOIN api_tokens t ON t.id = s.account_id
"""

_STATEMENT = (
    """
WITH found AS ({found}
), judged AS (
    SELECT found.*, r.id, r.event_id, r.native_name, r.latin_name, r.affiliation, r.country, r.category_id, r.state,
        (now() AT TIME ZONE $12)::date AS day,
        CASE WHEN r.event_id <> $2 THEN 'wrong_event'
            WHEN r.state = 'cancelled' THEN 'cancelled'
            WHEN r.state <> 'approved' THEN 'not_approved'
            WHEN found.revoked THEN 'revoked'
            WHEN (now() AT TIME ZONE $12)::date NOT BETWEEN $13::date AND $14::date
                OR now() < $15::timestamptz OR now() >= $16::timestamptz THEN 'wrong_day'
            WHEN cardinality($17::uuid[]) > 0 AND r.category_id <> ALL ($17::uuid[]) THEN 'wrong_gate'
        END AS refusal
    FROM found JOIN registrations r ON r.id = found.registration_id
), changed AS ({change}
), scan AS (
    INSERT INTO scans (id, event_id, point_id, device_id, account_id, credential_id, registration_id, action, verdict,
        how, device_time, device_offset, seq)
    SELECT $1, $2, $3, $4::uuid, $5::uuid, judged.credential_id,
        CASE WHEN judged.event_id = $2 THEN judged.id END, '{action}', {verdict}, $7, $8::timestamptz, $9::int, $10::int
    FROM (SELECT) AS once LEFT JOIN judged ON true LEFT JOIN changed ON true
    RETURNING id, verdict
)"""
    + _OUTCOME.format(note="r.revoked_reason")
    + "FROM scan LEFT JOIN judged r ON r.event_id = $2"
    + _STANDING.format(zone="$11", day="r.day")
)

STATEMENTS = {
    (action, way): _STATEMENT.format(
        found=found, change=_CHANGE[action], verdict=_VERDICT[action], action=action
    )
    for action in ("enter", "undo")
    for way, found in _FOUND.items()
}

KNOWN = (
    _OUTCOME.format(note="coalesce(c.revoked_reason, '')")
    + """FROM scans scan LEFT JOIN registrations r ON r.id = scan.registration_id
    LEFT JOIN credentials c ON c.id = scan.credential_id"""
    + _STANDING.format(zone="$3", day="(scan.received_at AT TIME ZONE $4)::date")
    + "WHERE scan.id = $1 AND scan.event_id = $2"
)
