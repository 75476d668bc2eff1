"""What the commands keep of your cells, so that the next one is quick: found and removed."""

import re
import shutil
from pathlib import Path

from ..common.atomic_files import sweep

_OURS = re.compile(
    r"(images-\d+px|embeddings)-[0-9a-f]{16,}|looks-[0-9a-f]{16}\.npy|found-[0-9a-f]{16}\.jsonl"
)


def remove_kept(folder: Path) -> dict:
    """Remove the images, embeddings and found cells kept in a cache folder, and nothing else.

    Returns facts: `folder`, how many were `kept`, and their `bytes`.
    Raises OSError, with its file's name, for one that cannot be removed.
    """
    sweep(folder)  # what killed commands left half done
    named = sorted(folder.glob("*-*"))
    ours = [kept for kept in named if _OURS.fullmatch(kept.name) and not kept.is_symlink()]
    size = sum(file.lstat().st_size for kept in ours for file in (kept, *kept.rglob("*")))
    for kept in ours:
        shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    return {"folder": str(folder), "kept": len(ours), "bytes": size}
