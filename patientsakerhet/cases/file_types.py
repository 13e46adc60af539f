"""What a file is, told by its content: only passive documents, pictures, text and mails are taken in."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from email import policy
from email.parser import BytesParser
from pathlib import Path

from PIL import Image

from patientsakerhet.cases import file_names

MOST_PIXELS = 50_000_000
MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 2**20
MOST_TIMES_LARGER = 100
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OTHER = "innehållet stämmer inte med filens namn."
_ACTIVE = (
    "filen innehåller makron eller program. Spara den som vanlig PDF eller bild och försök igen."
)
_BROKEN = "filen är skadad eller går inte att läsa."

# Parts of a mail that a careless press would run.
_RUNS_NAMES = """
app bat chm cmd com cpl docm dll dotm exe hta htm html img iso jar js jse lnk mht mhtml msc msi
pif potm ppam pptm ps1 py reg scr sct sh shtml slk svg svgz url vb vbe vbs vhd wsf wsh xlam xlsb
xlsm xltm xml xll
"""
_RUNS = frozenset(_RUNS_NAMES.split())
# "/JS" stands by chance in a twentieth of all megabytes that are packed; as a key it has a script,
# or where one is, after it.
_PDF_ACTS = re.compile(
    rb"/(?:(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b"
    rb"|JS(?:[\x00\s]*[(<%]|[\x00\s]+[+-]?\d+[\x00\s%]))"
)
_PDF_NAME_SIGN = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_OBJECTS = re.compile(rb"/ObjStm\b.{0,2000}?stream\r?\n", re.DOTALL)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MAIL_HEADS = ("From", "To", "Subject", "Date", "Received", "Message-ID")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Unsuitable(Exception):
    """The file is not taken in; `reason` says why, in Swedish, to stand after the file's name."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def type_of(path: Path, name: str) -> str:
    """The file's content type; refuses another type than the name says, and what can act by itself."""
    ending = file_names.ending(name)
    if ending not in TYPES:
        raise Unsuitable(f"filtypen går inte att bifoga. Bifoga {written_types()}.")
    look, content_type = TYPES[ending]
    look(path)
    return content_type


def written_types() -> str:
    """The endings one may attach, for a sentence."""
    *first, last = sorted(TYPES)
    return f"{', '.join(first)} eller {last}"


def _is_pdf(path: Path) -> None:
    content = path.read_bytes()
    if b"%PDF-" not in content[:1024]:
        raise Unsuitable(_OTHER)
    if _acts(content) or any(_acts(part) for part in _object_streams(content)):
        raise Unsuitable(_ACTIVE)


def _acts(part: bytes) -> bool:
    """Whether the part names something that runs, also where signs are written as #4A."""
    return bool(_PDF_ACTS.search(_PDF_NAME_SIGN.sub(lambda m: bytes([int(m[1], 16)]), part)))


def _object_streams(content: bytes) -> list[bytes]:
    """Packed objects, in which names would otherwise hide; a packing we cannot read is refused."""
    unpacked, left = [], MOST_UNPACKED
    for match in _PDF_OBJECTS.finditer(content):
        packing = zlib.decompressobj()
        try:
            part = packing.decompress(content[match.end() :], left)
        except zlib.error:
            raise Unsuitable(_BROKEN) from None
        left -= len(part)
        if packing.unconsumed_tail or left <= 0:
            raise Unsuitable(_BROKEN)
        unpacked.append(part)
    return unpacked


def _is_picture(kind: str) -> Callable[[Path], None]:
    def look(path: Path) -> None:
        try:
            with Image.open(path, formats=[kind]) as picture:
                large = picture.width * picture.height > MOST_PIXELS
                if not large:
                    picture.verify()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            large = True
        except (OSError, SyntaxError, ValueError):
            raise Unsuitable(_OTHER) from None
        if large:
            raise Unsuitable("bilden har för många bildpunkter. Minska den och försök igen.")

    return look


def _is_heic(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(64)
    if head[4:8] != b"ftyp" or not any(brand in head[8:] for brand in _HEIC_BRANDS):
        raise Unsuitable(_OTHER)


def _is_office(main_part: str) -> Callable[[Path], None]:
    def look(path: Path) -> None:
        try:
            with zipfile.ZipFile(path) as archive:
                entries = archive.infolist()
                names = {entry.filename for entry in entries}
                if main_part not in names or "[Content_Types].xml" not in names:
                    raise Unsuitable(_OTHER)
                size, packed = sum(e.file_size for e in entries), path.stat().st_size
                if (
                    len(entries) > MOST_ENTRIES
                    or size > MOST_UNPACKED
                    or size > packed * MOST_TIMES_LARGER
                ):
                    raise Unsuitable("filen packar upp sig till något orimligt stort.")
                with archive.open("[Content_Types].xml") as types:
                    declared = types.read(2**20).lower()
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, zlib.error):
            raise Unsuitable(_BROKEN) from None
        lowered = [name.lower() for name in names]
        if b"macroenabled" in declared or any(
            "vbaproject" in name or "/activex/" in name or "/embeddings/" in name
            for name in lowered
        ):
            raise Unsuitable(_ACTIVE)

    return look


def _is_text(path: Path) -> None:
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise Unsuitable(_OTHER) from None
    if _CONTROL.search(content):
        raise Unsuitable(_OTHER)


def _is_mail(path: Path) -> None:
    with path.open("rb") as file:
        mail = BytesParser(policy=policy.compat32).parse(file)
    if sum(head in mail for head in _MAIL_HEADS) < 2:
        raise Unsuitable(_OTHER)
    for part in mail.walk():
        if file_names.ending(str(part.get_filename() or "")) in _RUNS:
            raise Unsuitable(_ACTIVE)


def _is_outlook(path: Path) -> None:
    content = path.read_bytes()
    if not content.startswith(_OLE) or _wide("__properties_version1.0") not in content:
        raise Unsuitable(_OTHER)
    if any(_wide(name) in content for name in ("_VBA_PROJECT", "Macros", "VBA")):
        raise Unsuitable(_ACTIVE)


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


TYPES: dict[str, tuple[Callable[[Path], None], str]] = {
    "pdf": (_is_pdf, "application/pdf"),
    "png": (_is_picture("PNG"), "image/png"),
    "jpg": (_is_picture("JPEG"), "image/jpeg"),
    "jpeg": (_is_picture("JPEG"), "image/jpeg"),
    "heic": (_is_heic, "image/heic"),
    "docx": (_is_office("word/document.xml"), _DOCX),
    "xlsx": (_is_office("xl/workbook.xml"), _XLSX),
    "txt": (_is_text, "text/plain"),
    "json": (_is_text, "application/json"),
    "eml": (_is_mail, "message/rfc822"),
    "msg": (_is_outlook, "application/vnd.ms-outlook"),
}
"""Ending -> how its content is looked at, and what it is then called."""
