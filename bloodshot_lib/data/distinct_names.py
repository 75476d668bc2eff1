"""Names for the files of one folder."""

import hashlib
import os
import re
from collections.abc import Iterable

from .class_names import plain_name, writable

_LONGEST = 190  # bytes, so that a number and a suffix fit into 200
_FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f]')  # on some disk that people carry about


def distinct_names(names: Iterable[str]) -> list[str]:
    """Names of at most 190 bytes that any disk takes and none takes for each other.

    A name stays as it is if it can, whatever the others are. One that is too long, or differs
    from an earlier one at most in case or accents' storage, gets a part of its own hash.
    """
    given, taken = [], set()
    for name in names:
        short = _FORBIDDEN.sub("_", writable(name)).rstrip(". ") or "_"
        if len(short.encode()) > _LONGEST or plain_name(short) in taken:
            mark = f"~{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
            stem, suffix = os.path.splitext(short)
            stem, suffix = (stem, suffix) if len(suffix) <= 6 else (short, "")
            room = _LONGEST - len(f"{mark}{suffix}".encode())
            short = f"{stem.encode()[:room].decode(errors='ignore')}{mark}{suffix}"
        taken.add(plain_name(short))
        given.append(short)
    return given
