"""`python -m page.doors`: the scripts of the report, contact sheet, fields and JupyterLab's desk.

They are kept beside the library's pages, so that the commands need no Node.
"""

from page.bundling import bundle, install
from page.doors import PAGES

if __name__ == "__main__":
    install()
    for file, script in bundle("doors").items():
        (PAGES / file).write_text(script, encoding="utf-8")
        print(PAGES / file)
