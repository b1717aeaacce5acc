"""What a file is, by its content: the name and what the browser says of it prove nothing."""

import io
import unicodedata
import zipfile
from urllib.parse import quote

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {
    "application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", DOCX: ".docx",
    XLSX: ".xlsx",
}  # fmt: skip
ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx"
LONGEST_NAME = 120
_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


def media_type_of(data: bytes) -> str | None:
    """One of ENDINGS, or None for anything that we do not take."""
    for start, media_type in _STARTS:
        if data.startswith(start):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return _office(data) if data.startswith(b"PK\x03\x04") else None


def _office(data: bytes) -> str | None:
    """A document or a table without macros; only the directory of the archive is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    # the last is zipfile's word for a kind of archive that it cannot read
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any("vbaproject" in name.lower() for name in names):
        return None
    return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else None


def clean_name(name: str, media_type: str) -> str:
    """A name that can be shown and saved: no folders, nothing that cannot be seen, the ending of what it is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable() and c not in '<>:"|?*%')
    stem = " ".join(seen.split()).rpartition(".")[0] or " ".join(seen.split())
    return (stem.strip(". ")[:LONGEST_NAME] or "file") + ENDINGS[media_type]


def disposition(name: str) -> str:
    """The header that makes a browser save it under its name (RFC 6266)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-") else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
