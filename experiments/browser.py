"""A headless Chromium, for pictures of pages and figures."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def new_tab(width: int = 900, height: int = 640, scale: float = 1) -> Iterator:
    """Yield a tab of that size, a playwright page; `scale` is the screen's pixels per pixel."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        viewport = {"width": width, "height": height}
        yield browser.new_page(viewport=viewport, device_scale_factor=scale)
        browser.close()
