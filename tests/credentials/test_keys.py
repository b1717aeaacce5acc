"""A stored private key opens with its master key and its id, and with nothing else."""

import pytest

from service.credentials.keys import WrongMasterKey, decrypt_key, encrypt_key

MASTER = bytes(range(32))
PRIVATE = b"\x05" * 32


def test_a_key_comes_back_and_looks_different_each_time() -> None:
    stored = [encrypt_key(PRIVATE, MASTER, 3) for _ in range(2)]
    assert [decrypt_key(text, MASTER, 3) for text in stored] == [PRIVATE, PRIVATE]
    assert stored[0] != stored[1]
    assert PRIVATE not in stored[0]


@pytest.mark.parametrize(
    ("stored", "master", "key_id"),
    [
        (encrypt_key(PRIVATE, MASTER, 3), bytes(32), 3),
        (encrypt_key(PRIVATE, MASTER, 3), MASTER, 4),
        (encrypt_key(PRIVATE, MASTER, 3)[:-1] + b"\x00\x00", MASTER, 3),
        (b"", MASTER, 3),
    ],
    ids=["another master key", "another id", "damaged", "empty"],  # the same in every process
)
def test_another_master_key_id_or_damage_opens_nothing(stored: bytes, master: bytes, key_id: int) -> None:
    with pytest.raises(WrongMasterKey):
        decrypt_key(stored, master, key_id)
