"""Portraits made anew: what is stored was drawn by us, so nothing else of the file lives on (EXIF, GPS, code)."""

import asyncio
import io
import warnings

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from service.questions.errors import FileRefused
from service.questions.facts import Crop

MOST_PIXELS = 50_000_000
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
FORMATS = ("JPEG", "PNG", "WEBP")
SHAPE = (3, 4)
CUT = (900, 1200)
WHOLE = 2000  # pixels of the longer side
QUALITY = 88
NOT_A_PICTURE = "Please choose a photo: a JPEG, PNG or WebP picture that opens on your screen."
TOO_MANY_PIXELS = "This picture has too many pixels: please choose one of 50 megapixels at most."
# Two at once: each holds up to 150 MB while it is drawn.
_DESK = asyncio.Semaphore(2)


class Portrait(msgspec.Struct, frozen=True):
    """JPEG bytes: the part in 3:4, and the whole to cut from again."""

    cut: bytes
    whole: bytes


async def portrait(data: bytes, crop: Crop) -> Portrait:
    """Off the event loop. Raises FileRefused without a field (errors[""])."""
    async with _DESK:
        return await asyncio.to_thread(_portrait, data, crop)


def _portrait(data: bytes, crop: Crop) -> Portrait:
    picture = _opened(data)
    whole = picture.copy()
    whole.thumbnail((WHOLE, WHOLE), Image.Resampling.LANCZOS)
    return Portrait(_jpeg(_cut(picture, crop)), _jpeg(whole))


def _opened(data: bytes) -> Image.Image:
    """Upright, in RGB, without anything but its pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as check:
                if check.width * check.height > MOST_PIXELS:
                    raise FileRefused({"": TOO_MANY_PIXELS})
                check.verify()
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                picture.draft("RGB", (WHOLE, WHOLE))  # a JPEG is read smaller at once
                upright = ImageOps.exif_transpose(picture)
                return _flat(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused({"": TOO_MANY_PIXELS}) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError):
        raise FileRefused({"": NOT_A_PICTURE}) from None


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _cut(picture: Image.Image, crop: Crop) -> Image.Image:
    width, height = picture.size
    scale = min(width / SHAPE[0], height / SHAPE[1]) / crop.zoom
    wide, high = max(1, round(SHAPE[0] * scale)), max(1, round(SHAPE[1] * scale))
    left = round(min(max(crop.x * width - wide / 2, 0), width - wide))
    top = round(min(max(crop.y * height - high / 2, 0), height - high))
    part = picture.crop((left, top, left + wide, top + high))
    if wide > CUT[0]:
        part = part.resize(CUT, Image.Resampling.LANCZOS)
    return part


def _jpeg(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.info.clear()
    picture.save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return made.getvalue()
