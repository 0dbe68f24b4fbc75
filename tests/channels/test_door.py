"""The callback door keeps the promises of contract.md; each test names its row of the threats."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.channel import Unavailable
from bot.channels.envelope import Envelope, Refused
from bot.channels.wecom.callback import Door
from bot.sandbox import Forge, Forged
from bot.sandbox.inner import document
from flows.events import Event, Said, Unread
from tests.channels.corp import CORP, HELLO, INNER, KEY, NOW, TOKEN


@dataclass
class Place:
    """A door with somebody behind it who writes down what came in."""

    client: TestClient[web.Request, web.Application]
    forge: Forge
    taken: list[Event] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    closed: bool = False

    async def accept(self, event: Event) -> None:
        if self.closed:
            raise Unavailable("no database")
        self.taken.append(event)

    async def post(self, forged: Forged, **more: object) -> tuple[int, bytes]:
        given = dict(more)
        body = given.pop("body", forged.body)
        async with self.client.post(forged.url("/wecom/callback"), data=body, **given) as answer:  # type: ignore[arg-type]
            return answer.status, await answer.read()

    async def get(self, forged: Forged) -> tuple[int, bytes]:
        async with self.client.get(forged.url("/wecom/callback")) as answer:
            return answer.status, await answer.read()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    forge = Forge(corp_id=CORP, agent_id=1000002, token=TOKEN, encoding_aes_key=KEY, now=lambda: NOW)
    app = web.Application(client_max_size=1024**2)
    client: TestClient[web.Request, web.Application] = TestClient(TestServer(app))
    made = Place(client, forge)
    app.add_routes(Door(Envelope(TOKEN, KEY, CORP), lambda: NOW, made.refused.append).routes(made.accept))
    await client.start_server()
    yield made
    await client.close()


async def test_a_good_callback_is_answered_with_nothing(place: Place) -> None:
    """A2."""
    assert await place.post(place.forge.envelope(HELLO)) == (200, b"")
    assert [(e.id, e.account, e.body) for e in place.taken] == [("1", "li", Said("你好"))]


async def test_without_a_commit_there_is_no_200(place: Place) -> None:
    """F34: the platform is to send again."""
    place.closed = True
    assert (await place.post(place.forge.envelope(HELLO)))[0] == 503


async def test_verification_prints_the_challenge_and_nothing_else(place: Place) -> None:
    """A2."""
    challenge = place.forge.challenge()
    assert await place.get(challenge) == (200, challenge.echo)


async def test_a_caught_message_is_not_opened_by_a_get(place: Place) -> None:
    """F8: a POST sent back as echostr shows nothing; a challenge posted is taken as nothing."""
    assert await place.get(place.forge.challenge(HELLO)) == (403, b"")
    assert (await place.post(place.forge.envelope("1234567890123456789")))[0] == 200
    assert isinstance(place.taken[0].body, Unread)


@pytest.mark.parametrize("receiver", ["ww-other", "", CORP[:-1], CORP.upper(), CORP + "x"])
async def test_another_receiver_is_refused(place: Place, receiver: str) -> None:
    """F4."""
    assert await place.post(place.forge.envelope(HELLO, receiveid=receiver)) == (403, b"")
    assert place.taken == []


@pytest.mark.parametrize(
    "timestamp",
    [
        str(int((NOW - timedelta(minutes=10)).timestamp())),
        str(int((NOW + timedelta(minutes=10)).timestamp())),
        "",
        "soon",
        "9" * 12,
        "9" * 400,
        "١٧٩٥٤٨٩٥٠٠",
        "-1",
        "1e9",
    ],
)
async def test_a_stale_or_strange_time_is_refused(place: Place, timestamp: str) -> None:
    """F5, at both methods."""
    posted, _ = await place.post(place.forge.envelope(HELLO, timestamp=timestamp))
    got, _ = await place.get(place.forge.challenge(timestamp=timestamp))
    assert 400 <= posted < 500
    assert 400 <= got < 500
    assert place.taken == []


async def test_many_stale_ones_ask_whether_our_clock_is_right(place: Place) -> None:
    """F5: over 20 in a minute."""
    old = str(int((NOW - timedelta(hours=1)).timestamp()))
    for _ in range(21):
        await place.post(place.forge.envelope(HELLO, timestamp=old))
    assert place.refused.count("clock") == 1


async def test_bad_signatures_and_garbage_look_alike(place: Place) -> None:
    """F6, F7, F4: one status, one empty body."""
    good = place.forge.envelope(HELLO)
    whole = place.forge.encrypt
    wrong_query = {**good.query, "msg_signature": "0" * 40}
    sealed = [
        whole(HELLO, pad=b"\x00" * 32),
        whole(HELLO, pad=b"\x21" * 33),
        whole(HELLO, pad=b"\xff" * 32),
        whole(HELLO, pad=b"\x01\x02" * 16),
        whole(HELLO, length=10**6),
        whole(HELLO, length=-1),
        whole(HELLO, length=0),
        whole(HELLO, receiveid="other"),
        "",
        "!!!",
        base64.b64encode(b"x" * 17).decode(),
        base64.b64encode(b"x" * 64).decode(),
    ]
    answers = [await place.post(Forged(wrong_query, good.body))]
    for encrypted in sealed:
        if encrypted:
            answers.append(await place.post(place.forge.envelope(b"", encrypt=encrypted)))
    assert set(answers) == {(403, b"")}
    assert place.taken == []


@pytest.mark.parametrize("signature", ["", "0" * 40, "0" * 39, "签名" * 20, "\udcff" * 3, "A" * 40, "0" * 4000])
async def test_any_other_signature_is_refused(place: Place, signature: str) -> None:
    """F6."""
    good = place.forge.envelope(HELLO)
    text = signature.encode("utf-8", "replace").decode()
    status, body = await place.post(Forged({**good.query, "msg_signature": text}, good.body))
    assert status in {400, 403}
    assert body == b""


async def test_doubled_or_missing_parameters_are_refused(place: Place) -> None:
    """F6."""
    good = place.forge.envelope(HELLO)
    url = good.url("/wecom/callback")
    for bad in (url + "&nonce=1", url.replace("timestamp", "time"), "/wecom/callback"):
        async with place.client.post(bad, data=good.body) as answer:
            assert answer.status == 400
    assert place.taken == []


async def test_swapped_time_and_nonce_are_the_same_message(place: Place) -> None:
    """F9: the signature holds, so the content has to tell."""
    other = str(int((NOW + timedelta(seconds=60)).timestamp()))
    good = place.forge.envelope(HELLO, nonce=other)
    swapped = {**good.query, "timestamp": good.query["nonce"], "nonce": good.query["timestamp"]}
    await place.post(good)
    await place.post(Forged(swapped, good.body))
    assert len({event.id for event in place.taken}) == 1


BOMB = b'<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "prolog", [BOMB, OUTSIDE, b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', b"<!DOCTYPE xml>"]
)
async def test_a_dtd_is_refused_outside_and_kept_unread_inside(place: Place, prolog: bytes) -> None:
    """F10: no file, no call, at once."""
    began = time.monotonic()
    good = place.forge.envelope(HELLO)
    assert (await place.post(good, body=prolog + good.body))[0] == 400
    inside = place.forge.envelope(prolog + b"<xml><MsgType>&b;</MsgType></xml>")
    assert (await place.post(inside))[0] == 200
    assert isinstance(place.taken[0].body, Unread)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("name", ["foo", "utf-16", "utf-7", "rot13", "idna", "x" * 500, "hex", "cp037"])
async def test_any_named_encoding_is_read_as_utf_8(place: Place, name: str) -> None:
    """F10, F13: a name that no codec has, or one that is no codec of text, breaks neither envelope nor message."""
    prolog = f'<?xml version="1.0" encoding="{name}"?>'
    good = place.forge.envelope(HELLO)
    assert (await place.post(good, body=prolog.encode() + good.body))[0] == 200
    assert (await place.post(place.forge.envelope(prolog + HELLO)))[0] == 200
    assert [event.body for event in place.taken] == [Said("你好")] * 2


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk", "utf-8-sig"])
async def test_another_encoding_is_no_error_of_ours(place: Place, codec: str) -> None:
    """F10, F13: turned away outside, kept or read inside."""
    good = place.forge.envelope(HELLO)
    assert (await place.post(good, body=good.body.decode().encode(codec)))[0] in {200, 400}
    assert (await place.post(place.forge.envelope(HELLO.encode(codec)))) == (200, b"")
    assert place.taken


async def test_large_packed_and_nested_bodies_are_refused(place: Place) -> None:
    """F11."""
    good = place.forge.envelope(HELLO)
    assert (await place.post(good, body=io.BytesIO(b"x" * 10 * 1024**2)))[0] == 413
    packed = gzip.compress(b"x" * 1024**2)
    assert (await place.post(good, body=packed, headers={"Content-Encoding": "gzip"}))[0] == 415
    for bad in (b"<a>" * 20_000 + b"</a>" * 20_000, b"<xml>" + b"<Encrypt>x</Encrypt>" * 20_000 + b"</xml>"):
        assert (await place.post(good, body=bad))[0] == 400
    assert place.taken == []


async def test_two_encrypt_elements_are_refused(place: Place) -> None:
    """F12: whichever of them is signed for."""
    one, two = place.forge.encrypt(HELLO), place.forge.encrypt("<xml/>")
    body = f"<xml><Encrypt>{one}</Encrypt><Encrypt>{two}</Encrypt></xml>".encode()
    for signed in (one, two):
        assert (await place.post(Forged(place.forge.query(signed), body)))[0] == 400


@pytest.mark.parametrize(
    "inner",
    [
        "not xml",
        "<xml><MsgType>te",
        b"<xml><Content>\xff\xfe</Content></xml>",
        document({"FromUserName": "li", "CreateTime": 1}),
        document({"CreateTime": 1, "MsgType": "text", "Content": "x", "MsgId": 5}),
        INNER.message("li", NOW, "hologram", 7, {"Content": "x"}),
        INNER.event("li", NOW, "earthquake", {}),
        INNER.message("li", NOW, "image", 8, {}),
        document({"FromUserName": "li", "CreateTime": "x", "MsgType": "text", "MsgId": 5}),
        "<xml></xml>",
        "",
    ],
)
async def test_what_opens_but_is_unknown_is_kept(place: Place, inner: str | bytes) -> None:
    """F13: answered, kept raw, nobody bothered."""
    assert await place.post(place.forge.envelope(inner)) == (200, b"")
    assert isinstance(place.taken[0].body, Unread)


async def test_a_time_that_cannot_be_is_no_error_and_moves_nobody_ahead(place: Place) -> None:
    """F46, F13: taken in the order in which they came, as said now."""
    for number, seconds in enumerate(("99999999999999", "253402300799", "-1")):
        said = INNER.message("li", NOW, "text", number, {"Content": seconds})
        inner = said.replace(f"<CreateTime>{int(NOW.timestamp())}<", f"<CreateTime>{seconds}<")
        assert inner != said
        assert await place.post(place.forge.envelope(inner)) == (200, b"")
    await place.post(place.forge.envelope(HELLO))
    assert [(event.at, event.body) for event in place.taken] == [
        (NOW, Said(said)) for said in ("99999999999999", "253402300799", "-1", "你好")
    ]


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_ciphertext_breaks_the_envelope(garbage: bytes) -> None:
    """Fuzz: whatever comes, it opens or is refused."""
    envelope = Envelope(TOKEN, KEY, CORP)
    for text in (garbage.decode("latin-1"), base64.b64encode(garbage).decode()):
        with pytest.raises(Refused):
            envelope.open(text)


@given(body=st.binary(max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_is_a_500(body: bytes) -> None:
    """Fuzz of the whole door."""

    async def knock() -> int:
        app = web.Application()
        app.add_routes(Door(Envelope(TOKEN, KEY, CORP), lambda: NOW, lambda _: None).routes(_nothing))
        forge = Forge(corp_id=CORP, agent_id=1, token=TOKEN, encoding_aes_key=KEY, now=lambda: NOW)
        async with TestClient(TestServer(app)) as client:
            url = forge.envelope(HELLO).url("/wecom/callback")
            async with client.post(url, data=body) as answer:
                return answer.status

    assert asyncio.run(knock()) in {400, 403}


async def _nothing(_event: Event) -> None:
    raise AssertionError("nothing may come in")
