"""Fetch one large file, so that an interruption costs nothing.

What arrives is kept beside the target, in ``<name>.part``. A broken connection is tried again by
itself; after Ctrl-C or a power cut the same call goes on where the last one stopped. The target
appears only when size and SHA-256 are right.

Why not pooch, the usual tool for such files: it checks and tries again, but (1.9) every attempt
starts at the first byte, and its temporary file is removed after each.
"""

import errno
import math
import os
import random
import re
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.client import IncompleteRead
from io import FileIO
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import requests
from tqdm import tqdm
from urllib3.exceptions import HTTPError

from nst_utils.config import NSTError
from nst_utils.files import checksums

ATTEMPTS = 5  # in a row that bring nothing new; then give up
FIRST_PAUSE = 1.0  # seconds before the second attempt; doubled before each further one
LONGEST_PAUSE = 60.0  # seconds, whatever the server asks for
CONNECT_TIMEOUT, READ_TIMEOUT = 15.0, 60.0  # seconds, for a connection and for the next byte
CHUNK = 2**20  # bytes that are read and written at once, at most


class DownloadError(NSTError):
    """A file that could not be fetched; the sentence says why, and what to do."""


class _TryAgain(Exception):
    """The line broke or the server is busy: another attempt may do better."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.pause = pause  # seconds that the server asks for


def download(
    url: str,
    path: str | os.PathLike[str],
    *,
    size: int | None = None,
    sha256: str | None = None,
    progress: bool = True,
) -> Path:
    """Fetch a file, or the rest of it where an earlier call was interrupted.

    Proxies and certificates come from the environment, as everywhere in ``requests``:
    ``HTTPS_PROXY``, ``HTTP_PROXY``, ``NO_PROXY``, ``REQUESTS_CA_BUNDLE``.

    Args:
        url: an address that begins with ``https://``, ``http://`` or ``file://``.
        path: where to put the file. Missing folders are made. A file that is there already
            stays untouched until the new one is complete and right.
        size: bytes that the file must have. A server that announces another size is refused
            before anything is fetched.
        sha256: hexadecimal checksum that the file must have.
        progress: whether to show a bar, and a line when something is tried again, on the
            error stream.

    Returns:
        The path of the complete file.

    Raises:
        DownloadError: no such host or file, the line keeps breaking, the disk is full, or it is
            another file than expected. What has arrived is kept, unless it is the wrong file.

    Example:
        >>> download("https://example.org/a.mat", "a.mat", size=1_000)  # doctest: +SKIP
        PosixPath('a.mat')
    """
    path = Path(path)
    if os.path.isdir(path):  # unlike Path.is_dir, never raises for an impossible name
        raise DownloadError(f"{path}: this is a folder; name the file in it.")
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _fetch_and_check(_Transfer(url, part, size, progress), sha256)
        with part.open("rb+") as file:
            os.fsync(file.fileno())  # or a power cut may leave the new name with half of the file
        os.replace(part, path)
    except OSError as error:
        raise DownloadError(_why_unwritable(part, error)) from error
    return path


def _fetch_and_check(transfer: "_Transfer", sha256: str | None) -> None:
    transfer.fetch()
    fault = _fault(transfer, sha256)
    if fault and transfer.inherited:
        transfer.say("the part that was there is of another file; starting afresh")
        transfer.part.unlink()
        transfer.forget()
        transfer.fetch()
        fault = _fault(transfer, sha256)
    if fault:
        transfer.part.unlink()  # no further byte could ever make it right
        raise _refusal(transfer.url, f"{fault}. It was removed")


def _fault(transfer: "_Transfer", sha256: str | None) -> str | None:
    """Say what is wrong with a complete file; None where nothing is."""
    with transfer.part.open("rb") as file:
        what = "a web page" if file.read(512).lstrip()[:1] == b"<" else "another file"
        length = file.seek(0, os.SEEK_END)
        if transfer.size not in (None, length):
            return f"{what} arrived, {length:,} bytes in place of {transfer.size:,}"
        if sha256 is None:
            return None
    transfer.say("checking")
    digest = checksums(transfer.part, "sha256")["sha256"]
    if digest == sha256.lower():
        return None
    return f"{what} arrived, {length:,} bytes with SHA-256 {digest}; expected was {sha256}"


def _without_password(url: str) -> str:
    return re.sub(r"(?<=://)[^/@]*@", "", url)


def _refusal(url: str, reason: str) -> DownloadError:
    return DownloadError(
        f"{_without_password(url)}: {reason}. Look at the address, or give another one with --url."
    )


# From an answer to the partial file -----------------------------------------------------------


@dataclass
class _Answer:
    """What a server sends.

    Attributes:
        start: the position in the file of the first byte; None where the server does not say.
        total: bytes of the whole file; None where the server does not say.
        chunks: the bytes.
        is_web_page: whether the server calls it HTML.
    """

    start: int | None
    total: int | None
    chunks: Iterable[bytes]
    is_web_page: bool = False


class _Transfer:
    """A download on its way into its partial file."""

    def __init__(self, url: str, part: Path, size: int | None, progress: bool) -> None:
        self.url, self.part, self.size, self.progress = url, part, size, progress
        self.furthest = _length(part)  # the longest that the partial file has been
        self.inherited = self.furthest > 0  # whether bytes of an earlier call are in it

    def forget(self) -> None:
        """The bytes of an earlier call are gone."""
        self.furthest, self.inherited = 0, False

    def fetch(self) -> None:
        """Fetch what is missing, and go on trying as long as something new arrives."""
        in_vain = 0
        while True:
            try:
                return self._attempt()
            except _TryAgain as error:
                trouble = error
            length = _length(self.part)
            # A server without ranges begins at 0 each time: only what is new is progress.
            in_vain = 0 if length > self.furthest else in_vain + 1
            self.furthest = max(self.furthest, length)
            if in_vain >= ATTEMPTS:
                shown = _without_password(self.url)
                raise DownloadError(f"{shown}: {trouble}. {self._kept(length)}") from trouble
            # The random share keeps a whole class from coming back in the same instant.
            pause = FIRST_PAUSE * 2 ** max(in_vain - 1, 0) * random.uniform(1, 1.2)
            pause = min(max(pause, trouble.pause), LONGEST_PAUSE)
            self.say(f"{trouble}; trying again in {pause:.0f} s")
            time.sleep(pause)

    def _attempt(self, resume: bool = True) -> None:
        """Ask once for what is missing, and write what comes."""
        there = _length(self.part)
        if there == self.size:
            return
        is_too_long = self.size is not None and there > self.size
        offset = there if resume and not is_too_long else 0
        with _open(self.url, offset) as answer:
            self._refuse_another_file(answer)
            if answer.start in (0, offset):
                self._check_space(answer, there)
                self._write(answer, there)
                return
        if not offset:
            raise _refusal(self.url, "the server sends the middle of the file, not its beginning")
        self._attempt(resume=False)

    def _write(self, answer: _Answer, there: int) -> None:
        """Append the chunks; in place of what is there if they are not its continuation."""
        # Unbuffered: what has been written survives even if this process is killed.
        with self.part.open("ab", buffering=0) as file, self._bar(answer) as bar:
            position = answer.start
            if position != there:
                self.say("cannot go on from the part that is there; starting afresh")
                file.truncate(0)  # and not removed: a program that writes into it must notice
                if self.inherited:
                    self.forget()
            for chunk in answer.chunks:
                self._see_that_nobody_else_writes(file, position)
                _write_all(file, chunk)
                position += len(chunk)
                bar.update(len(chunk))
                if self.size is not None and position > self.size:
                    break  # it may never end; the check will find it too long
        if position < (answer.total or self.size or 0):
            raise _TryAgain("the connection ended early")

    def _see_that_nobody_else_writes(self, file: FileIO, position: int) -> None:
        if os.fstat(file.fileno()).st_size != position:
            raise DownloadError(
                f"{self.part}: another program is downloading into this file; "
                "wait for that one, or stop it."
            )

    def _refuse_another_file(self, answer: _Answer) -> None:
        """See that it can be the right file, before anything is written or thrown away."""
        sizes = (answer.total, self.size)
        if None not in sizes and answer.total != self.size:
            reason = f"the file there has {answer.total:,} bytes, expected are {self.size:,}"
            raise _refusal(self.url, reason)
        if answer.is_web_page and None in sizes:
            raise _refusal(self.url, "a web page is sent in place of the file")

    def _check_space(self, answer: _Answer, there: int) -> None:
        missing = (answer.total or self.size or 0) - there
        free = shutil.disk_usage(self.part.parent).free
        if missing > free:
            raise DownloadError(
                f"{self.part.parent}: {math.ceil(missing / 1e6):,} MB are needed and "
                f"{math.floor(free / 1e6):,} MB are free; make room, or choose another folder."
            )

    def _bar(self, answer: _Answer) -> tqdm:
        scale = {"unit": "B", "unit_scale": True, "unit_divisor": 1000}
        total, done = answer.total or self.size, answer.start
        name, is_off = self.part.stem, not self.progress
        return tqdm(total=total, initial=done, desc=name, disable=is_off, **scale)

    def _kept(self, length: int) -> str:
        if not length:
            return "Look whether you are online, try again later, or give another --url."
        return (
            f"What has arrived ({length / 1e6:,.1f} MB) is kept in {self.part}: "
            "the same command goes on from there."
        )

    def say(self, message: str) -> None:
        """Print a line above the bar."""
        if self.progress:
            tqdm.write(f"{self.part.stem}: {message}", file=sys.stderr)


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _write_all(file: FileIO, chunk: bytes) -> None:
    """Write a chunk; an unbuffered file may take only the beginning of it at a time."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


def _why_unwritable(part: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        advice = "make room and run the same command again: it goes on from what is there"
    elif error.errno == errno.ENOENT:
        advice = "another program has finished or removed it; run the same command again"
    else:
        advice = "check that you may write there and that no other program holds the file"
    return f"{error.filename or part}: cannot be written ({error.strerror or error}); {advice}."


# From an address to an answer -----------------------------------------------------------------


def _open(url: str, offset: int) -> AbstractContextManager[_Answer]:
    """Ask for a file from a position on."""
    scheme = url.partition(":")[0].lower()
    if scheme in ("http", "https"):
        return _open_http(url, offset)
    if scheme == "file":
        return _open_file(url, offset)
    raise _refusal(url, "an address must begin with https://, http:// or file://")


@contextmanager
def _open_file(url: str, offset: int) -> Iterator[_Answer]:
    """Open a file of this computer, or of one in its network."""
    try:
        address = urlsplit(url)
        host = "" if address.netloc in ("", "localhost") else f"//{address.netloc}"
        file = open(url2pathname(host + address.path), "rb")  # noqa: SIM115 (closed below)
    except (OSError, ValueError) as error:
        raise _refusal(url, f"cannot be read ({_in_words(error)})") from error
    with file:
        total = file.seek(0, os.SEEK_END)
        start = file.seek(min(offset, total))
        yield _Answer(start, total, _received(iter(lambda: file.read(CHUNK), b"")))


@contextmanager
def _open_http(url: str, offset: int) -> Iterator[_Answer]:
    """Send a request, and read the head of the answer (RFC 9110, sections 14 and 15)."""
    with _request(url, offset) as response:
        content_range = response.headers.get("Content-Range", "")
        if response.status_code == 416:  # nothing lies behind the offset: the file ends before it
            total = _number(r"bytes \*/(\d+)", content_range)
            yield _Answer(total, total, ())
            return
        if response.status_code == 206:
            start = _number(r"bytes (\d+)-", content_range)
            total = _number(r"bytes \d+-\d+/(\d+)", content_range)
        else:
            start, total = 0, _number(r"(\d+)", response.headers.get("Content-Length", ""))
        is_web_page = response.headers.get("Content-Type", "").startswith("text/html")
        # Not response.iter_content: it gathers whole chunks, and loses one where the line breaks.
        chunks = iter(lambda: response.raw.read1(CHUNK), b"")
        yield _Answer(start, total, _received(chunks), is_web_page)


def _request(url: str, offset: int) -> requests.Response:
    """Send a GET; what hinders it becomes a `_TryAgain` or a `DownloadError`."""
    headers = {"User-Agent": "nst_utils", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
    try:
        response = requests.get(url, headers=headers, stream=True, timeout=timeout)
    except (OSError, HTTPError, ValueError) as error:
        raise _no_connection(url, error) from error
    status = response.status_code
    if status in (200, 206) or (status == 416 and offset):
        return response
    response.close()
    answered = f"the server answers {status} {response.reason}"
    if status == 429 or status >= 500:
        raise _TryAgain(answered, _number(r"(\d+)", response.headers.get("Retry-After", "")) or 0)
    raise _refusal(url, answered)


def _no_connection(url: str, error: Exception) -> Exception:
    """Choose between another attempt and giving up."""
    is_proxy = isinstance(error, requests.exceptions.ProxyError)
    words = f"no connection {'through the proxy ' if is_proxy else ''}({_in_words(error)})"
    is_final = re.search("CERTIFICATE_VERIFY_FAILED|Tunnel connection failed: 4", str(error))
    if isinstance(error, requests.ConnectionError | requests.Timeout) and not is_final:
        return _TryAgain(words)
    return _refusal(url, f"{words}; see also HTTPS_PROXY and REQUESTS_CA_BUNDLE in the environment")


def _received(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass the chunks on; where reading breaks off, another attempt may get further."""
    try:
        yield from chunks
    except (OSError, HTTPError) as error:
        raise _TryAgain(f"the connection broke ({_in_words(error)})") from error


def _in_words(error: BaseException) -> str:
    """Find the cause: `requests` wraps the error of urllib3, which wraps the plain one."""
    while inner := error.__cause__ or next(
        (cause for cause in error.args if isinstance(cause, BaseException)), None
    ):
        error = inner
    if isinstance(error, IncompleteRead):
        return "it ended early"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _number(pattern: str, text: str) -> int | None:
    match = re.match(pattern, text)
    return int(match[1]) if match else None
