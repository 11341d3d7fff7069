"""How long a visitor waits for the studio: ``python tests/benchmark_studio.py``.

From the command to the page, to the first picture, and from a move of the slider to its picture;
then the same for a second visitor, and what the processes hold. Needs Chromium and
``pip install -e '.[dev]'``.
"""

import argparse
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WORDS = {
    "visible": "command → the page is visible",
    "usable": "command → the first picture, and the page can be used",
    "slider": "a move of the slider → its picture (512 px)",
    "second": "a second visitor: address → first picture",
    "page_mb": "memory of a visitor's process, MB",
    "workshop_mb": "memory of the process that paints, MB",
}


def come(browser: Browser, url: str) -> Page:
    """Open the page, as soon as the server answers."""
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    while True:
        try:
            page.goto(url, wait_until="commit")
            return page
        except Exception as error:
            if "REFUSED" not in str(error):
                raise
            time.sleep(0.05)


def slide(page: Page) -> float:
    """Move the slider by a key; returns the seconds until the picture is there."""
    before = page.locator(".look").get_attribute("src")
    began = time.perf_counter()
    page.locator(".strength input").press("ArrowLeft")
    page.wait_for_function(
        "before => document.querySelector('.look').src !== before", arg=before, polling=10
    )
    return time.perf_counter() - began


def measure(browser: Browser) -> dict[str, float]:
    """Open a studio, visit it twice, and close it."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "nst_utils", "studio", "--no-browser", "--port", "0"]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder)
        try:
            url = re.search(r"http://\S+/", server.stdout.readline())[0]
            page = come(browser, url)
            page.locator("h1").wait_for()
            taken = {"visible": time.perf_counter() - began}
            page.locator(".look").wait_for()
            taken["usable"] = time.perf_counter() - began
            slide(page)
            taken["slider"] = statistics.median(slide(page) for _ in range(5))
            again = time.perf_counter()
            come(browser, url).locator(".look").wait_for()
            taken["second"] = time.perf_counter() - again
            sizes = [
                child.memory_info().rss / 2**20
                for child in psutil.Process(server.pid).children(recursive=True)
            ]
            return taken | {"page_mb": statistics.median(sizes), "workshop_mb": max(sizes)}
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()


def main() -> None:
    """Measure, and print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        taken = [measure(browser) for _ in range(runs)]
        browser.close()
    print(f"| medians of {runs} | |\n|---|---|")
    for name, words in WORDS.items():
        value = statistics.median(one[name] for one in taken)
        print(f"| {words} | {value:.0f} |" if "MB" in words else f"| {words} | {value:.2f} s |")


if __name__ == "__main__":
    main()
