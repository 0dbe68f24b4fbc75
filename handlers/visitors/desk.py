"""What all visitors' pages need: what a code means, which matter it begins, and who comes too often."""

from __future__ import annotations

import ipaddress
import secrets
from datetime import timedelta

from aiohttp import web

from flows.catalogue import Matter
from flows.codes import Mark, beginning, find
from handlers.quota import Quota
from handlers.workbench import Workbench

LOOKS_A_MINUTE = 60
REPORTS_AN_HOUR = 20
IN_ALL_AN_HOUR = 200
"""A campus often comes from one address, so the limits are wide; they keep scripts out, not people."""


class Desk:
    """Looks things up; `looks` and `reports` count by address."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._looks = Quota(LOOKS_A_MINUTE)
        self._reports = Quota(REPORTS_AN_HOUR, timedelta(hours=1))
        self._all = Quota(IN_ALL_AN_HOUR, timedelta(hours=1))

    def mark(self, code: str) -> tuple[Mark, Matter]:
        """What a code stands for, and the matter it begins; 404 for a code that is none, or begins nothing."""
        matter = beginning(self._bench.rules.catalogue)
        mark = find(code, self._bench.rules)
        if matter is None or mark is None:
            raise web.HTTPNotFound
        return mark, matter

    def looked(self, request: web.Request) -> None:
        """Somebody opens a page; 429 when that is too often."""
        if self._looks.allows(caller(request), secrets.token_hex(8), self._bench.now()) is not True:
            raise web.HTTPTooManyRequests

    def reported(self, request: web.Request) -> None:
        """Somebody hands a form in; 429 when that is too often, from there or altogether."""
        now, event = self._bench.now(), secrets.token_hex(8)
        if self._reports.allows(caller(request), event, now) is not True:
            raise web.HTTPTooManyRequests
        if self._all.allows("", event, now) is not True:
            raise web.HTTPTooManyRequests

    def same_origin(self, request: web.Request) -> None:
        """403 for a form that another site sends."""
        if not self._bench.is_ours(request):
            raise web.HTTPForbidden


def caller(request: web.Request) -> str:
    """Whose address a request comes from; a proxy on this machine says it in the last word of its header.

    Only such a proxy is believed: anybody else could write there what they like. An IPv6 network of /64 is one
    customer's.
    """
    said = request.remote or ""
    if _is_loopback(said):
        said = ",".join(request.headers.getall("X-Forwarded-For", [])).rpartition(",")[2].strip() or said
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _is_loopback(said: str) -> bool:
    try:
        return ipaddress.ip_address(said).is_loopback
    except ValueError:
        return False
