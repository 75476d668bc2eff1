"""The front end's doors that the library carries: report, contact sheet, fields and desk."""

from page.build import LIBRARY

PAGES = LIBRARY / "own_cells" / "pages"
