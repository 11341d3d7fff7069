"""The command line of the studio: ``python -m nst_utils studio``."""

import argparse
import importlib
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from nst_utils.config import NSTError
from nst_utils.workshop import ADDRESS_VARIABLE, open_workshop


def build_parser(prog: str) -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Serve the studio: a page on which visitors choose a photograph and a style, "
        "see the result at once, and have it painted. Nothing is written to the disk.",
    )
    parser.set_defaults(run=serve, when_stopped="", when_full="")
    parser.add_argument(
        "--ip",
        default="127.0.0.1",
        help="the address that it listens at; 0.0.0.0 lets a class in, and everybody else on the "
        "network (default: %(default)s, this machine alone)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8866,
        help="0 takes any that is free (default: %(default)s)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="do not open the page in a browser"
    )
    return parser


def serve(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C.

    Raises:
        NSTError: Voilà is not installed, or the port cannot be had.
    """
    port = _free_port(options.ip, options.port)
    with ThreadPoolExecutor() as both:  # each takes a second
        opening = both.submit(open_workshop)
        try:
            server = importlib.import_module("nst_utils.studio_server")
        except ModuleNotFoundError as error:
            raise NSTError(f"studio: needs {error.name}; pip install voila anywidget") from error
        workshop, os.environ[ADDRESS_VARIABLE] = opening.result()
    everybody = options.ip in ("", "0.0.0.0")
    print(f"The studio: http://{'127.0.0.1' if everybody else options.ip}:{port}/", flush=True)
    if everybody:
        print(f"For everybody on this network: http://{socket.gethostname()}:{port}/", flush=True)
    print("Ctrl-C closes it.", flush=True)
    server.serve(options.ip, port, not options.no_browser)
    workshop.shutdown()
    return 0


def _free_port(ip: str, port: int) -> int:
    """See that the port can be had; 0 stands for any."""
    try:
        with closing(socket.socket()) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((ip, port))
            return tried.getsockname()[1]
    except (OSError, OverflowError) as error:
        raise NSTError(
            f"--ip {ip} --port {port}: cannot be used ({error}); is a studio open there already? "
            "Try another --port."
        ) from error
