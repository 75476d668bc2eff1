"""`python -m page.build FILE`: bloodshot.html, one file for any computer with a browser."""

import argparse
import base64
import gzip
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bloodshot_lib.common.atomic_files import write_whole
from page.bundling import PAGE, bundle, install

LIBRARY = PAGE.parent / "bloodshot_lib"
_MADE = {"node_modules", "__pycache__"}
SOURCES = PAGE, LIBRARY / "weights", LIBRARY / "own_cells" / "pages"
VERSIONED = LIBRARY / "__init__.py"
WEIGHTS = "bloodshot-3-small"
RUNTIME = "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"
SCRIPTS = {
    "main": "main.js",
    "embedding": "embedding_worker.js",
    "finding": "finding_worker.js",
    "judging": "judging_worker.js",
}


def build() -> str:
    """The page as HTML."""
    import bloodshot_lib as bs  # here, as torch loads slowly
    from bloodshot_lib.fields.finder import Finder
    from page.network import finder_file, network_file, products_file

    install()
    embedder, finder = bs.Embedder.load(WEIGHTS), Finder.load()
    facts = {
        "version": bs.__version__,
        "weights": WEIGHTS,
        "key": embedder.key,
        "size": embedder.image_size,
        "dim": embedder.dim,
    }
    carried = {
        "runtime": (PAGE / RUNTIME).read_bytes(),
        "network": network_file(embedder),
        "finder": finder_file(finder),
        "products": products_file(),
    }
    files = bundle("page")
    scripts = {name: files[file].strip() for name, file in SCRIPTS.items()}
    folders = FileSystemLoader([PAGE, LIBRARY / "own_cells" / "pages"])
    pages = Environment(loader=folders, undefined=StrictUndefined, autoescape=False)
    return pages.get_template("index.html").render(
        facts=json.dumps(facts),
        carried={name: packed(content) for name, content in carried.items()},
        allowed=base64.b64encode(hashlib.sha256(scripts["main"].encode()).digest()).decode(),
        **scripts,
    )


def packed(content: bytes) -> str:
    """Bytes as text, a third of the size in base64."""
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def is_fresh(file: Path) -> bool:
    """Whether a built page is younger than all that it is made of."""
    sources = [each for folder in SOURCES for each in folder.rglob("*") if each.is_file()]
    used = [each for each in sources if not _MADE & set(each.parts)]
    changed = (each.stat().st_mtime for each in [*used, VERSIONED])
    return file.is_file() and file.stat().st_mtime > max(changed)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the page, unless it is there and nothing has changed, and say how large it is."""
    parser = argparse.ArgumentParser(prog="python -m page.build", description=main.__doc__)
    parser.add_argument("file", type=Path)
    file = parser.parse_args(arguments).file
    if not is_fresh(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, build().encode())
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
