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
# One signal lets running jobs note that they were interrupted; a second one, or a minute, ends the hub.
KillSignal=SIGTERM
TimeoutStopSec=60
Restart=on-failure
RestartSec=5
UMask=0027
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=full

[Install]
WantedBy=multi-user.target
"""


def systemd(folder: Path, home: Path | None) -> str:
    """A systemd unit that runs the hub of a folder as the user who asks.

    Args:
        folder: the one with config.py.
        home: ``--home`` of `hub serve`, or None.
    """
    command = [sys.executable, "-m", "hub", "serve"]
    if home is not None:
        command += ["--home", str(home.absolute())]
    return UNIT.format(folder=folder.absolute(), user=getpass.getuser(), command=shlex.join(command))
