"""The main job in small: a list is invited, some answer, the badges go out, only the silent are reminded, one comes in.

The same with a list of your own: `python -m tests.flows.main_job LIST.csv` beside a running `./qonaq up`."""

from tests.browser.house import house
from tests.flows.main_job import live_the_job


def people(count: int) -> list[tuple[str, str]]:
    """Names in five scripts, addresses under .example."""
    names = ("Әсел Нұрланқызы", "Виктор Цой", "최민수", "李明", "山田花子", "Robert O'Neill", "José Álvarez")
    return [(f"{names[n % len(names)]} {n}", f"guest{n}@job.example") for n in range(count)]


async def test_invited_answered_approved_reminded_admitted() -> None:
    async with house("--empty") as running:
        counts = await live_the_job(running, people(63), accept=6, decline=3)

    assert counts == {
        "invited": 63, "invitations in the inbox": 63, "accepted": 6, "declined": 3, "approved": 6,
        "badges by mail": 6, "reminded": 54, "reminders in the inbox": 54, "reminders to anybody else": 0,
        "reminded again": 0, "admitted": 1,
    }  # fmt: skip
