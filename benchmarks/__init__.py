"""What was measured, and how: run from a checkout, which has `results/`."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
