"""The front end's doors that are no page of their own: the report, the contact sheet, the desk."""

from page.build import LIBRARY

PAGES = LIBRARY / "own_cells" / "pages"
