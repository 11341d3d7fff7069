"""Fetch a large file over a bad line: nothing is lost, nothing wrong gets its name."""

import errno
import hashlib
import io
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import requests
from http_server import ENVIRONMENT, Reply, serve

from nst_utils import download as downloads
from nst_utils.config import NSTError
from nst_utils.download import ATTEMPTS, DownloadError, download

CONTENT = np.random.default_rng(0).bytes(1_000_123)
OTHER = CONTENT[::-1]
SIZE = len(CONTENT)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
KNOWN = {"size": SIZE, "sha256": SHA256}
WEB_PAGE = b"<!DOCTYPE html><title>Please log in</title>"


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[float]:
    """Collect the pauses in place of waiting, in an environment without proxies."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    waited = []
    monkeypatch.setattr(downloads, "time", SimpleNamespace(sleep=waited.append))
    return waited


@pytest.fixture
def server():
    with serve(CONTENT) as server:
        yield server


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "models" / "model.mat"


@pytest.fixture
def part(target) -> Path:
    """The partial file; its folder is there already."""
    target.parent.mkdir()
    return target.with_name("model.mat.part")


def files(target: Path) -> dict[str, bytes]:
    """Everything that lies beside the target."""
    return {path.name: path.read_bytes() for path in target.parent.iterdir()}


def refused(server, target, match, **expected) -> str:
    """Download in vain; returns the sentence."""
    with pytest.raises(DownloadError, match=match) as caught:
        download(server.url, target, progress=False, **(expected or KNOWN))
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence) < 500
    return sentence


# --- A good line ----------------------------------------------------------------------------


def test_a_whole_file(server, target):
    assert download(server.url, target, **KNOWN) == target
    assert files(target) == {"model.mat": CONTENT}
    (_, headers), *more = server.requests
    assert not more and headers["Range"] is None
    assert headers["Accept-Encoding"] == "identity" and "nst_utils" in headers["User-Agent"]


@pytest.mark.parametrize("reply", [Reply(announced=False), Reply(chunked=True)])
def test_nothing_known_about_the_file(server, target, reply):
    server.plan = [reply]
    assert download(server.url, str(target)) == target
    assert files(target) == {"model.mat": CONTENT}


def test_checksum_in_capitals(server, target):
    download(server.url, target, sha256=SHA256.upper())


def test_a_redirect_is_followed(server, target):
    server.plan = [Reply(302, headers={"Location": "/elsewhere/model.mat"})]
    download(server.url, target, **KNOWN)
    assert [path for path, _ in server.requests] == ["/model.mat", "/elsewhere/model.mat"]


def test_redirects_for_ever(server, target):
    server.plan = [Reply(302, headers={"Location": server.url}) for _ in range(40)]
    refused(server, target, "redirects")


def test_a_redirect_to_nowhere(server, target):
    server.plan = [Reply(302, headers={"Location": "/\xff"})]  # no UTF-8
    refused(server, target, "decode")


def test_the_bar_shows_name_and_size_and_where_it_began(server, target, part, capsys):
    part.write_bytes(CONTENT[:500_000])
    download(server.url, target, **KNOWN)
    printed = capsys.readouterr()
    assert "model.mat: " in printed.err and "/1.00M" in printed.err and "500k" in printed.err
    assert "0.00/" not in printed.err and printed.out == ""


def test_quiet_means_silent(server, target, capfd):
    server.plan = [Reply(cut_after=300_000)]
    download(server.url, target, progress=False, **KNOWN)
    assert capfd.readouterr() == ("", "")


def test_on_the_disk_before_it_gets_its_name(server, target, monkeypatch):
    order = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda number: (order.append("fsync"), fsync(number)))
    monkeypatch.setattr(os, "replace", lambda *names: (order.append("replace"), replace(*names)))
    download(server.url, target, **KNOWN)
    assert order == ["fsync", "replace"]


# --- A bad line -----------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{}, {"announced": False}, {"chunked": True}])
def test_cut_in_the_middle_fetches_only_the_rest(server, target, pauses, capsys, how):
    server.plan = [Reply(cut_after=400_321, **how)]
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT}
    assert server.ranges == [None, "bytes=400321-"]
    assert server.sent == SIZE and len(pauses) == 1
    assert "ended early" in (printed := capsys.readouterr().err)
    assert "trying again in 1 s" in printed


def test_a_reset_costs_nothing(server, target, part):
    thread, outcome = in_a_thread(
        server, target, part, Reply(stall_after=600_000, cut_after=0, reset=True)
    )
    server.go_on.set()
    thread.join(20)
    assert outcome == [target] and files(target) == {"model.mat": CONTENT}
    assert server.ranges == [None, "bytes=600000-"]


def test_progress_forgives_earlier_failures(server, target, pauses):
    server.plan = [Reply(cut_after=50_000) for _ in range(3 * ATTEMPTS)]
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT}
    assert server.sent == SIZE and len(server.requests) == 3 * ATTEMPTS + 1
    assert max(pauses) <= 1.2


def test_a_later_call_fetches_only_the_rest(server, target, part):
    part.write_bytes(CONTENT[:700_001])
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT}
    assert server.ranges == ["bytes=700001-"] and server.sent == SIZE - 700_001


def test_a_stalled_server(server, target, monkeypatch):
    monkeypatch.setattr(downloads, "READ_TIMEOUT", 0.2)
    server.plan = [Reply(stall_after=600_000)]
    began = time.monotonic()
    download(server.url, target, **KNOWN)
    assert time.monotonic() - began < 3
    assert server.ranges == [None, "bytes=600000-"]
    assert files(target) == {"model.mat": CONTENT}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server(server, target, pauses, status):
    server.plan = [Reply(status), Reply(status)]
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT}
    assert len(server.requests) == 3 and 1 <= pauses[0] <= 1.2 and 2 <= pauses[1] <= 2.4


def test_busy_for_ever(server, target, pauses):
    server.plan = [Reply(503) for _ in range(50)]
    sentence = refused(server, target, "503 Service Unavailable")
    assert server.url in sentence and "--url" in sentence
    assert len(server.requests) == ATTEMPTS == 5
    assert len(pauses) == 4 and all(2**i <= pause <= 1.2 * 2**i for i, pause in enumerate(pauses))
    assert files(target) == {}


@pytest.mark.parametrize(
    "asked, waited", [("7", 7), ("3600", 60), ("Wed, 21 Oct 2099 07:28:00 GMT", 1)]
)
def test_the_server_says_when_to_come_back(server, target, pauses, asked, waited):
    server.plan = [Reply(503, headers={"Retry-After": asked})]
    download(server.url, target, **KNOWN)
    assert len(pauses) == 1 and waited <= pauses[0] <= 1.2 * waited


def test_giving_up_keeps_what_is_there(server, target):
    server.plan = [Reply(cut_after=600_000)] + [Reply(cut_after=0) for _ in range(50)]
    sentence = refused(server, target, r"0\.6 MB.*model\.mat\.part.*goes on from there")
    assert server.url in sentence and len(server.requests) == 1 + ATTEMPTS
    assert files(target) == {"model.mat.part": CONTENT[:600_000]}
    server.plan = []
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT}


def test_nobody_listens(target, pauses):
    with socket.socket() as taken:  # bound, and not listening
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/model.mat"
        with pytest.raises(DownloadError, match=r"no connection \([^(]+\)\. .*online"):
            download(url, target)
    assert len(pauses) == ATTEMPTS - 1 and files(target) == {}


def test_no_such_host(target, pauses, monkeypatch):
    def unknown(*_arguments, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(DownloadError, match=r"mirror\.invalid.*\(Name or service not known\)"):
        download("http://mirror.invalid/model.mat", target)
    assert len(pauses) == ATTEMPTS - 1


def test_ctrl_c_keeps_the_part(server, target, monkeypatch):
    server.plan = [Reply(cut_after=600_000)]

    def interrupt(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(downloads.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat.part": CONTENT[:600_000]}


# --- A server that cannot, or will not ------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 404, 407, 410])
def test_no_is_no(server, target, part, pauses, status):
    part.write_bytes(CONTENT[:1000])
    server.plan = [Reply(status, content=WEB_PAGE)]
    sentence = refused(server, target, f"{status} ")
    assert server.url in sentence and "--url" in sentence
    assert len(server.requests) == 1 and pauses == []
    assert files(target) == {"model.mat.part": CONTENT[:1000]}


def test_without_ranges_it_starts_afresh(server, target, part, capsys):
    part.write_bytes(OTHER[:300_000])
    server.plan = [Reply(ranges=False)]
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT} and len(server.requests) == 1
    assert "starting afresh" in capsys.readouterr().err


def test_without_ranges_only_what_is_new_counts_as_progress(server, target):
    server.plan = [Reply(ranges=False, cut_after=100_000) for _ in range(50)]
    refused(server, target, "kept")
    assert len(server.requests) == 1 + ATTEMPTS
    assert files(target) == {"model.mat.part": CONTENT[:100_000]}


@pytest.mark.parametrize(
    "content_range",
    [f"bytes 5-{SIZE - 1}/{SIZE}", f"bytes 999-{SIZE - 1}/*", "nonsense", None],
)
def test_a_wrong_range_is_not_appended(server, target, part, content_range):
    part.write_bytes(CONTENT[:1000])
    server.plan = [Reply(headers={"Content-Range": content_range})]
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT}
    assert server.ranges == ["bytes=1000-", None]


def test_the_middle_though_the_whole_was_asked_for(server, target):
    server.plan = [Reply(206, CONTENT[7:], headers={"Content-Range": f"bytes 7-9/{SIZE}"})]
    refused(server, target, "middle of the file")
    assert len(server.requests) == 1 and files(target) == {}


def test_416_and_the_part_is_complete(server, target, part):
    part.write_bytes(CONTENT)
    server.plan = [Reply(416, WEB_PAGE, headers={"Content-Range": f"bytes */{SIZE}"})]
    download(server.url, target)
    assert server.ranges == [f"bytes={SIZE}-"]
    assert files(target) == {"model.mat": CONTENT}


@pytest.mark.parametrize("content_range", [f"bytes */{SIZE}", None])
def test_416_and_the_part_is_another_file(server, target, part, content_range):
    part.write_bytes(OTHER + b"more")
    server.plan = [Reply(416, WEB_PAGE, headers={"Content-Range": content_range})]
    download(server.url, target)
    assert server.ranges == [f"bytes={SIZE + 4}-", None]
    assert files(target) == {"model.mat": CONTENT}


def test_a_part_that_is_too_long(server, target, part):
    part.write_bytes(OTHER + b"more")
    server.plan = [Reply(cut_after=300_000)] + [Reply(cut_after=10) for _ in range(2 * ATTEMPTS)]
    download(server.url, target, **KNOWN)
    assert server.ranges[:2] == [None, "bytes=300000-"]
    assert files(target) == {"model.mat": CONTENT} and server.sent == SIZE


def test_a_complete_part_needs_no_server(server, target, part):
    part.write_bytes(CONTENT)
    download(server.url, target, **KNOWN)
    assert server.requests == [] and files(target) == {"model.mat": CONTENT}


# --- Another file ---------------------------------------------------------------------------


@pytest.mark.parametrize("ranges", [True, False])
def test_another_size_is_refused_at_once(server, target, part, ranges):
    part.write_bytes(CONTENT[:1000])
    target.write_bytes(b"old")
    server.plan = [Reply(content=CONTENT + b"more", ranges=ranges, stall_after=0)]
    sentence = refused(server, target, "1,000,127 bytes.*1,000,123")
    assert server.url in sentence and len(server.requests) == 1
    assert files(target) == {"model.mat": b"old", "model.mat.part": CONTENT[:1000]}


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("expected", [KNOWN, {"sha256": SHA256}])
def test_a_web_page_does_not_cost_the_part(server, target, part, announced, expected):
    part.write_bytes(CONTENT[:1000])
    headers = {"Content-Type": "text/html; charset=utf-8"}
    server.plan = [Reply(200, WEB_PAGE, announced=announced, headers=headers)]
    refused(server, target, "43 bytes|web page", **expected)
    assert files(target) == {"model.mat.part": CONTENT[:1000]} and len(server.requests) == 1


def test_the_right_size_is_believed_more_than_the_type(server, target):
    server.plan = [Reply(headers={"Content-Type": "text/html"})]
    download(server.url, target, **KNOWN)


def test_wrong_bytes_never_get_the_name(server, target, part):
    target.write_bytes(b"old")
    server.plan = [Reply(content=OTHER)]
    sentence = refused(server, target, "another file arrived.*removed")
    assert SHA256 in sentence and hashlib.sha256(OTHER).hexdigest() in sentence
    assert "1,000,123 bytes" in sentence and len(server.requests) == 1
    assert files(target) == {"model.mat": b"old"}


def test_wrong_bytes_that_are_a_web_page(server, target):
    server.plan = [Reply(content=b"\n" + WEB_PAGE)]
    refused(server, target, "a web page arrived, 44 bytes", sha256=SHA256)
    assert files(target) == {}


def test_more_bytes_than_expected_are_not_waited_for(server, target, monkeypatch):
    monkeypatch.setattr(downloads, "READ_TIMEOUT", 0.5)
    server.plan = [Reply(content=CONTENT + OTHER, announced=False, stall_after=SIZE + 100_000)]
    refused(server, target, "another file arrived.*in place of 1,000,123")
    assert files(target) == {} and len(server.requests) == 1


@pytest.mark.parametrize("length", [300_000, SIZE])
def test_an_older_part_of_another_file_is_fetched_once_more(server, target, part, capsys, length):
    part.write_bytes(OTHER[:length])
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT} and server.ranges[-1] is None
    assert server.sent == 2 * SIZE - length
    assert "of another file; starting afresh" in capsys.readouterr().err


def test_once_more_is_once(server, target, part):
    part.write_bytes(OTHER[:300_000])
    server.plan = [Reply(content=OTHER) for _ in range(5)]
    refused(server, target, "another file arrived")
    assert server.ranges == ["bytes=300000-", None] and files(target) == {}


def test_a_part_of_this_call_is_not_fetched_once_more(server, target, part):
    part.write_bytes(OTHER[:300_000])
    server.plan = [Reply(content=OTHER, ranges=False), Reply(404)]
    refused(server, target, "another file arrived")
    assert len(server.requests) == 1 and files(target) == {}


# --- The disk -------------------------------------------------------------------------------


def test_too_little_space_is_seen_before(server, target, part, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**9, 10**9, 599_000))
    part.write_bytes(CONTENT[:401_000])
    server.plan = [Reply(stall_after=0)]
    sentence = refused(server, target, "1 MB are needed and 0 MB are free")
    assert str(target.parent) in sentence
    assert files(target) == {"model.mat.part": CONTENT[:401_000]}

    part.write_bytes(CONTENT[:402_000])  # what is there needs no room again
    server.go_on.set()
    download(server.url, target, **KNOWN)


def run_child(server, target, *before: str) -> subprocess.Popen:
    """Download in a process of its own, which need not load TensorFlow."""
    package = str(Path(downloads.__file__).parent)
    code = [
        "import sys, types",
        "nst_utils = sys.modules['nst_utils'] = types.ModuleType('nst_utils')",
        f"nst_utils.__path__ = [{package!r}]",
        "from nst_utils.download import download",
        *before,
        f"download({server.url!r}, {str(target)!r}, size={SIZE}, sha256={SHA256!r})",
    ]
    command = [sys.executable, "-c", "\n".join(code)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of this kind")
def test_a_full_disk_keeps_the_part(server, target):
    limit = 400_321
    child = run_child(
        server,
        target,
        "import resource, signal",
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)",
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))",
    )
    _, printed = child.communicate(timeout=20)
    last = printed.strip().splitlines()[-1]
    assert "DownloadError" in last and "model.mat.part" in last
    assert os.strerror(errno.EFBIG) in last and "make room" in last
    assert files(target) == {"model.mat.part": CONTENT[:limit]}
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT} and server.ranges[1] == f"bytes={limit}-"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_process_leaves_the_part(server, target):
    server.plan = [Reply(stall_after=600_000)]
    child = run_child(server, target)
    part = target.with_name("model.mat.part")
    wait_for(part, 600_000)
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=20)
    assert files(target) == {"model.mat.part": CONTENT[:600_000]}
    download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT} and server.ranges[1] == "bytes=600000-"


def wait_for(part: Path, length: int) -> None:
    """Wait until so many bytes are there."""
    deadline = time.monotonic() + 20
    while not (part.exists() and part.stat().st_size == length):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def in_a_thread(server, target, part, reply: Reply) -> tuple[threading.Thread, list]:
    """Begin a download, and wait until it stalls."""
    server.plan = [reply]
    outcome = []

    def run() -> None:
        try:
            outcome.append(download(server.url, target, progress=False, **KNOWN))
        except DownloadError as error:
            outcome.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(part, reply.stall_after)
    return thread, outcome


@pytest.mark.skipif(sys.platform == "win32", reason="Windows renames no file that is open")
def test_two_downloads_at_once(server, target, part):
    first, outcome = in_a_thread(server, target, part, Reply(stall_after=400_000))
    download(server.url, target, **KNOWN)  # the second one overtakes it
    server.go_on.set()
    first.join(20)
    assert "another program" in outcome[0] and str(part) in outcome[0]
    assert files(target) == {"model.mat": CONTENT}


def test_another_program_writes_into_the_part(server, target, part):
    thread, outcome = in_a_thread(server, target, part, Reply(stall_after=400_000))
    with part.open("ab") as file:
        file.write(b"theirs")
    server.go_on.set()
    thread.join(20)
    assert "another program" in outcome[0]
    assert files(target) == {"model.mat.part": CONTENT[:400_000] + b"theirs"}


def test_another_program_was_a_moment_faster(server, target, part):
    server.plan = [Reply(before=lambda: part.write_bytes(b"theirs"))]
    refused(server, target, "another program")
    assert files(target) == {"model.mat.part": b"theirs"}


def test_no_permission(server, target, monkeypatch):
    def forbidden(path, *_arguments, **_options):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", forbidden)
    refused(server, target, r"models: cannot be written \(Permission denied\).*may write there")
    assert server.requests == []


def test_what_is_in_the_way(server, target, part):
    refused(server, target.parent, "folder")
    part.write_bytes(b"")
    refused(server, part / "model.mat", "cannot be written")  # a file as folder
    part.unlink()
    part.mkdir()
    refused(server, target, r"model\.mat\.part: cannot be written")
    refused(server, target.with_name("x" * 300), "cannot be written")


def test_a_target_that_cannot_be_replaced_leaves_the_part(server, target, monkeypatch):
    def held(source, _target):
        raise PermissionError(errno.EACCES, "The file is in use", str(source))

    monkeypatch.setattr(os, "replace", held)
    refused(server, target, "The file is in use.*no other program")
    assert files(target) == {"model.mat.part": CONTENT}


# --- Addresses and proxies ------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/model.mat", r"C:\models\model.mat", "models/model.mat", ""]
)
def test_another_kind_of_address(url, target):
    with pytest.raises(DownloadError, match="an address must begin with https://") as caught:
        download(url, target, **KNOWN)
    assert str(caught.value).startswith(f"{url}: ")


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///model.mat",
        "http://[::1/model.mat",
        "http://127.0.0.1:port/model.mat",
        f"http://{'a' * 70}.invalid/model.mat",
        "file://[/model.mat",
        "file:///no/such/model.mat",
    ],
)
def test_no_possible_address(url, target, pauses):
    with pytest.raises(DownloadError, match=r"--url") as caught:
        download(url, target, **KNOWN)
    assert str(caught.value).startswith(f"{url}: ") and pauses == [] and files(target) == {}


def test_the_proxy_of_the_environment(server, target, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", server.url.removesuffix("/model.mat"))
    server.plan = [Reply(cut_after=300_000)]
    download("http://mirror.invalid/model.mat", target, **KNOWN)
    assert [path for path, _ in server.requests] == 2 * ["http://mirror.invalid/model.mat"]
    assert files(target) == {"model.mat": CONTENT} and server.sent == SIZE


def test_no_proxy_for_these_hosts(server, target, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody is there
    refused(server, target, "through the proxy")
    assert server.requests == []
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    download(server.url, target, **KNOWN)
    assert len(server.requests) == 1


def test_a_proxy_that_wants_a_password(server, target, pauses, monkeypatch):
    proxy = server.url.removesuffix("/model.mat")
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    server.plan = [Reply(407), Reply(407)]
    with pytest.raises(DownloadError, match="407 Proxy Authentication Required"):
        download("http://mirror.invalid/model.mat", target)
    with pytest.raises(DownloadError, match=r"407 .*HTTPS_PROXY"):
        download("https://mirror.invalid/model.mat", target)
    assert pauses == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_certificates_of_the_environment(target, pauses, monkeypatch, tmp_path):
    pem = make_certificate(tmp_path)
    with serve(CONTENT, certificate=pem) as server:
        refused(server, target, "CERTIFICATE_VERIFY_FAILED.*REQUESTS_CA_BUNDLE")
        assert pauses == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
        refused(server, target, r"missing\.pem")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(pem))
        download(server.url, target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT}


def make_certificate(folder: Path) -> Path:
    """Make a key and a certificate for 127.0.0.1, which nobody has signed."""
    settings, pem = folder / "openssl.cnf", folder / "server.pem"
    settings.write_text(
        "[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = more\n"
        "[name]\nCN = 127.0.0.1\n[more]\nsubjectAltName = IP:127.0.0.1\n"
    )
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-config", str(settings), "-keyout", str(pem), "-out", str(folder / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)
    pem.write_text(pem.read_text() + (folder / "cert.pem").read_text())
    ssl.create_default_context(cafile=pem)
    return pem


# --- file:// --------------------------------------------------------------------------------


def test_a_file_of_this_computer(tmp_path, target, part):
    source = tmp_path / "my models" / "größer #1.mat"
    source.parent.mkdir()
    source.write_bytes(CONTENT)
    part.write_bytes(CONTENT[:300_000])
    assert "%20" in source.as_uri()
    download(source.as_uri(), target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT}
    download(source.as_uri().replace("file:///", "file://localhost/"), target, sha256=SHA256)
    assert source.read_bytes() == CONTENT


def test_a_local_copy_goes_on_from_the_part(tmp_path, target, part):
    source = tmp_path / "model.mat"
    source.write_bytes(CONTENT[:500] + OTHER[500:])
    part.write_bytes(b"theirs" + bytes(494))
    download(source.as_uri(), target, size=SIZE)
    assert target.read_bytes() == b"theirs" + bytes(494) + OTHER[500:]


def test_a_local_file_that_is_not_the_one(tmp_path, target, part):
    source = tmp_path / "model.mat"
    source.write_bytes(CONTENT[:1000])
    part.write_bytes(CONTENT[:2000])
    with pytest.raises(DownloadError, match=r"1,000 bytes, expected are 1,000,123"):
        download(source.as_uri(), target, **KNOWN)
    assert files(target) == {"model.mat.part": CONTENT[:2000]}
    download(source.as_uri(), target)  # nothing is known of it: what is there is no part of it
    assert files(target) == {"model.mat": CONTENT[:1000]}
    with pytest.raises(DownloadError, match=r"Is a directory|Permission denied"):
        download(tmp_path.as_uri(), target)


def test_a_local_disk_that_fails_for_a_moment(tmp_path, target, pauses, monkeypatch):
    source = tmp_path / "model.mat"
    source.write_bytes(CONTENT)
    errors = [OSError(errno.EIO, "Input/output error")]

    class Failing(io.FileIO):
        def read(self, size=-1):
            if self.tell() and errors:
                raise errors.pop()
            return super().read(300_000)

    monkeypatch.setattr(downloads, "open", Failing, raising=False)
    download(source.as_uri(), target, **KNOWN)
    assert files(target) == {"model.mat": CONTENT} and len(pauses) == 1


def test_errors_are_those_of_the_package():
    assert issubclass(DownloadError, NSTError)
    assert not issubclass(DownloadError, requests.RequestException)


def test_a_password_in_the_address_is_not_shown(server, target):
    server.plan = [Reply(404)]
    address = server.url.replace("://", "://teacher:secret@")
    with pytest.raises(DownloadError, match="404") as caught:
        download(address, target, progress=False)
    assert "secret" not in str(caught.value) and str(caught.value).startswith(server.url)
