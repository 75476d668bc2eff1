"""Write cases.json: what Python makes of small cases, for the page's code to make as well.

    python -m tests.page.make_cases

`CASES` has a function for each key of the file. `python -m tests.page.make_cases heads maps` writes
these keys only.
"""

import json
import sys
from pathlib import Path

from . import field_cases, image_cases, list_cases, number_cases

FILE = Path(__file__).with_name("cases.json")
CASES = number_cases.CASES | image_cases.CASES | list_cases.CASES | field_cases.CASES


def made(key: str) -> object:
    """A case as JSON holds it; what is no number is null."""
    text = json.dumps(CASES[key](), default=float)
    return json.loads(text, parse_constant=lambda _: None)


def kept() -> dict:
    """The cases of the file."""
    return json.loads(FILE.read_text("ascii"))


def main(keys: list[str]) -> None:
    cases = (kept() if keys else {}) | {key: made(key) for key in keys or CASES}
    lines = [f"{json.dumps(key)}: {json.dumps(cases[key])}" for key in CASES]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
