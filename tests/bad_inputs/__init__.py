"""What must not be given to a public function, and the error that says so.

`kit.py` holds a good value for each name of an argument. `arguments.py` spoils, in one way for
each rule, the arguments of every public name that several of them take; `arrays.py`,
`network.py` and `files.py` hold the rules of one name.
"""

from collections.abc import Callable
from typing import NamedTuple


class Bad(NamedTuple):
    """One bad input: a public name, the arguments that are spoilt, and what its error says.

    `change` holds the spoilt arguments by name, or is a function that makes them from the kit.
    """

    name: str
    change: dict | Callable
    words: str  # a regular expression, found in the error's message
    error: type[Exception] | tuple[type[Exception], ...] = ValueError
