"""Edges that ask services over HTTP."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jmespath
import tenacity

from hub.config.rewrites import rewrite_url
from hub.dataload.aliases import current_settings
from hub.dataload.transport.errors import UrlRefusedError
from hub.dataload.transport.guard import options_from
from hub.dataload.transport.http_session import new_session
from hub.datatransform.edges import Edge, Found
from hub.datatransform.errors import LookupGraphError, ServiceDownError, ServiceRefusedError
from hub.datatransform.pairs import values_at

if TYPE_CHECKING:
    import requests

REMEMBERED = 20_000  #: answers of a service that are kept
BUSY = (408, 425, 429, 500, 502, 503, 504)  #: answers after which it is asked again


class ServiceEdge(Edge):
    """Asks a service; what it answered is remembered. Subclasses say how with `ask`.

    Args:
        url: address, which the allow-list of the hub must let pass.
        weight: see `Edge`.
        label: see `Edge`.
        batch: identifiers in one request.
        per_second: requests a second at most; 0 for no limit.
        attempts: how often it is asked when it is busy or does not answer.
        first_wait: seconds before the second attempt, doubled before each further one.
        timeout: seconds to wait for an answer.
        headers: sent along.
    """

    def __init__(
        self,
        url: str,
        weight: float = 1,
        label: str = "",
        *,
        batch: int = 1,
        per_second: float = 0,
        attempts: int = 3,
        first_wait: float = 1.0,
        timeout: float = 60.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(weight=weight, label=label or url)
        if not url.startswith(("http://", "https://")):
            raise LookupGraphError(f"`{url}` is no address of a service: it must begin with http:// or https://.")
        self.url, self.batch, self._headers = url, max(1, batch), dict(headers or {})
        self._pause = 1 / per_second if per_second else 0.0
        self._attempts, self._first_wait, self._timeout = max(1, attempts), first_wait, timeout
        self._known: OrderedDict[str, list[str]] = OrderedDict()
        self._session: requests.Session | None = None
        self._last = 0.0

    def ask(self, ids: Sequence[str]) -> Found:
        """Ask the service for at most ``batch`` identifiers."""
        raise NotImplementedError

    def lookup(self, ids: Sequence[str]) -> Found:
        """See `Edge.lookup`."""
        answers = {i: self._known[i] for i in ids if i in self._known}
        missing = [i for i in ids if i not in answers]
        for start in range(0, len(missing), self.batch):
            asked = missing[start : start + self.batch]
            found = self.ask(asked)
            for id_ in asked:
                answers[id_] = self._known[id_] = list(dict.fromkeys(found.get(id_, [])))
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return {i: values for i, values in answers.items() if values}

    def send(self, method: str, url: str, **more: Any) -> Any:
        """One request, repeated while the service is busy; its JSON, or None when it says that there is nothing.

        Raises:
            ServiceDownError: it did not answer, or was busy each time.
            ServiceRefusedError: it says that the request is wrong, or its answer is no JSON.
        """
        policy = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=tenacity.wait_exponential(multiplier=self._first_wait, max=60),
            retry=tenacity.retry_if_exception_type(ServiceDownError),
            reraise=True,
        )
        return policy(self._send, method, url, more)

    def _send(self, method: str, url: str, more: dict[str, Any]) -> Any:
        import requests

        self._wait()
        target, proxies = self._permitted(url)
        try:
            answer = self._opened().request(
                method,
                target,
                timeout=self._timeout,
                allow_redirects=False,
                proxies=proxies,
                headers=self._headers,
                **more,
            )
        except requests.RequestException as error:
            raise ServiceDownError(self.label, url, f"{type(error).__name__}: {error}"[:300]) from error
        if answer.status_code == 404:
            return None
        if answer.status_code in BUSY:
            raise ServiceDownError(self.label, url, f"it answers {answer.status_code}")
        if answer.status_code >= 300:
            raise ServiceRefusedError(self.label, f"{url} answers {answer.status_code}: {answer.text[:200]!r}.")
        try:
            return answer.json()
        except ValueError:
            raise ServiceRefusedError(self.label, f"{url} answers no JSON: {answer.text[:200]!r}.") from None

    def _permitted(self, url: str) -> tuple[str, Any]:
        """The address after rewriting, and its proxies.

        Raises:
            hub.dataload.transport.errors.UrlRefusedError: the allow-list does not let it pass.
        """
        try:
            settings = current_settings()
        except KeyError:  # outside a hub there are no rules
            return url, None
        options = options_from(settings)
        target = rewrite_url(url, options.rewrites)
        if not target.startswith(("http://", "https://")):
            raise UrlRefusedError(target, "a service must be asked over http or https")
        options.check(target)
        return target, options.proxy.of(target) or None

    def _wait(self) -> None:
        if self._pause and (left := self._last + self._pause - time.monotonic()) > 0:
            time.sleep(left)
        self._last = time.monotonic()

    def _opened(self) -> requests.Session:
        if self._session is None:
            self._session = new_session()
            self._session.headers["Accept"] = "application/json"
        return self._session

    def close(self) -> None:
        """See `Edge.close`."""
        if self._session is not None:
            self._session.close()
        self._session = None


class ApiEdge(ServiceEdge):
    """Fetches one JSON page for each identifier: ``ApiEdge("https://host/genes/{id}", "xrefs[].entrez")``.

    Args:
        url: address with ``{id}``; 404 means that the identifier is not known.
        result: JMESPath expression of the new identifiers in the answer.
        more: see `ServiceEdge`.
    """

    def __init__(self, url: str, result: str, **more: Any) -> None:
        super().__init__(url, **more)
        if "{id}" not in url:
            raise LookupGraphError(f"`{url}` must hold `{{id}}` where the identifier goes.")
        try:
            self._result = jmespath.compile(result)
        except jmespath.exceptions.JMESPathError as error:
            raise LookupGraphError(f"`{result}` is no JMESPath expression: {error}") from None

    def ask(self, ids: Sequence[str]) -> Found:
        """See `ServiceEdge.ask`."""
        found = {}
        for id_ in ids:
            answer = self.send("GET", self.url.replace("{id}", quote(id_, safe="")))
            found[id_] = list(values_at({"v": self._result.search(answer)}, "v")) if answer is not None else []
        return found


class BioThingsEdge(ServiceEdge):
    """Asks a data API in the manner of this hub's own and of MyGene.info: many identifiers in one POST to ``/query``.

    Args:
        url: address of the query endpoint.
        lookup: field, or several joined by commas, in which the identifier is looked for.
        field: dotted field with the new identifiers.
        more: see `ServiceEdge`; ``batch`` is 1,000 unless given.
    """

    def __init__(self, url: str, lookup: str, field: str, **more: Any) -> None:
        super().__init__(url, **{"batch": 1000, "label": f"{url}: {lookup} -> {field}", **more})
        self._lookup, self._field = lookup, field

    def ask(self, ids: Sequence[str]) -> Found:
        """See `ServiceEdge.ask`."""
        body = {"q": list(ids), "scopes": self._lookup.split(","), "fields": [self._field]}
        answer = self.send("POST", self.url, json=body)
        if not isinstance(answer, list):
            raise ServiceRefusedError(
                self.label, f"{self.url} answers {str(answer)[:200]!r} instead of a list of hits."
            )
        found: Found = {}
        for hit in answer:
            if isinstance(hit, Mapping) and not hit.get("notfound"):
                found.setdefault(str(hit.get("query")), []).extend(self._values(hit))
        return found

    def _values(self, hit: Mapping[str, Any]) -> Iterator[str]:
        return values_at(hit, self._field)
