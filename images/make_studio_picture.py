"""Take the README's picture of the studio: ``python images/make_studio_picture.py``.

A real page in a real browser, in a desktop's window and in a telephone's. Needs Chromium and
``pip install -e '.[dev]'``.
"""

import io
import re
import shutil
import signal
import subprocess
import sys

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from nst_utils import project_path, save_image

TARGET = project_path("images", "studio.jpg")
WINDOWS = ({"width": 1366, "height": 960}, {"width": 400, "height": 960})
WALL = (214, 206, 194)
GAP = 24


def photographed(browser: Browser, url: str, window: dict[str, int]) -> Image.Image:
    """Visit the studio, have a picture painted, and take a picture of the window."""
    page = browser.new_page(viewport=window)
    page.set_default_timeout(180_000)
    page.goto(url)
    page.locator(".look").wait_for()
    if window["width"] < 700:  # what is made lies below what is chosen
        page.get_by_role("radio", name="Koi").check(force=True)
        page.get_by_text("in the style of Koi").wait_for()
        page.locator(".look-caption").scroll_into_view_if_needed()
    else:
        page.get_by_role("button", name="Paint").click()
        page.get_by_role("link", name="Film (GIF)").wait_for()
    taken = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return taken.convert("RGB")


def main() -> None:
    """Open a studio, visit it with both windows, and hang the pictures side by side."""
    command = [sys.executable, "-m", "nst_utils", "studio", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://\S+/", server.stdout.readline())[0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            browser.new_page().wait_for_timeout(5000)  # the server comes up
            pages = [photographed(browser, url, window) for window in WINDOWS]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()
    width = sum(page.width for page in pages) + GAP * (len(pages) + 1)
    wall = Image.new("RGB", (width, pages[0].height + 2 * GAP), WALL)
    left = GAP
    for page in pages:
        wall.paste(page, (left, GAP))
        left += page.width + GAP
    print(save_image(TARGET, np.asarray(wall)))


if __name__ == "__main__":
    main()
