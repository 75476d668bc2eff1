"""Where a result goes: checked before the work, so that none is lost."""

import tempfile
from pathlib import Path

from ..common.checks import check_absent


def check_output(output: Path, *read: Path | None) -> Path:
    """A new folder that can be written, and is in none of the folders that are read.

    Raises ValueError if it exists or is in one of them, OSError if it cannot be written.
    """
    output = check_absent(output.expanduser())
    for folder in filter(None, read):
        if output.resolve().is_relative_to(folder.expanduser().resolve()):
            raise ValueError(
                f"-o {output} is in {folder}, whose images are read: the next command would take"
                " the result for some of them. Name a folder beside it."
            )
    above = next(folder for folder in output.absolute().parents if folder.exists())
    try:
        # under as long a name as it will have while it is written
        with tempfile.TemporaryDirectory(dir=above, prefix=f".{output.name}.", suffix=".partial"):
            return output
    except OSError as error:
        raise OSError(
            f"-o {output} cannot be written, for in {above} nothing can ({error.strerror}). Name"
            " a folder elsewhere."
        ) from error
