"""`./qonaq names FILE`: runs the door's search over pairs of names on a scratch database; recall and false rate.

FILE is UTF-8 text, three columns parted by tabs, no header: what is typed, the name as stored, `same` or `different`
(whether both are one human being's name). Every stored name becomes a guest of one event, and each typed name is looked
for among all of them. Recall counts the same ones whose stored name is among the twenty answers; the false rate counts
the different ones whose stored name is answered as a match of the full name. How many different ones are shown at all,
as people whose name has what was typed, is told beside it."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from service.checkin.facts import read_facts
from service.checkin.search import find_guests
from service.core.actor import SYSTEM
from service.core.database import Database
from service.credentials.operations import load_signer
from service.dev.postgres import Postgres
from service.dev.schema import migrate
from service.events.queries import facts_of
from service.registrations.register import register
from tests.support import factories as make


class Pair(msgspec.Struct, frozen=True):
    """What is typed, what is stored, and whether they are the same name."""

    query: str
    stored: str
    same: bool


class Verdict(msgspec.Struct, frozen=True):
    """Every pair with how its stored name was answered: full, part, or '' for not at all."""

    judged: list[tuple[Pair, str]]

    @property
    def found(self) -> tuple[int, int]:
        """Of the same ones, (those among the answers, all)."""
        same = [match for pair, match in self.judged if pair.same]
        return sum(bool(match) for match in same), len(same)

    @property
    def taken(self) -> tuple[int, int]:
        """Of the different ones, (those taken for a match of the full name, all)."""
        different = [match for pair, match in self.judged if not pair.same]
        return different.count("full"), len(different)

    @property
    def shown(self) -> tuple[int, int]:
        """Of the different ones, (those among the answers, all)."""
        different = [match for pair, match in self.judged if not pair.same]
        return sum(bool(match) for match in different), len(different)

    @property
    def wrong(self) -> list[Pair]:
        """Same ones that were not found, different ones taken for a full match."""
        return [pair for pair, match in self.judged if (not match if pair.same else match == "full")]


class BadFile(Exception):
    """A line that is no pair."""


def read_pairs(text: str) -> list[Pair]:
    """Raises BadFile with the number of the line."""
    pairs = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3 or not all(cells) or cells[2] not in ("same", "different"):
            raise BadFile(f"Line {number} is not: typed name, tab, stored name, tab, same or different.")
        pairs.append(Pair(cells[0], cells[1], cells[2] == "same"))
    return pairs


async def judge(db: Database, pairs: Sequence[Pair]) -> Verdict:
    """On an empty, migrated database."""
    async with db.begin() as session:
        event = await make.event(session, await make.organisation(session))
        await make.category(session, event)
        facts, signer = await facts_of(session, event), await load_signer(session, b"k" * 32)
    pool, stored = await db.hot(), sorted({pair.stored for pair in pairs})

    async def add(number: int, name: str) -> None:
        who = make.application(name=name, email="", latin_name="", affiliation="", position="", country="")
        await register(pool, facts, who, source="import", key=str(number), actor=SYSTEM, signer=signer)

    await asyncio.gather(*(add(number, name) for number, name in enumerate(stored)))
    async with db.begin() as session:
        door = await read_facts(session, event.slug)
    judged = []
    for pair in pairs:
        found = {guest.native_name: guest.match for guest in await find_guests(pool, door, pair.query)}
        judged.append((pair, found.get(pair.stored, "")))
    return Verdict(judged)


@contextmanager
def scratch() -> Iterator[str]:
    """A PostgreSQL of its own with the newest schema; its address."""
    folder = Path(tempfile.mkdtemp(prefix="qonaq-names-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    postgres = Postgres(folder / "postgres", folder / "postgres.log")
    try:
        url = postgres.start()
        migrate(url)
        yield url
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _judge_at(url: str, pairs: Sequence[Pair]) -> Verdict:
    db = Database(url)
    try:
        return await judge(db, pairs)
    finally:
        await db.close()


def main(path: Path) -> int:
    """Prints every pair that was judged wrongly, then recall and false rate."""
    try:
        pairs = read_pairs(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadFile) as error:
        print(f"\n  {path} cannot be read: {error}", file=sys.stderr)
        return 1
    with scratch() as url:
        verdict = asyncio.run(_judge_at(url, pairs))
    for pair in verdict.wrong:
        print(f"{'not found' if pair.same else 'taken for it'}\t{pair.query}\t{pair.stored}")
    for name, (number, count) in (
        ("recall", verdict.found), ("false rate", verdict.taken), ("different ones shown at all", verdict.shown)
    ):  # fmt: skip
        share = f"{number / count:.2%}" if count else "none to judge"
        print(f"{name}: {share} ({number} of {count})")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
