"""A channel alone: what a gateway says, and addresses that are none."""

from collections.abc import AsyncIterator

import pytest

from service.settings import ChannelUrl, SettingsError
from tests.support.gateway import Gateway, gateway
from workers.messengers import AppriseMessenger, Away, Delivered, Refused


@pytest.fixture
async def gate() -> AsyncIterator[Gateway]:
    async with gateway() as found:
        yield found


def phone(number: int) -> str:
    return f"+7701000{number:04}"


async def test_a_messenger_says_what_became_of_it(gate: Gateway) -> None:
    messenger = AppriseMessenger("sms", ChannelUrl(gate.template.replace("{to}", "{digits}")))
    assert isinstance(await messenger.send(phone(1), "Welcome"), Delivered)
    assert gate.texts == [(phone(1)[1:], "Welcome")]
    assert isinstance(await messenger.send("8 701 no", "Welcome"), Refused)
    await gate.stop()
    away = await messenger.send(phone(1), "Welcome")
    assert isinstance(away, Away) and "s3cret-key" not in away.said
    again = await messenger.send(phone(2), "Welcome")
    assert again == Away("waiting for the gateway to come back", getattr(again, "wait", 0))
    await gate.start()
    messenger.close()


def test_an_address_that_apprise_cannot_read_ends_the_start() -> None:
    with pytest.raises(SettingsError, match="CHANNEL_SMS is no address that apprise can use") as refused:
        AppriseMessenger("sms", ChannelUrl("nosuchthing://s3cret-key@host/{to}"))
    assert "s3cret-key" not in str(refused.value)
