"""What an administrator may write for a channel, and what the start says of anything else."""

import importlib.util
from typing import Any

import pytest

from service.settings import ChannelUrl, Settings, SettingsError

KNOWN = {
    "DATABASE_URL": "postgresql://x", "REDIS_URL": "redis://x", "SMTP_URL": "smtp://x",
    "MASTER_KEY": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s",
}  # fmt: skip
GOOD = "jsons://desk:s3cret-key@sms.example.com/send?:phone={to}"


def read(**more: str) -> dict[str, ChannelUrl]:
    return Settings.from_environment({**KNOWN, **more}).channels


def test_a_number_stands_in_its_place_encoded() -> None:
    assert read() == {}
    found = read(CHANNEL_SMS=GOOD, CHANNEL_WHATSAPP="whatsapp://token@id/{digits}")
    assert {name: one.to("+77011234567") for name, one in found.items()} == {
        "sms": "jsons://desk:s3cret-key@sms.example.com/send?:phone=%2B77011234567",
        "whatsapp": "whatsapp://token@id/77011234567",
    }


def test_settings_that_are_shown_hold_no_key() -> None:
    assert "s3cret-key" not in repr(Settings.from_environment({**KNOWN, "CHANNEL_SMS": GOOD}))


@pytest.mark.parametrize(
    "wrong",
    [
        "s3cret-key", "jsons://s3cret-key.example.com/send", "jsons://{to}.example.com/s3cret-key",
        "jsons://{to}@example.com/s3cret-key", "jsons://sms.example.com/{to}/{digits}/s3cret-key",
        "jsons:///{to}/s3cret-key", "jsons://sms.example.com/{to} s3cret-key",
    ],
)  # fmt: skip
def test_the_host_is_the_administrators_and_one_number_stands_behind_it(wrong: str) -> None:
    with pytest.raises(SettingsError, match="CHANNEL_TELEGRAM is no address") as refused:
        read(CHANNEL_TELEGRAM=wrong)
    assert "s3cret-key" not in str(refused.value)


def test_without_the_extra_the_start_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec

    def without(name: str, *more: Any) -> Any:
        return None if name == "apprise" else real(name, *more)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    assert read() == {}
    with pytest.raises(SettingsError, match=r"CHANNEL_SMS is set.*qonaq\[channels\]"):
        read(CHANNEL_SMS=GOOD)
