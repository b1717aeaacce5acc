"""A QR code as a film for Chromium's fake camera (YUV4MPEG2, written by hand)."""

from math import isqrt
from pathlib import Path

import zxingcpp

WIDTH, HEIGHT, FRAMES = 640, 480, 10
WHITE, BLACK = b"\xeb", b"\x10"


def write_film(path: Path, text: str) -> Path:
    """One second of a code held still in the middle of the picture."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    modules = bytes(barcode.to_image(add_quiet_zones=True))
    across = isqrt(len(modules))
    size = (HEIGHT - 20) // across
    left = (WIDTH - across * size) // 2
    side = WHITE * left
    rows = []
    for y in range(across):
        line = b"".join(
            (WHITE if module else BLACK) * size for module in modules[y * across : (y + 1) * across]
        )
        rows += [(side + line).ljust(WIDTH, WHITE)] * size
    edge = [WHITE * WIDTH] * ((HEIGHT - len(rows)) // 2)
    luma = b"".join([*edge, *rows, *edge]).ljust(WIDTH * HEIGHT, WHITE)
    frame = b"FRAME\n" + luma + b"\x80" * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * FRAMES)
    return path
