"""What was measured, and with what: run from a checkout, where `results/` lies."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
