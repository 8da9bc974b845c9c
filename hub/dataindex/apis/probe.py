"""Asks a running data API what every data API must be able to answer."""

from __future__ import annotations

import logging
import time
from typing import Any
from urllib.parse import quote

import requests

from hub import errors

log = logging.getLogger("hub.apimanager")  # clients show its records while they wait for a test

SECONDS = 30  #: for one answer


class ApiTestError(errors.HubError, errors.Permanent):
    """An API gave an answer that is not as it should be."""

    def __init__(self, api: str, path: str, reason: str) -> None:
        self.api, self.path, self.reason = api, path, reason
        super().__init__(f"API `{api}` failed its test: GET {path}: {reason}")


def ask(api: str, root: str, version: str, doc_type: str) -> list[dict[str, Any]]:
    """Ask for status, metadata, a query, and the first document it finds.

    Args:
        api: name of the API, for messages.
        root: its address, with the prefix of its paths.
        version: path segment.
        doc_type: its document type.

    Returns:
        One object an answer: ``path``, ``status``, ``seconds``.

    Raises:
        ApiTestError: the first that is not as it should be.
    """
    try:
        return _ask(api, root, version, doc_type)
    except ApiTestError as error:
        log.error("FAILED %s", error, extra={"action": "api_tested", "api": api})
        raise
    finally:  # in the words that clients wait for
        log.info("Finished running pytests for %s", api, extra={"action": "api_tested", "api": api})


def _ask(api: str, root: str, version: str, doc_type: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    def get(path: str) -> Any:
        begin = time.monotonic()
        try:
            answer = session.get(f"{root}{path}", timeout=SECONDS)
            body = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ApiTestError(api, path, str(error)) from None
        rows.append({"path": path, "status": answer.status_code, "seconds": round(time.monotonic() - begin, 3)})
        if answer.status_code != 200:
            raise ApiTestError(api, path, f"status {answer.status_code}, {str(body)[:200]}")
        log.info("PASSED API %s: GET %s", api, path, extra={"action": "api_tested", "api": api})
        return body

    with requests.Session() as session:
        session.trust_env = False
        get("/status")
        get(f"/{version}/metadata")
        found = get(f"/{version}/{doc_type}/query?q=__all__&size=1")
        if not found.get("hits"):
            raise ApiTestError(api, rows[-1]["path"], "it found no document")
        id_ = str(found["hits"][0]["_id"])
        document = get(f"/{version}/{doc_type}/{quote(id_, safe='')}")
        if not isinstance(document, dict) or document.get("_id") != id_:
            raise ApiTestError(api, rows[-1]["path"], "it gave another document")
    return rows
