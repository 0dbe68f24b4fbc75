"""The demonstration's own authority: a certificate that nobody else trusts, and pictures that say what they are."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pylopdf_fonts_zh_cn as fonts
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw, ImageFont

ARCHIVE, PASSWORD, PICTURES = "seal.p12", "seal_password", "seals"
LIFE = timedelta(days=3650)
_SIDE, _RED = 480, (200, 20, 30, 235)


def establish(folder: Path, office: str, seals: Iterable[str], now: datetime) -> None:
    """Make authority, certificate and pictures in a folder, once; what is there stays."""
    pictures = folder / PICTURES
    pictures.mkdir(parents=True, exist_ok=True)
    for seal in seals:
        path = pictures / f"{seal}.png"
        if not path.exists():
            draw(office, seal).save(path)
    if (folder / ARCHIVE).exists():
        return
    password = secrets.token_urlsafe(24)
    for name, content in ((PASSWORD, password.encode()), (ARCHIVE, _archive(office, password, now))):
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(content)


def _archive(office: str, password: str, now: datetime) -> bytes:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name(office, f"{office} xiaoban demonstration authority")
    subject = _name(office, office)
    root = _certificate(issuer, issuer, root_key, now, authority=True).sign(root_key, hashes.SHA256())
    own = _certificate(subject, issuer, key, now, authority=False).sign(root_key, hashes.SHA256())
    closed = BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"seal", key, own, [root], closed)


def _name(office: str, common: str) -> x509.Name:
    parts = ((NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, office), (NameOID.COMMON_NAME, common[:64]))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, *, authority: bool
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority, crl_sign=authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(key_id, critical=False)
    )


def draw(office: str, seal: str) -> Image.Image:
    """A round seal: the office around the star, the seal's name below, and that it is a demonstration's."""
    sheet = Image.new("RGBA", (_SIDE, _SIDE), (255, 255, 255, 0))
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((10, 10, _SIDE - 10, _SIDE - 10), outline=_RED, width=12)
    middle = _SIDE / 2
    corners = [(point, 72 if point % 2 == 0 else 28) for point in range(10)]
    pen.polygon(
        [(middle + r * math.sin(p * math.pi / 5), middle - 10 - r * math.cos(p * math.pi / 5)) for p, r in corners],
        fill=_RED,
    )
    _around(sheet, office[:14])
    font = ImageFont.truetype(str(fonts.serif_path()), 44 if len(seal) <= 6 else 32)
    pen.text((middle, middle + 108), seal, font=font, fill=_RED, anchor="mm")
    small = ImageFont.truetype(str(fonts.serif_path()), 26)
    pen.text((middle, middle + 158), "DEMO", font=small, fill=_RED, anchor="mm")
    return sheet


def _around(sheet: Image.Image, words: str) -> None:
    """Words along the upper rim."""
    font = ImageFont.truetype(str(fonts.serif_path()), 52)
    step = min(26.0, 230.0 / max(len(words), 1))
    for at, char in enumerate(words):
        angle = (at - (len(words) - 1) / 2) * step
        tile = Image.new("RGBA", (90, 90), (255, 255, 255, 0))
        ImageDraw.Draw(tile).text((45, 45), char, font=font, fill=_RED, anchor="mm")
        tile = tile.rotate(-angle, resample=Image.Resampling.BICUBIC)
        x = _SIDE / 2 + 182 * math.sin(math.radians(angle)) - 45
        y = _SIDE / 2 - 182 * math.cos(math.radians(angle)) - 45
        sheet.alpha_composite(tile, (round(x), round(y)))
