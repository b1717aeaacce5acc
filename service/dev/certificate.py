"""A certificate for `up --lan`: phones give a page the camera only by https."""

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID = timedelta(days=397)  # browsers refuse longer ones (CA/Browser Forum baseline requirements)


def lan_address() -> str:
    """The address by which others of the network reach this machine; 127.0.0.1 without a network. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # documentation address (RFC 5737): only the route is looked up
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def make_certificate(folder: Path, address: str) -> tuple[Path, Path, str]:
    """(certificate, key, SHA-256 fingerprint); kept in the folder, made anew for another address or when it ends."""
    certificate, key = folder / f"lan-{address}.pem", folder / f"lan-{address}.key"
    if certificate.exists() and key.exists():
        known = x509.load_pem_x509_certificate(certificate.read_bytes())
        if known.not_valid_after_utc > datetime.now(UTC) + timedelta(days=2):
            return certificate, key, _fingerprint(known)
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Qonaq on this network")])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address(address)), x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.DNSName("localhost"), x509.DNSName(socket.gethostname()),
    ]  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return certificate, key, _fingerprint(made)


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def terminal_qr(text: str, *, colours: bool = False) -> str:
    """The QR code in half blocks with its quiet zone: light on dark, or with colours right on any terminal."""
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(
        scale=1, add_quiet_zones=True
    )
    rows = (
        [[bool(cell) for cell in row] for row in image.tolist()] if hasattr(image, "tolist") else _rows(image)
    )
    if len(rows) % 2:
        rows.append([True] * len(rows[0]))
    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    lines = [
        "".join(blocks[top, bottom] for top, bottom in zip(rows[y], rows[y + 1], strict=True))
        for y in range(0, len(rows), 2)
    ]
    return "\n".join(f"\x1b[97;40m{line}\x1b[0m" if colours else line for line in lines)


def _rows(image: object) -> list[list[bool]]:
    view = memoryview(image)  # type: ignore[arg-type]  # zxing-cpp images are buffers
    height, width = view.shape[0], view.shape[1]  # type: ignore[index]  # two dimensions
    return [[bool(view[y, x]) for x in range(width)] for y in range(height)]
