"""A stream sealed with a key: what was changed, cut short or put in another order is refused.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and
its Nonce-Reuse Misuse-Resistance, 2015) with AES-256-GCM: each chunk has its number in its nonce,
and the last one says that it is the last. The key of a file is made from the passphrase and the
file's own salt by scrypt (RFC 7914), so that a nonce never meets the same key twice.
"""

from __future__ import annotations

import os
from io import RawIOBase
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext as _

from smartwiki.backup import BackupError

MAGIC = b"SmartWiki backup, sealed, 1\n"
SALT = 16  # bytes
TAG = 16  # bytes that AES-GCM adds to a chunk
CHUNK = 1 << 20  # bytes


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(key.encode()))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class SealedWriter(RawIOBase):
    """Encrypts what is written to it into `file`; only `close` makes the file whole."""

    def __init__(self, file: IO[bytes], key: str) -> None:
        self._file, self._number, self._waiting = file, 0, bytearray()
        salt = os.urandom(SALT)
        self._cipher = _cipher(key, salt)
        self._head = MAGIC + salt
        file.write(self._head)

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._waiting += content
        while len(self._waiting) > CHUNK:  # one chunk always stays, to be the last
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._waiting), is_last=True)
            super().close()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, chunk, self._head))
        self._number += 1


class SealedReader(RawIOBase):
    """Decrypts `file`; raises BackupError where it is not what was written with this key."""

    def __init__(self, file: IO[bytes], key: str) -> None:
        self._file, self._number, self._opened = file, 0, b""
        self._head = file.read(len(MAGIC) + SALT)
        self._cipher = _cipher(key, self._head[len(MAGIC) :])
        self._next: bytes | None = file.read(CHUNK + TAG)

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._opened and self._next is not None:
            self._open()
        taken = self._opened[: len(buffer)]
        buffer[: len(taken)] = taken
        self._opened = self._opened[len(taken) :]
        return len(taken)

    def _open(self) -> None:
        sealed, following = self._next or b"", self._file.read(CHUNK + TAG)
        nonce = _nonce(self._number, is_last=not following)
        try:
            self._opened = self._cipher.decrypt(nonce, sealed, self._head)
        except InvalidTag as error:
            raise BackupError(
                _("The archive does not open: another key is needed, or it was changed or cut off.")
            ) from error
        self._number += 1
        self._next = following or None


def is_sealed(file: IO[bytes]) -> bool:
    """Say whether a file begins like a sealed one, and go back to its beginning."""
    beginning = file.read(len(MAGIC))
    file.seek(0)
    return beginning == MAGIC
