"""A ticket is read from any wrapping, believed only with our signature, and typed by tired people."""

import hashlib
import re
from uuid import UUID

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from service.credentials.codes import (
    TYPED_LETTERS,
    NotOurTicket,
    Ticket,
    TypedCode,
    qr_content,
    qr_svg,
    read_scanned,
    sign,
    spaced,
    ticket_hash,
    typed_code,
    verify,
)

QR = zxingcpp.BarcodeFormat.QRCode  # a dense code by itself is now and then also read as a bar code

AIGERIM = UUID("0198f3c2-7a10-7b6e-9d43-1f2e3d4c5b6a")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = {7: KEY.public_key(), 8: OTHER_KEY.public_key()}
TICKET = sign(KEY, 7, AIGERIM)


def test_a_signed_ticket_tells_its_credential() -> None:
    assert verify(TICKET, KEYS) == AIGERIM
    assert (len(TICKET), TICKET.isupper()) == (130, True)


@given(st.uuids(), st.integers(1, 255))
def test_every_credential_and_key_id_comes_back(credential_id: UUID, key_id: int) -> None:
    assert verify(sign(KEY, key_id, credential_id), {key_id: KEY.public_key()}) == credential_id


@pytest.mark.parametrize("key_id", [0, 256, -1])
def test_a_key_id_that_does_not_fit_is_refused(key_id: int) -> None:
    with pytest.raises(ValueError, match="1 to 255"):
        sign(KEY, key_id, AIGERIM)


@pytest.mark.parametrize(
    "forged",
    [
        sign(OTHER_KEY, 7, AIGERIM),
        sign(KEY, 9, AIGERIM),
        TICKET[:-1],
        TICKET + "A",
        ("B" if TICKET[5] != "B" else "C").join([TICKET[:5], TICKET[6:]]),
        TICKET[:60] + ("A" if TICKET[60] != "A" else "B") + TICKET[61:],
        TICKET.replace(TICKET[0], "1", 1),
        "",
        "Привет",
        "A" * 130,
    ],
)
def test_a_ticket_we_did_not_sign_is_not_ours(forged: str) -> None:
    with pytest.raises(NotOurTicket):
        verify(forged, KEYS)


@given(st.text(max_size=140) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=130, max_size=130))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = read_scanned(text)
    assert read is None or isinstance(read, Ticket | TypedCode)
    with pytest.raises(NotOurTicket):
        verify(text, KEYS)


def test_the_hash_is_of_the_bytes_whatever_the_case_and_the_spare_bits() -> None:
    raw = bytes([7]) + AIGERIM.bytes + KEY.sign(bytes([7]) + AIGERIM.bytes)
    spare = chr(ord(TICKET[-1]) + 1)
    assert {ticket_hash(t) for t in (TICKET, TICKET.lower(), TICKET[:-1] + spare)} == {
        hashlib.sha256(raw).digest()
    }
    assert read_scanned(TICKET[:-1] + spare) == Ticket(TICKET)


@pytest.mark.parametrize(
    "scanned",
    [
        f"HTTPS://FORUM.EXAMPLE:8443/T/{TICKET}",
        f"https://forum.example/t/{TICKET.lower()}",
        f" http://127.0.0.1:8000/T/{TICKET}/?utm=1#x\n",
        TICKET,
        TICKET.lower(),
    ],
)
def test_a_ticket_is_read_from_any_wrapping(scanned: str) -> None:
    assert read_scanned(scanned) == Ticket(TICKET)


@pytest.mark.parametrize(
    "typed",
    [
        "0158VAX2",
        "o158-vax2",
        " D I S B  U A X Z ",
        "0158 VAX2",
        "Q1s8—vaxz",
        "01-58 vах2",
        "０１５８ＶＡＸ２",
    ],
)
def test_a_typed_code_is_put_right(typed: str) -> None:
    assert read_scanned(typed) == TypedCode("0158VAX2")


@pytest.mark.parametrize(
    "text", ["", "hello", "0158VAX", "0158VAX22", "0158VA%2", "https://example.org/", "x" * 10_000]
)
def test_anything_else_is_nothing_of_ours(text: str) -> None:
    assert read_scanned(text) is None


def test_a_new_code_reads_as_itself() -> None:
    codes = [typed_code() for _ in range(500)]
    assert [read_scanned(spaced(code).lower()) for code in codes] == [TypedCode(code) for code in codes]
    assert len(set(codes)) == 500
    assert set("".join(codes)) == set(TYPED_LETTERS)


def test_the_qr_code_is_version_7_and_says_the_address_of_the_ticket() -> None:
    content = qr_content("https://qonaq.example.org:8443/", TICKET)
    assert content == f"HTTPS://QONAQ.EXAMPLE.ORG:8443/T/{TICKET}"
    svg = qr_svg(content)
    assert 'viewBox="0 0 45 45"' in svg
    assert [code.text for code in zxingcpp.read_barcodes(drawn(svg), formats=QR)] == [content]


@pytest.mark.parametrize("length", [1, 120, 139, 140, 178, 179, 300])
def test_a_qr_code_of_any_length_says_its_text(length: int) -> None:
    content = ("HTTPS://QONAQ.EXAMPLE/T/" + "A2C7QX" * 60)[:length]
    assert [code.text for code in zxingcpp.read_barcodes(drawn(qr_svg(content)), formats=QR)] == [content]


def drawn(svg: str) -> Image.Image:
    """The path of our SVG as pixels, four to a module, with its quiet zone."""
    size, scale, quiet = int(re.findall(r"viewBox=.0 0 (\d+)", svg)[0]), 4, 4
    image = Image.new("L", ((size + 2 * quiet) * scale, (size + 2 * quiet) * scale), 255)
    for line in svg.removesuffix('"/></svg>').split(' d="M')[1].split("M"):
        y = (quiet + int(line.removeprefix("0 ").split(".")[0])) * scale
        x = quiet * scale
        for step, modules in re.findall(r"([mh])(\d+)", line):
            end = x + int(modules) * scale
            if step == "h":
                image.paste(0, (x, y, end, y + scale))
            x = end
    return image
