"""Names and addresses cannot break a header; a bounce tells whose it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emails.addresses import AddressRefused, ascii_address, cut, display_name, read_verp, verp

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("li@guests.example", "li@guests.example"),
        (" li+tag@guests.example ", "li+tag@guests.example"),
        ("гость@пример.example".replace("гость", "gost"), "gost@xn--e1afmkfd.example"),
        ("kim@한국.example", "kim@xn--3e0b707e.example"),
    ],
)
def test_domains_become_ascii(written: str, wire: str) -> None:
    assert ascii_address(written) == wire


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("гость@guests.example", "needs_smtputf8"),
        ("no address", "shape"),
        ("a@b@c.example", "shape"),
        ("@guests.example", "shape"),
        ("a..b@guests.example", "shape"),
        ("a\r\nBcc: x@guests.example", "shape"),
        ("a@guests example", "domain"),
        ("a@", "domain"),
        ("x" * 65 + "@guests.example", "shape"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_reason(written: str, reason: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        ascii_address(written)
    assert refusal.value.reason == reason


def test_a_relay_with_smtputf8_takes_the_local_part_as_it_is() -> None:
    assert ascii_address("гость@пример.example", smtputf8=True) == "гость@xn--e1afmkfd.example"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ким Ён-су", "Ким Ён-су"),
        ('"Boss" <boss@bank.example>, x: y;', "Boss bossbank.example x y"),
        ("=?utf-8?q?x?=", "utf-8?q?x"),
        ("==??x?==", "x="),
        ("a\r\nBcc: b", "a Bcc b"),
        ("evil\u202etxt", "eviltxt"),
        ("", ""),
    ],
)
def test_display_names(name: str, shown: str) -> None:
    assert display_name(name) == shown


@given(st.text())
def test_no_name_can_do_harm(name: str) -> None:
    shown = display_name(name)
    assert len(shown) <= 75
    assert not set(shown) & set('@:,;"<>\\\r\n\0')
    assert "=?" not in shown
    assert display_name(shown) == shown


@pytest.mark.parametrize("cluster", ["e\u0301", "👩‍👩‍👧", "🇰🇿", "👍🏽", "\u1112\u1161\u11ab", "क्ष"])
def test_a_cut_never_ends_inside_what_reads_as_one_character(cluster: str) -> None:
    for length in range(1, len(cluster)):
        assert cut("ab" + cluster, 2 + length) == "ab"
    assert cut("ab" + cluster, 2 + len(cluster)) == "ab" + cluster


@given(st.from_regex(r"[a-z0-9]{1,32}", fullmatch=True))
def test_a_bounce_finds_its_token_and_nobody_can_make_one_up(token: str) -> None:
    sender = verp("bounce@qonaq.example", token, KEY)
    assert read_verp(sender, KEY) == read_verp(sender.upper(), KEY) == token
    assert read_verp(sender, b"another key") is None
    assert read_verp(sender.replace(f"+{token}-", f"+x{token}-"), KEY) is None
    assert len(sender.partition("@")[0]) <= 64


def test_other_addresses_carry_no_token() -> None:
    assert read_verp("bounce@qonaq.example", KEY) is None
    assert read_verp("", KEY) is None
    with pytest.raises(ValueError, match="envelope sender"):
        verp("bounce@qonaq.example", "UPPER", KEY)
