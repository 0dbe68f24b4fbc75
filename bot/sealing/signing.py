"""The seal put on: its picture in the field, a PAdES certification over the whole file that allows no change."""

from __future__ import annotations

import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from bot.sealing.drawing import FIELD
from bot.sealing.marks import named
from bot.sealing.pem import all_in
from bot.sealing.refusal import Refused


def sign(content: bytes, *, archive: str, password: str, trusted: str, picture: str, code: str, reason: str) -> bytes:
    """The document with its seal; raises `Refused` when the certificate or the picture cannot be used."""
    try:
        signer = SimpleSigner.load_pkcs12_data(base64.b64decode(archive), all_in(trusted), password.encode())
        seal = Image.open(io.BytesIO(base64.b64decode(picture)))
        seal.load()
    except (ValueError, binascii.Error, UnidentifiedImageError, OSError) as error:
        raise Refused(f"certificate or picture cannot be read: {type(error).__name__}") from error
    if signer is None:
        raise Refused("certificate cannot be read")
    assert isinstance(signer.cert_registry, SimpleCertificateStore)
    meta = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason,
        contact_info=named(code),
    )
    style = StaticStampStyle(background=PdfImage(seal, opacity=None), border_width=0, background_opacity=1.0)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        done = PdfSigner(meta, signer, stamp_style=style).sign_pdf(writer, existing_fields_only=True)
    except (PdfError, ValueError) as error:
        raise Refused(f"cannot be signed: {error}") from error
    return bytes(done.getvalue())
