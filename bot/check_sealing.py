"""What is wrong with documents and seals: pages, pictures, the certificate, and matters that need one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.config import Config, SealConfig
from bot.sealing import archive
from bot.sealing.seal import picture_of
from flows.catalogue import SHIPPED, Matter
from flows.misfiled import Misfiled
from flows.sealing.filling import Templates, inspect, names_for

SOON = timedelta(days=45)
"""A new certificate takes weeks to get."""
_FILE = "config.toml"


def faults(config: Config, matters: Sequence[Matter]) -> Iterator[Misfiled]:
    """Each with its file, what is wrong, and what would be right."""
    templates = Templates.read(config.office.catalogue)
    if config.seal is not None:
        yield from _certificate(config.seal)
    for matter in matters:
        if matter.document is None or matter.retired:
            continue
        name = matter.document.template
        if name not in templates.sources:
            yield Misfiled(matter.file, "no_template", text=name, options=sorted(templates.sources))
        else:
            yield from _page(matter, name, templates.sources[name])
        if config.seal is not None and not picture_of(matter.document.seal, config.seal.pictures).exists():
            yield Misfiled(matter.file, "no_seal_picture", text=matter.document.seal, folder=config.seal.pictures)
        if config.seal is None and _is_own(matter):
            yield Misfiled(matter.file, "no_seal", text=matter.title)


def _page(matter: Matter, name: str, source: str) -> Iterator[Misfiled]:
    try:
        inspect(f"documents/{name}", source, names_for(matter.form))
    except Misfiled as fault:
        yield fault


def _is_own(matter: Matter) -> bool:
    """Whether the office wrote it; what ships goes on without a seal, sealed by hand."""
    shipped = SHIPPED / matter.file
    return not shipped.exists() or shipped.read_text("utf-8") != matter.source


def _certificate(seal: SealConfig) -> Iterator[Misfiled]:
    try:
        archive.open_archive(seal.certificate, seal.password.reveal())
    except archive.Unusable:
        yield Misfiled(_FILE, "bad_certificate", text=seal.certificate.name)


def warnings(config: Config, now: datetime) -> Iterator[Misfiled]:
    """A certificate that ends soon, or has ended: nothing can be signed then."""
    if config.seal is None:
        return
    try:
        until = archive.ends(config.seal.certificate, config.seal.password.reveal())
    except archive.Unusable:
        return
    if until - now < SOON:
        yield Misfiled(_FILE, "certificate_ends", text=config.seal.certificate.name, day=f"{until:%Y-%m-%d}")
