"""What a file's signatures say, in the process that looks at it: any file may come here."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from datetime import datetime

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from bot.sealing.pem import all_in, certificates

logging.disable(logging.CRITICAL)  # what a stranger's file says stays out of our logs


def examine(content: bytes, *, own: str, trusted: str, now: str) -> Mapping[str, str]:
    """`intact`, `broken`, `foreign` or `none` (`flows.sealing.verdicts.Finding`)."""
    ours = [*certificates(own.encode()), *all_in(trusted)]
    known = {one.sha256 for one in ours}
    try:
        found = list(PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures)
    except Exception:  # noqa: BLE001  # a stranger's file may break the reader in any way: then nothing can be said
        return {"finding": "none"}
    if not found:
        return {"finding": "none"}
    return {"finding": max((_one(sig, ours, known, now) for sig in found), key=_WEIGHT.index)}


_WEIGHT = ("foreign", "intact", "broken")
"""A file with two signatures is as good as the worse of ours."""


def _one(signature: EmbeddedPdfSignature, ours: list[object], known: set[bytes], now: str) -> str:
    own = False
    try:
        own = signature.signer_cert is not None and signature.signer_cert.sha256 in known
        context = ValidationContext(trust_roots=ours, moment=datetime.fromisoformat(now), allow_fetching=False)
        status = validate_pdf_signature(signature, context)
        if not own and not status.trusted:  # a certificate is ours by its issuer's key, never by a name
            return "foreign"
        whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        return "intact" if status.intact and status.valid and whole else "broken"
    except Exception:  # noqa: BLE001  # the same: what bears our certificate and cannot be read is not whole
        return "broken" if own else "foreign"
