"""The templates of the pages, with the words and numbers that all of them share."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from . import labelling_steps as steps
from .classification import DOUBTFUL
from .options import command
from .special_labels import NOT_A_CELL

pages = Environment(
    loader=PackageLoader(__package__, "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
pages.globals.update(
    limit=DOUBTFUL,
    listed=200,
    apart=NOT_A_CELL,
    command=command,
    test_list=steps.TEST_LIST,
    code=lambda file: Markup(pages.loader.get_source(pages, file)[0]),
)
pages.filters["two"] = "{:.2f}".format
pages.filters["percent"] = lambda share: (
    f"{'<1' if 0 < share < 0.005 else round(100 * share)}\N{NO-BREAK SPACE}%"
)
