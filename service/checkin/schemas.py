"""What a device sends, and what it is told."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from service.checkin.errors import NothingScanned

Verdict = Literal[
    "admitted", "already_in", "not_approved", "cancelled", "revoked", "wrong_event", "wrong_day", "wrong_gate",
    "unknown", "undone", "nothing_to_undo",
]  # fmt: skip


class ScanInput(msgspec.Struct, frozen=True, kw_only=True):
    """One scan as the device saw it. `scan_id` (UUIDv7) is made there: the same scan sent again gets the first answer.

    Either `code` (all that the QR code says, or the eight typed characters) or `registration_id` (chosen from the
    search; for undo). `device_time` is RFC 3339 with offset; `seq` counts the scans of the device."""

    scan_id: UUID
    point_id: UUID
    code: Annotated[str, msgspec.Meta(max_length=600)] = ""
    registration_id: UUID | None = None
    action: Literal["enter", "undo"] = "enter"
    how: Literal["camera", "typed", "search"] = "camera"
    device_id: UUID | None = None
    device_time: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None

    def check(self) -> None:
        """Raises NothingScanned when there is neither code nor registration."""
        if not self.code.strip() and self.registration_id is None:
            raise NothingScanned({"code": NothingScanned.say})

    @property
    def offset(self) -> int | None:
        """Minutes the device's clock is ahead of UTC."""
        delta = self.device_time.utcoffset() if self.device_time else None
        return None if delta is None else int(delta.total_seconds() // 60)

    @property
    def instant(self) -> datetime | None:
        """The device's time in UTC."""
        return self.device_time.astimezone(UTC) if self.device_time else None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a scan. Names only of guests of this event; `at`, `point_id`, `by` tell of the entry that stands
    (already_in); `state` of the registration (not_approved); `note` why a code was revoked."""

    scan_id: UUID
    verdict: Verdict
    registration_id: UUID | None = None
    native_name: str = ""
    latin_name: str = ""
    affiliation: str = ""
    country: str = ""
    category_id: UUID | None = None
    state: str = ""
    note: str = ""
    at: datetime | None = None
    point_id: UUID | None = None
    by: str = ""


class Guest(msgspec.Struct, frozen=True, kw_only=True):
    """What door staff may see of somebody they look for: no address, phone, diet.

    `match`: full when what was typed is their whole name in whatever spelling, similar when a slip of the finger may
    hide it, else part."""

    registration_id: UUID
    native_name: str
    latin_name: str
    affiliation: str
    country: str
    category_id: UUID
    state: str
    arrived_at: datetime | None
    match: str = "part"
