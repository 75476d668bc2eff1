"""What a person does with the page, and sees on it."""

import shutil
import time
from pathlib import Path

WAIT = 120_000  # milliseconds, on a busy machine


class Person:
    """Somebody at the page, in a tab of a browser."""

    def __init__(self, tab):
        self.tab = tab

    def drop(self, folder: Path, folders_are: str = "") -> None:
        """Choose a folder, answer what its folders are, and wait until its cells are looked at."""
        self.tab.locator("input[webkitdirectory]").set_input_files(folder)
        if folders_are:
            self.tab.locator("[role=group] button", has_text=folders_are).click(timeout=WAIT)
        desk = self.tab.locator("#naming")
        self.wait(lambda: not self.working and (self.said or desk.is_visible()))

    def drop_fields(self, folder: Path) -> None:
        """Choose a folder of whole fields, and wait until their boxes are shown, or an error."""
        self.tab.get_by_label("a whole field").check()
        self.tab.locator("input[webkitdirectory]").set_input_files(folder)
        shown = self.tab.locator("#working .fields")
        self.wait(lambda: shown.count() or (self.said and not self.working))

    def drag(self, folder: Path) -> None:
        """Drag a folder onto the page, and wait until a cell is asked for."""
        tools = self.tab.context.new_cdp_session(self.tab)
        dragged = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            event = {"type": kind, "x": 600, "y": 250, "data": dragged}
            tools.send("Input.dispatchDragEvent", event)
        self.wait(lambda: self.asked)

    def give(self, *files: Path) -> None:
        """Choose single files, such as labels.csv, and wait until they are read."""
        before = self.said
        self.tab.locator("input[multiple]:not([webkitdirectory])").set_input_files(files)
        self.wait(lambda: self.said != before and not self.working)

    @property
    def working(self) -> bool:
        return self.tab.locator("#working > *").count() > 0

    @property
    def said(self) -> str:
        """What the page says above all."""
        return self.tab.locator("#said").inner_text()

    @property
    def asked(self) -> str:
        """The name of the cell that is to be named; empty if there is none."""
        line = self.tab.locator(".desk p[role=status]")
        picture = self.tab.locator("img.asked")
        if not picture.count() or not picture.is_visible():
            return ""
        return line.inner_text().rpartition(": ")[2]

    def add_class(self, name: str) -> None:
        self.tab.locator(".desk input").fill(name)
        self.tab.locator(".desk form button").click()

    def name(self, label: str) -> None:
        """Name the cell asked for, with a button, and wait for the next."""
        before = self.asked
        self.tab.locator(".desk .choices button", has_text=label).first.click()
        self.wait(lambda: self.asked != before)

    def judged(self) -> None:
        """Wait until all that follows from the labels is there."""
        self.tab.locator("#doubtful").wait_for(timeout=WAIT)
        self.tab.wait_for_timeout(500)

    def save(self, what: str, folder: Path) -> Path:
        with self.tab.expect_download() as download:
            self.tab.get_by_role("button", name=what).click()
        file = folder / download.value.suggested_filename
        download.value.save_as(file)
        return file

    def forget(self) -> None:
        """Remove what the browser keeps."""
        if not self.tab.locator("#private").evaluate("each => each.open"):
            self.tab.locator("#private summary").click()
        self.tab.locator("#forget").click()
        self.wait(lambda: "removed" in self.said)

    def wait(self, until) -> None:
        end = time.monotonic() + WAIT / 1000
        while not until():
            assert time.monotonic() < end, f"nothing happened; the page says: {self.said!r}"
            self.tab.wait_for_timeout(20)


def flat(files: dict[str, list[Path]], folder: Path) -> dict[str, str]:
    """Copy files into one folder under names that tell nothing; the class of each name."""
    folder.mkdir()
    truth, number = {}, 0
    for place in range(max(map(len, files.values()))):
        for label, own in files.items():
            if place < len(own):
                name = f"cell {number:03}{own[place].suffix}"
                shutil.copy(own[place], folder / name)
                truth[name], number = label, number + 1
    return truth
