"""What may fail, one after the other. Each returns what it found and what of it is not as it should be."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable

from tests.faults.mail.ground import CONNECTIONS, Ground, Message
from tests.faults.mail.report import Row, duplicates, longest_pause, other_ids

PAUSE, RESUMES, SLOWER = 10.0, 60.0, 1.5
WAIT = 1800.0  # seconds for the last mail


async def kills(ground: Ground) -> Row:
    """kill -9, again and again, while mails are on their way."""
    mails, many = ground.size.mails(50_000), ground.size.kills
    undisturbed = await ground.undisturbed(mails)
    crew, message = await ground.under_way(mails)
    for number in range(many):
        await ground.relay.wait((2 * number + 1) * mails * 9 // (20 * many))
        crew.kill(number)
    seconds = await message.over(WAIT)
    slow = ground.size.timed and seconds > SLOWER * undisturbed
    return await _row(
        ground, message, "kill -9", mails, f"{many} kills", many * CONNECTIONS, seconds,
        more=f"x {seconds / undisturbed:.2f}", missed=[f"more than x {SLOWER}"] if slow else [],
    )  # fmt: skip


async def valkey(ground: Ground) -> Row:
    """Valkey emptied, and killed and started again a second later."""
    mails, many = ground.size.mails(20_000), ground.size.stops
    _, message = await ground.under_way(mails)
    for number in range(2 * many):
        await ground.relay.wait((number + 1) * mails // (2 * many + 2))
        if number % 2:
            await _killed_for_a_second(ground)
        else:
            await ground.empty_valkey()
    seconds = await message.over(WAIT)
    pause = longest_pause(ground.relay.taken)
    return await _row(
        ground, message, "Valkey away", mails, f"{many} emptied, {many} killed", 0, seconds,
        more=f"longest pause {pause:.1f} s", missed=[f"pause over {PAUSE:.0f} s"] if pause > PAUSE else [],
    )  # fmt: skip


async def _killed_for_a_second(ground: Ground) -> None:
    process = ground.valkey.process
    assert process is not None
    process.kill()
    process.wait()
    await asyncio.sleep(1)
    await asyncio.to_thread(ground.valkey.start, ground.valkey.port)


async def postgres(ground: Ground) -> Row:
    """PostgreSQL stopped "immediate" (it recovers from its log), and started again a second later."""
    mails, many = ground.size.mails(20_000), ground.size.stops
    bound = many * CONNECTIONS * ground.size.workers
    _, message = await ground.under_way(mails)
    for number in range(many):
        await ground.relay.wait((number + 1) * mails // (many + 1))
        process = ground.postgres.process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        await asyncio.to_thread(process.wait)
        await asyncio.sleep(1)
        await asyncio.to_thread(ground.postgres.start, ground.postgres.port)
    seconds = await message.over(WAIT)
    pause = longest_pause(ground.relay.taken)
    return await _row(
        ground, message, "PostgreSQL immediate", mails, f"{many} stops", bound, seconds,
        more=f"longest pause {pause:.1f} s",
    )  # fmt: skip


async def smtp_down(ground: Ground) -> Row:
    """Nobody answers at the relay's port."""

    async def fault() -> None:
        await ground.relay.stop()
        await asyncio.sleep(ground.size.down)
        await ground.relay.start()

    return await _outage(ground, "SMTP down", ground.size.down, fault)


async def smtp_hangs(ground: Ground) -> Row:
    """It takes connections and says nothing."""

    async def fault() -> None:
        ground.relay.hanging = True
        await asyncio.sleep(ground.size.hanging)
        ground.relay.wake()

    return await _outage(ground, "SMTP hangs", ground.size.hanging, fault)


async def _outage(ground: Ground, name: str, length: float, fault: Callable[[], Awaitable[None]]) -> Row:
    """No attempt is burned, mails come within a minute of its end; what was said and not answered may come twice."""
    mails = ground.size.mails(5_000)
    _, message = await ground.under_way(mails)
    await ground.relay.wait(mails // 3)
    await fault()
    resumed = await ground.relay.first_after(time.monotonic(), 300)
    seconds = await message.over(WAIT)
    missed = [f"resumed after {resumed:.0f} s"] if resumed > RESUMES else []
    return await _row(
        ground, message, name, mails, f"{length:.0f} s", CONNECTIONS * ground.size.workers, seconds,
        more=f"resumed after {resumed:.1f} s", missed=missed, attempts=1,
    )  # fmt: skip


async def smtp_cuts(ground: Ground) -> Row:
    """It takes a mail and cuts the connection instead of saying so: only then may a mail come twice."""
    mails = ground.size.mails(5_000)
    _, message = await ground.under_way(mails)
    ground.relay.cut_every = max(20, mails // 20)
    seconds = await message.over(WAIT)
    cuts = ground.relay.cuts
    return await _row(
        ground, message, "SMTP cuts after DATA", mails, f"{cuts} cuts", cuts, seconds, attempts=1,
    )  # fmt: skip


async def smtp_busy(ground: Ground) -> Row:
    """One mail in a hundred is to come again later (451): it does, by itself, within minutes."""
    mails = ground.size.mails(5_000)
    _, message = await ground.under_way(mails)
    ground.relay.later = 0.01 if ground.size.timed else 0.05
    if not ground.size.timed:
        await ground.relay.wait(int(mails * 0.9))
        await _no_waiting(ground, message)
    seconds = await message.over(WAIT)
    told = ground.relay.told_later
    return await _row(ground, message, "SMTP busy (451)", mails, f"{told} told later", 0, seconds)


async def _no_waiting(ground: Ground, message: Message) -> None:
    """Their time is over at once: nobody wants to wait minutes here."""
    soon = "UPDATE outbox SET due_at = now() WHERE state = 'queued' AND due_at > now() AND campaign_id = $1"
    for _ in range(100):
        await ground.value(soon, message.id)
        left = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending') AND campaign_id = $1"
        if not await ground.value(left, message.id):
            return
        await asyncio.sleep(0.2)


async def smtp_refuses(ground: Ground) -> Row:
    """A list of addresses that are none (550): each is told to the organizer, nobody else suffers."""
    mails = ground.size.mails(5_000)
    _, message = await ground.under_way(mails)
    refused = frozenset(f"guest{n}@steppe{n % 7}.example" for n in range(mails // 2, mails, 10))
    ground.relay.refused = refused - {one.recipient for one in ground.relay.taken}
    many = len(ground.relay.refused)
    seconds = await message.over(WAIT)
    told = await ground.value(
        "SELECT count(*) FROM outbox o JOIN deliveries d ON task_id = o.id WHERE o.campaign_id = $1"
        " AND o.state = 'parked' AND d.state = 'bounced' AND o.attempts = 1",
        message.id,
    )
    missed = [f"{told} of {many} shown as bounced"] if told != many else []
    shut = await ground.value(  # and opened again: others write to the same people
        "WITH opened AS (DELETE FROM suppressions WHERE reason = 'bounced' RETURNING 1) SELECT count(*) FROM opened"
    )
    missed += [f"{shut} of {many} get no more"] if shut != many else []
    return await _row(
        ground, message, "SMTP refuses (550)", mails, f"{many} addresses", 0, seconds,
        missed=missed, attempts=1, bounced=many,
    )  # fmt: skip


async def turns(ground: Ground) -> Row:
    """Messages paused, changed, resumed and stopped at random moments. Whoever was not in hand when it was stopped does
    not get it; whoever gets it after a change gets the new words."""
    mails, rounds = ground.size.mails(2_000), ground.size.rounds
    in_hand = CONNECTIONS * ground.size.workers
    dice = random.Random(7)
    missed: set[str] = set()
    twice = taken = lost = late = stops = 0
    undisturbed = await ground.undisturbed(mails)
    await ground.crew()
    began = time.monotonic()
    for number in range(rounds):
        message = await ground.send(mails)
        missed |= await _paused_and_changed(ground, message, mails, dice, in_hand)
        if stopped := dice.random() < 0.7 or number == 0:
            stops += 1
            late = max(late, await _stopped(ground, message, mails, dice))
        await message.over(WAIT)
        got = ground.relay.taken
        taken, twice = taken + len(got), twice + duplicates(got)
        lost += 0 if stopped else mails - len({one.recipient for one in got})
        missed |= await _wrong_ends(ground, message)
    asked = ((late > in_hand, f"{late} after a stop"), (twice, "too many duplicates"), (lost, f"{lost} lost"))
    return Row(
        name="paused, changed, stopped", mails=taken, faults=f"{rounds} messages, {stops} stopped", lost=lost,
        duplicates=twice, bound=0, seconds=time.monotonic() - began, undisturbed=undisturbed * rounds,
        more=f"{late} after a stop, at most {in_hand}",
        missed=(*sorted(missed), *(say for wrong, say in asked if wrong)),
    )  # fmt: skip


async def _paused_and_changed(
    ground: Ground, message: Message, mails: int, dice: random.Random, in_hand: int
) -> set[str]:
    """Up to three times; what was wrong."""
    relay, wrong = ground.relay, set[str]()
    for turn in range(1, dice.randint(1, 3) + 1):
        await relay.wait(min(mails, len(relay.taken) + dice.randint(0, mails // 5)))
        await message.change("pause")
        known = len(relay.taken)
        await asyncio.sleep(dice.uniform(0.2, 1.0))
        if (more := len(relay.taken) - known) > in_hand:
            wrong.add(f"{more} while paused")
        await message.change(f"v{turn}")
        known = len(relay.taken)
        await message.change("resume")
        await asyncio.sleep(dice.uniform(0.0, 0.3))
        if (more := sum(one.subject != b"v%d" % turn for one in relay.taken[known:])) > in_hand:
            wrong.add(f"{more} with the former words")
    return wrong


async def _stopped(ground: Ground, message: Message, mails: int, dice: random.Random) -> int:
    """At a random moment; how many came all the same."""
    relay = ground.relay
    await relay.wait(min(mails, len(relay.taken) + dice.randint(1, mails // 4)))
    await message.change("stop")
    known = len(relay.taken)
    await message.over(WAIT)
    await asyncio.sleep(0.5)
    return len(relay.taken) - known


async def _wrong_ends(ground: Ground, message: Message) -> set[str]:
    """Each task and its delivery say the same: sent, or stopped."""
    wrong = await ground.value(
        "SELECT count(*) FROM outbox o JOIN deliveries d ON task_id = o.id WHERE campaign_id = $1"
        " AND (o.state, d.state) NOT IN (('done', 'sent'), ('cancelled', 'suppressed'))",
        message.id,
    )
    return {f"{wrong} ended wrongly"} if wrong else set()


async def clocks(ground: Ground) -> Row:
    """Two workers whose clocks differ by ten minutes, each killed once: leases are the database's."""
    mails = ground.size.mails(5_000)
    crew, message = await ground.under_way(mails, [-300.0, 300.0])
    for number in range(2):
        await ground.relay.wait((number + 1) * mails // 3)
        crew.kill(number)
    seconds = await message.over(WAIT)
    return await _row(
        ground, message, "clocks 10 min apart", mails, "2 workers, 2 kills", 2 * CONNECTIONS, seconds,
    )  # fmt: skip


async def _row(
    ground: Ground, message: Message, name: str, mails: int, faults: str, bound: int, seconds: float, *,
    more: str = "", missed: list[str] | None = None, attempts: int = 0, bounced: int = 0,
) -> Row:  # fmt: skip
    """Who got it and how often; `attempts`: how many a mail may have used up."""
    found = list(missed or [])
    taken = ground.relay.taken
    lost = mails - bounced - len({one.recipient for one in taken})
    twice, others = duplicates(taken), other_ids(taken)
    if lost:
        found.append(f"{lost} lost")
    if twice > bound:
        found.append("too many duplicates")
    if others:
        found.append(f"{others} with another Message-ID")
    ends = "SELECT count(*) FROM outbox WHERE campaign_id = $1 AND state = 'done'"
    if (done := await ground.value(ends, message.id)) != mails - bounced:
        why = "SELECT min(error) FROM outbox WHERE campaign_id = $1 AND state = 'parked'"
        found.append(f"{done} marked as sent ({await ground.value(why, message.id)})")
    if attempts:
        used = await ground.value("SELECT max(attempts) FROM outbox WHERE campaign_id = $1", message.id)
        if used != attempts:
            found.append(f"{used} attempts used")
    return Row(
        name=name, mails=mails, faults=faults, lost=lost, duplicates=twice, bound=bound, seconds=seconds,
        undisturbed=await ground.undisturbed(mails), more=more,
        missed=tuple(found),
    )  # fmt: skip


ALL: dict[str, Callable[[Ground], Awaitable[Row]]] = {
    "kills": kills, "valkey": valkey, "postgres": postgres, "smtp_down": smtp_down, "smtp_hangs": smtp_hangs,
    "smtp_cuts": smtp_cuts, "smtp_busy": smtp_busy, "smtp_refuses": smtp_refuses, "turns": turns, "clocks": clocks,
}  # fmt: skip
