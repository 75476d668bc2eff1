"""Do the chapters' claims hold on another processor, with other threads, from other seeds?

`python -m experiments.portable` runs the chapters that train on each of MACHINES, from an empty
artifacts folder. It compares every checked cell with its stored output, prints the values behind
every claim and writes them to results/portable.csv; differences, and what ran where, go to .json.
"""

import argparse
import json
import operator
import os
import platform
import re
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import nbformat
import pandas as pd
from nbclient import NotebookClient

from bloodshot_lib.common.atomic_files import write_whole
from experiments import PROJECT

TABLE, RECORD = (PROJECT / "results" / f"portable.{kind}" for kind in ("csv", "json"))
RULES = {">": operator.gt, "<": operator.lt}
FACTS = "torch.backends.cpu.get_cpu_capability(), torch.get_num_threads()"


class Machine(NamedTuple):
    """Environment settings, and the training seed if it is not the profile's first."""

    settings: Mapping[str, str] = MappingProxyType({})
    seed: int | None = None


class Claim(NamedTuple):
    """A number computed in a chapter's kernel at its end, and the rule its sentence needs."""

    words: str
    number: str
    rule: str
    threshold: float


SSE = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"}
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"}
MACHINES = {
    "native": Machine(),
    "one thread": Machine({"OMP_NUM_THREADS": "1"}),
    "AVX2": Machine(AVX2),
    "SSE4.1": Machine(SSE),
    "seed 7": Machine(seed=7),
    "seed 8": Machine(seed=8),
}
ARM = "aam+consistency"
CLAIMS = {
    "02_gpu_training": (
        Claim(
            "the training loss fell by more than a third",
            "last['loss'] / first['loss']",
            "<",
            2 / 3,
        ),
        Claim("the classifier is above it", "accuracy - majority", ">", 0),
        Claim(
            "macro F1 is below the weighted F1 by more than 0.1", "weighted - macro", ">", 0.1
        ),
    ),
    "03_loss_ablation": (),
}


def probe(claims: tuple[Claim, ...]) -> str:
    """A cell to follow a chapter's last one: prints every claim's number, and where it ran."""
    numbers = ", ".join(f"{claim.words!r}: float({claim.number})" for claim in claims)
    return f"import json, torch\nprint(json.dumps([{{{numbers}}}, [{FACTS}]]))"


def printed(cell: nbformat.NotebookNode) -> str:
    """What a cell printed and returned, as text."""
    parts = [
        out.get("text") or out.get("data", {}).get("text/plain", "")
        for out in cell.outputs
        if out.get("name") != "stderr"
    ]
    return "".join(parts).strip()


def checked_cells(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Source and printed text of each cell that is compared with its stored output."""
    return [
        (cell.source, printed(cell))
        for cell in notebook.cells
        if cell.cell_type == "code"
        and "nbval-ignore-output" not in cell.metadata.get("tags", [])
    ]


def run_chapter(
    path: Path, claims: tuple[Claim, ...], settings: Mapping[str, str]
) -> tuple[dict, list, list]:
    """Run a notebook with these settings in its environment.

    Returns the claims' numbers by their words, the instructions and threads used, and the
    source and both texts of each checked cell that printed something else.
    """
    notebook = nbformat.read(path, as_version=4)
    stored = checked_cells(notebook)
    notebook.cells.append(nbformat.v4.new_code_cell(probe(claims)))
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=None, resources=where).execute(env=os.environ | settings)
    numbers, facts = json.loads(printed(notebook.cells.pop()))
    pairs = zip(stored, checked_cells(notebook), strict=True)
    return (
        numbers,
        facts,
        [
            {"cell": source, "stored": was, "now": now}
            for (source, was), (_, now) in pairs
            if was != now
        ],
    )


def one_training(profile: Path, seed: int | None, folder: Path) -> Path:
    """A copy of the profile with one arm and one seed: the checked cells need no more."""
    text = profile.read_text("utf-8")
    seed = tomllib.loads(text)["seeds"][0] if seed is None else seed
    text = re.sub(r"(?m)^seeds = .*$", f"seeds = [{seed}]", text)
    text = re.sub(rf'(?m)^"(?!{re.escape(ARM)}").*\n', "", text)
    copy = folder / profile.name
    copy.write_text(text, "utf-8")
    return copy


def run_machine(
    name: str, machine: Machine, chapters: dict[Path, tuple[Claim, ...]], profile: Path
) -> dict[str, list[dict]]:
    """Run the chapters on one machine, from an empty artifacts folder.

    Returns lists of rows: `machines` (one: what it was), `claims`, and `differences`, the
    checked cells that printed something else.
    """
    claims, differences, start = [], [], time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        settings = machine.settings | {
            "BLOODSHOT_ARTIFACTS": folder,
            "BLOODSHOT_PROFILE": str(one_training(profile, machine.seed, Path(folder))),
        }
        for path, wanted in chapters.items():
            numbers, facts, moved = run_chapter(path, wanted, settings)
            claims += [judge(name, path.stem, claim, numbers[claim.words]) for claim in wanted]
            differences += [{"machine": name, "chapter": path.stem} | each for each in moved]
    about = {
        "machine": name,
        "processor": processor(),
        "instructions": facts[0],
        "threads": facts[1],
        "torch": version("torch").split("+")[0],
        "settings": " ".join(f"{key}={value}" for key, value in machine.settings.items()),
        "seed": "the profile's" if machine.seed is None else str(machine.seed),
        "date": time.strftime("%Y-%m-%d"),
        "minutes": round((time.perf_counter() - start) / 60, 1),
    }
    return {"machines": [about], "claims": claims, "differences": differences}


def judge(machine: str, chapter: str, claim: Claim, value: float) -> dict:
    """A row: what was claimed, what was found, and whether the claim holds."""
    return {
        "chapter": chapter,
        "claim": claim.words,
        "rule": claim.rule,
        "threshold": round(claim.threshold, 4),
        "machine": machine,
        "value": round(value, 4),
        "holds": bool(RULES[claim.rule](value, claim.threshold)),
    }


def processor() -> str:
    """The processor's name, as far as the system reports it."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.+)", info.read_text()) if info.is_file() else []
    return names[0] if names else platform.processor() or platform.machine()


def faults(found: dict[str, list[dict]]) -> list[str]:
    """A line for each claim that does not hold and each cell that printed something else."""
    failed = [
        "{machine}, {chapter}: {claim}: {value} is not {rule} {threshold:g}".format(**each)
        for each in found["claims"]
        if not each["holds"]
    ]
    return failed + [
        "{machine}, {chapter}:\n{cell}\n- {stored}\n+ {now}".format(**each)
        for each in found["differences"]
    ]


def write(found: dict[str, list[dict]]) -> None:
    """Write the claims as a table, and beside it what they were measured with and what differed."""
    write_whole(TABLE, pd.DataFrame(found["claims"]).to_csv(index=False).encode())
    rest = {part: rows for part, rows in found.items() if part != "claims"}
    write_whole(RECORD, json.dumps(rest, indent=1).encode())


def main() -> None:
    """Run the chapters on the machines named, or on all, and put their rows into results/.

    Exits with 1 if a claim does not hold or a checked cell printed something else.
    """
    parser = argparse.ArgumentParser(
        prog="python -m experiments.portable", description=main.__doc__
    )
    parser.add_argument("machine", nargs="*", help=", ".join(MACHINES))
    names = parser.parse_args().machine or list(MACHINES)
    if unknown := sorted(set(names) - set(MACHINES)):
        parser.error(f"there is no machine {unknown[0]!r}; known: {', '.join(MACHINES)}")
    chapters = {
        PROJECT / "notebooks" / f"{name}.ipynb": claims for name, claims in CLAIMS.items()
    }
    kept = {"claims": [], "machines": [], "differences": []}
    if RECORD.is_file():
        kept |= json.loads(RECORD.read_text("utf-8"))
        kept["claims"] = pd.read_csv(TABLE).to_dict("records")
    for name in names:
        print(f"== {name}", flush=True)
        found = run_machine(name, MACHINES[name], chapters, PROJECT / "profiles" / "demo.toml")
        for part, rows in found.items():
            kept[part] = [row for row in kept[part] if row["machine"] != name] + rows
            kept[part].sort(key=lambda row: list(MACHINES).index(row["machine"]))
        write(kept)
    keys = ["chapter", "claim", "rule", "threshold"]
    table = pd.read_csv(TABLE).pivot_table("value", keys, "machine", sort=False)
    print(table.reset_index().to_string(index=False), *faults(kept), sep="\n")
    sys.exit(bool(faults(kept)))


if __name__ == "__main__":
    main()
