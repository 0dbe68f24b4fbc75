"""Cipher and signature against a published sample and another implementation. protocol/wecom.md 1.4, 1.5"""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from wechatpy.crypto import PrpCrypto
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.sandbox import Forge
from bot.sandbox.crypto import Cipher, Garbled, new_aes_key, sign

TOKEN, KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="


@pytest.fixture
def forge() -> Forge:
    return Forge(
        corp_id=CORP, agent_id=1000002, token=TOKEN, encoding_aes_key=KEY, now=lambda: datetime(2026, 3, 9, tzinfo=UTC)
    )


def test_the_published_sample_opens() -> None:
    assert sign(TOKEN, "1409659589", "263014780", ECHO) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert Cipher(KEY).open(ECHO, CORP) == b"1616140317555161061"


def test_another_implementation_opens_ours_whatever_the_random_bytes(forge: Forge) -> None:
    for size in range(70):
        message = b"<xml>" + b"x" * size + b"</xml>"
        query = forge.query(sealed := forge.encrypt(message))
        body = forge.body(sealed).decode()
        there = WeChatCrypto(TOKEN, KEY, CORP)
        plain = there.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        assert plain.encode() if isinstance(plain, str) else plain == message


def test_ours_opens_another_implementations() -> None:
    sealed = PrpCrypto(base64.b64decode(KEY + "=")).encrypt("<xml>hello</xml>", CORP)
    assert Cipher(KEY).open(sealed.decode(), CORP) == b"<xml>hello</xml>"


def test_ciphertext_is_whole_blocks_of_32_and_padding_is_always_there(forge: Forge) -> None:
    for size in range(64):
        assert len(base64.b64decode(forge.encrypt(b"x" * size))) % 32 == 0


def test_keys_are_minted_as_43_random_characters_mostly_non_canonical() -> None:
    keys = [new_aes_key() for _ in range(200)]
    assert all(len(key) == 43 and key.isalnum() for key in keys)
    assert any(base64.b64encode(base64.b64decode(key + "=")).decode()[:-1] != key for key in keys)


@pytest.mark.parametrize(
    "forged",
    [
        {"receiveid": "other"},
        {"receiveid": ""},
        {"length": 1},
        {"length": 2**31},
        {"length": -1},
        {"pad": b""},
        {"pad": b"\x00" * 3},
        {"pad": b"\x21" * 33},
    ],
    ids=str,
)
def test_forged_packets_do_not_open(forge: Forge, forged: dict[str, object]) -> None:
    sealed = forge.encrypt(b"<xml>hello</xml>", **forged)  # type: ignore[arg-type]
    with pytest.raises(Garbled):
        forge.cipher.open(sealed, CORP)


def test_the_prefix_is_bytes_not_text(forge: Forge) -> None:
    sealed = forge.encrypt(b"hello", prefix=b"\xff\x00" * 8)
    assert forge.cipher.open(sealed, CORP) == b"hello"


def test_a_challenge_is_a_number_of_19_to_23_digits_in_an_encoded_url(forge: Forge) -> None:
    challenge = forge.challenge()
    assert challenge.echo.isdigit()
    assert 19 <= len(challenge.echo) <= 23
    assert "+" not in challenge.url("http://localhost/callback").split("?")[1]
