"""The ssh command that rsync is to use: no configuration of the user, host keys by the same policy as SFTP."""

from __future__ import annotations

import shutil
from pathlib import Path

from hub.dataload.transport import ssh_hosts
from hub.dataload.transport.port import TransportOptions
from hub.dataload.transport.ssh_errors import KeyFileError, MissingProgramError


def command(url: str, host: str, port: int, options: TransportOptions, private: Path) -> str:
    """The text for ``--rsh``, which rsync takes apart at blanks.

    Args:
        url: for errors.
        host: name of the server.
        port: of its ssh.
        options: key, known hosts and policy.
        private: a folder of this call; with the policy ``accept`` the known hosts are copied there, so that nothing is
            noted in the file.

    Raises:
        MissingProgramError: there is no ssh.
        KeyFileError: a path that cannot be handed on.
    """
    program = shutil.which("ssh")
    if program is None:
        raise MissingProgramError(url, "ssh")
    known = Path(options.ssh_hosts_file or ssh_hosts.DEFAULT_FILE).expanduser().absolute()
    if options.ssh_new_host == "accept":
        text = known.read_bytes() if known.is_file() else b""
        known = private / "known_hosts"
        known.write_bytes(text)
    settings = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "accept-new" if options.ssh_new_host in ("accept", "add") else "yes",
        "UserKnownHostsFile": _plain(url, str(known)),
        "GlobalKnownHostsFile": "/dev/null",
        "HashKnownHosts": "no",
        "UpdateHostKeys": "no",
        "ConnectTimeout": str(max(1, round(options.connect))),
        "IdentityAgent": "SSH_AUTH_SOCK" if options.ssh_agent else "none",
        "IdentitiesOnly": "no" if options.ssh_agent else "yes",
        "IdentityFile": _plain(url, str(Path(options.ssh_key).expanduser())) if options.ssh_key else "none",
    }
    words = [program, "-F", "none", "-p", str(port)]
    for name, value in settings.items():
        words += ["-o", f"{name}={value}"]
    return " ".join(words)


def _plain(url: str, path: str) -> str:
    if any(c.isspace() or c in "\"'%\\" for c in path):
        raise KeyFileError(url, path, "rsync over ssh cannot be given a path with blanks, quotes or `%`")
    return path
