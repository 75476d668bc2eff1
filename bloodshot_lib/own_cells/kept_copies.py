"""What the commands keep of your cells, so that the next one is quick: found and removed."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

from ..common.atomic_files import sweep

_OURS = re.compile(r"(images-\d+px|embeddings)-[0-9a-f]{16,}|looks-[0-9a-f]{16}\.npy")


class Removed(NamedTuple):
    """How much was removed: folders or files, and their bytes."""

    kept: int
    bytes: int


def remove_kept(folder: Path) -> Removed:
    """Remove the decoded images and embeddings kept in a cache folder, and nothing else.

    Raises OSError, with its file's name, for one that cannot be removed.
    """
    sweep(folder)  # what killed commands left half done
    named = sorted(folder.glob("*-*"))
    ours = [kept for kept in named if _OURS.fullmatch(kept.name) and not kept.is_symlink()]
    size = sum(file.lstat().st_size for kept in ours for file in (kept, *kept.rglob("*")))
    for kept in ours:
        shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    return Removed(len(ours), size)
