"""How fast each step is, beside the obvious way; `bench` writes results/bench.json."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
