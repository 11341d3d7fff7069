"""Voilà, with the studio's own page."""

import sys
from pathlib import Path
from typing import Any

# jsonschema spends a second on a grammar for web addresses, which nothing here checks: it does
# without where the grammar cannot be imported, and the page is there a second sooner.
sys.modules.setdefault("rfc3987_syntax", None)

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager  # noqa: E402
from traitlets.config import Config  # noqa: E402
from voila.app import Voila  # noqa: E402

PAGE = Path(__file__).resolve().parent / "page"
"""The studio's notebook, and the template of its page."""

IDLE_SECONDS = 1800
"""A page that does nothing for so long loses its process, and its memory is given back."""


class QuietKernels(AsyncMappingKernelManager):
    """Starts the process of a page; its errors alone are written to the terminal."""

    async def start_kernel(self, **options: Any) -> str:
        """Start one; the options are those of the base class."""
        return await super().start_kernel(extra_arguments=["--log-level=ERROR"], **options)


class StudioServer(Voila):
    """Voilà, which serves a notebook as a page; ours has a template of its own."""

    def setup_template_dirs(self) -> None:
        """Look for templates among ours first: they need nothing from the internet."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(PAGE))


def serve(ip: str, port: int, open_browser: bool) -> None:
    """Serve the studio until Ctrl-C.

    Args:
        ip: the address to listen at.
        port: a free port.
        open_browser: whether to open the page.
    """
    config = Config()
    config.Voila.ip, config.Voila.port, config.Voila.port_retries = ip, port, 0
    config.Voila.open_browser = open_browser
    config.Voila.log_level = "ERROR"
    config.Voila.tornado_settings = {"ws_ping_timeout": 30_000}  # its own is beyond the limit
    config.VoilaConfiguration.multi_kernel_manager_class = QuietKernels
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.file_allowlist = []  # nothing but the page
    # Other extensions of JupyterLab that are installed only make the page slower.
    config.VoilaConfiguration.extension_allowlist = [
        "@jupyter-widgets/jupyterlab-manager",
        "@voila-dashboards/widgets-manager8",
        "anywidget",
    ]
    config.MappingKernelManager.cull_idle_timeout = IDLE_SECONDS
    config.MappingKernelManager.cull_interval = 60
    config.MappingKernelManager.cull_connected = True
    server = StudioServer(config=config)
    server.initialize([str(PAGE / "studio.ipynb")])
    server.start()
