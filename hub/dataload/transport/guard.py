"""The options of a dump's transports from the settings; the allow-list in the words of this room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hub.config import allowlist
from hub.config.settings import Settings
from hub.dataload.transport.errors import ConnectionLostError, UrlRefusedError
from hub.dataload.transport.options import applied
from hub.dataload.transport.port import TransportOptions
from hub.dataload.transport.request import Proxy
from hub.dataload.transport.traffic import Traffic


def options_from(settings: Settings) -> TransportOptions:
    """From the settings of downloads: DOWNLOAD_*, PROXY*, DATA_URL_REWRITES, ALLOWED_URLS and HUB_HOST."""
    timeouts, retry = settings["DOWNLOAD_TIMEOUTS"], settings["DOWNLOAD_RETRY"]
    default = TransportOptions()
    options = TransportOptions(
        connect=float(timeouts.get("connect", default.connect)),
        stall=float(timeouts.get("stall", default.stall)),
        total=float(timeouts.get("total", default.total)),
        attempts=int(retry.get("attempts", default.attempts)),
        first_wait=float(retry.get("first_wait", default.first_wait)),
        max_wait=float(retry.get("max_wait", default.max_wait)),
        rewrites=dict(settings["DATA_URL_REWRITES"]),
        check=guard(allowlist.AllowList.of(settings)),
        ssh_hosts_file=settings["SSH_HOSTS_FILE"],
        ssh_new_host=settings["SSH_NEW_HOST"],
        ssh_key=settings["SSH_KEY"] or "",
        ssh_agent=settings["SSH_AGENT"],
        traffic=_traffic(settings),
        proxy=Proxy(settings["PROXY"] or "", settings["PROXY_AUTH"], tuple(settings["NO_PROXY"])),
    )
    return applied(options, settings["DOWNLOAD_OPTIONS"])


def _traffic(settings: Settings) -> Traffic:
    limits = settings["DOWNLOAD_LIMITS"]
    return Traffic(
        folder=Path(settings["RUN_DIR"]) / "downloads",
        per_host=int(limits.get("per_host", 0)),
        overall=int(limits.get("overall", 0)),
        rate=float(limits.get("rate", 0)),
        host_rate=float(limits.get("host_rate", 0)),
        overall_rate=float(limits.get("overall_rate", 0)),
        host_failures=int(limits.get("host_failures", 0)),
        host_pause=float(limits.get("host_pause", 60)),
    )


def guard(rules: allowlist.AllowList) -> Callable[[str], None]:
    """A check of URLs against the allow-list.

    The check raises `UrlRefusedError`, or `ConnectionLostError` when the name of the host cannot be resolved now.
    """

    def check(url: str) -> None:
        try:
            rules.check(url)
        except allowlist.UrlRefusedError as error:
            raise UrlRefusedError(url, error.why) from None
        except allowlist.HostUnknownError as error:
            raise ConnectionLostError(url, f"the host {error.host} cannot be found ({error.why})") from None

    return check
