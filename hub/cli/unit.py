"""`hub unit`: what a service manager needs to run a hub."""

from __future__ import annotations

import getpass
import shlex
import sys
from pathlib import Path

UNIT = """\
[Unit]
Description=Entrepot hub in {folder}
Wants=network-online.target
After=network-online.target

[Service]
User={user}
WorkingDirectory={folder}
ExecStart={command}
# One signal gives running jobs STOP_GRACE seconds to end, then JOB_CANCEL_GRACE to stop; a second one ends the hub.
KillSignal=SIGTERM
TimeoutStopSec={seconds}
Restart=on-failure
RestartSec=5
UMask=0027
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=full

[Install]
WantedBy=multi-user.target
"""


def systemd(folder: Path, home: Path | None, seconds: int) -> str:
    """A systemd unit that runs the hub of a folder as the user who asks.

    Args:
        folder: the one with config.py.
        home: ``--home`` of `hub serve`, or None.
        seconds: that it has to stop.
    """
    command = [sys.executable, "-m", "hub", "serve"]
    if home is not None:
        command += ["--home", str(home.absolute())]
    return UNIT.format(seconds=seconds, folder=folder.absolute(), user=getpass.getuser(), command=shlex.join(command))
