"""A web server on this computer that misbehaves as it is told, and remembers what it was asked.

``with serve(content) as server`` starts it on a free port of 127.0.0.1. Each request takes the
next `Reply` of ``server.plan``; when there is none left, the file is served as it should be.
"""

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ENVIRONMENT = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)
"""The variables that change how `requests` reaches a server: a test begins without them."""


@dataclass
class Reply:
    """How the server answers one request.

    Attributes:
        status: None for 200, or 206 where a range was asked for; with a number there is no file.
        content: bytes to serve in place of the server's file.
        ranges: whether it understands ``Range``.
        announced: whether it says how long the body is.
        chunked: whether to send the body in chunks, without saying how long it is.
        headers: headers to set in place of the usual ones; None leaves one out.
        cut_after: break the connection after so many bytes of the body.
        reset: break it with a TCP reset, as a router does, and not with an orderly end.
        stall_after: after so many bytes wait until ``server.go_on`` is set.
        before: called when the request has come, before anything is answered.
    """

    status: int | None = None
    content: bytes | None = None
    ranges: bool = True
    announced: bool = True
    chunked: bool = False
    headers: dict[str, str | None] = field(default_factory=dict)
    cut_after: int | None = None
    reset: bool = False
    stall_after: int | None = None
    before: Callable[[], object] = bool


class Server(ThreadingHTTPServer):
    """The server.

    Attributes:
        content: the file, under every path.
        plan: the replies to come.
        requests: (path, headers) of each request so far.
        sent: bytes of bodies sent so far, or on their way.
        go_on: set it to let a stalled reply end.
    """

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.plan: list[Reply] = []
        self.requests: list[tuple[str, Message]] = []
        self.sent = 0
        self.go_on = threading.Event()
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}/model.mat"

    @property
    def ranges(self) -> list[str | None]:
        """The Range header of each request so far."""
        return [headers["Range"] for _, headers in self.requests]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests.append((self.path, self.headers))
        reply = self.server.plan.pop(0) if self.server.plan else Reply()
        reply.before()
        content = self.server.content if reply.content is None else reply.content
        if reply.status is None:
            status, headers, body = self._file(content, reply.ranges)
        else:
            status, headers, body = reply.status, {"Content-Length": str(len(content))}, content
        if reply.chunked or not reply.announced:
            headers["Content-Length"] = None
        if reply.chunked:
            self.protocol_version = "HTTP/1.1"
            headers["Transfer-Encoding"] = "chunked"
        self._send_head(status, headers | reply.headers)
        self._send_body(body, reply)

    do_CONNECT = do_GET  # what a proxy is asked for https://

    def _file(self, content: bytes, ranges: bool) -> tuple[int, dict[str, str | None], bytes]:
        """Answer as a good server does: the whole file, the rest of it, or 416."""
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        length = len(content)
        if not (asked and ranges):
            return 200, {"Content-Length": str(length)}, content
        start = int(asked[1])
        if start >= length:
            return 416, {"Content-Range": f"bytes */{length}", "Content-Length": "0"}, b""
        content_range = f"bytes {start}-{length - 1}/{length}"
        body = content[start:]
        return 206, {"Content-Range": content_range, "Content-Length": str(len(body))}, body

    def _send_head(self, status: int, headers: dict[str, str | None]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()

    def _send_body(self, body: bytes, reply: Reply) -> None:
        if reply.stall_after is not None:
            self._send(body[: reply.stall_after])
            self.server.go_on.wait(10)
            body = body[reply.stall_after :]
        if reply.chunked:
            self.wfile.write(b"%x\r\n" % len(body))
            self._send(body[: reply.cut_after])
            self.wfile.write(b"" if reply.cut_after else b"\r\n0\r\n\r\n")
            return
        self._send(body[: reply.cut_after])
        if reply.reset:  # lingering for 0 seconds means RST in place of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _send(self, body: bytes) -> None:
        self.server.sent += len(body)  # first: the client may be done before this thread is
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serve(content: bytes, certificate: Path | None = None) -> Iterator[Server]:
    """Run a server while the block runs.

    Args:
        content: the file that it serves.
        certificate: a PEM file with key and certificate, for HTTPS.
    """
    server = Server(content)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.go_on.set()
        server.shutdown()
        thread.join()
        with suppress(OSError):
            server.server_close()
