"""The object stores that URLs name: ``s3:`` with s3fs, ``gs:`` with gcsfs, ``abfs:`` with adlfs.

- ``s3://bucket/key``, ``gs://bucket/key``: the host is the bucket.
- ``abfs://container@account.dfs.core.windows.net/key``: the way of Azure; the user is the container.

Without a log-in nothing is signed, so that no key of the hub's own user is offered by chance, unless the option
``store_environment`` says so.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from hub.dataload.transport.errors import BadUrlError
from hub.dataload.transport.login import Login, login_for
from hub.dataload.transport.port import TransportOptions
from hub.dataload.transport.ssh_errors import MissingPackageError

_COMMON: dict[str, Any] = {"use_listings_cache": False, "skip_instance_cache": True}


def open_store(url: str, options: TransportOptions) -> tuple[Any, str]:
    """The store of a URL.

    Args:
        url: of a file or folder in it.
        options: service, region, log-in, limits.

    Returns:
        An asynchronous file system of fsspec, and the name of the bucket or container.

    Raises:
        BadUrlError: it does not name a bucket, or has a log-in that the store does not know.
        MissingPackageError: the package for it is not installed.
    """
    scheme = urlsplit(url).scheme.lower()
    if scheme == "abfs":
        return _azure(url, options)
    bucket = urlsplit(url).netloc.rpartition("@")[2]
    store = _google(url, options) if scheme == "gs" else _s3(url, options)
    return store, bucket


def _s3(url: str, options: TransportOptions) -> Any:
    try:
        from s3fs import S3FileSystem
    except ImportError:
        raise MissingPackageError(url, "s3fs", "s3") from None
    login = login_for(url, options)
    client: dict[str, Any] = {"verify": (options.server_cert or True) if options.verify else False}
    if options.store_region:
        client["region_name"] = options.store_region
    store = S3FileSystem(
        anon=not login.user and not options.store_environment,
        key=login.user or None,
        secret=login.password or None,
        endpoint_url=options.store_endpoint or None,
        client_kwargs=client,
        config_kwargs={
            "connect_timeout": options.connect,
            "read_timeout": options.stall,
            "retries": {"max_attempts": 0},
            **_proxies(options),
        },
        **_COMMON,
    )
    store.retries = 1  # the tries are counted by the hub
    return store


def _google(url: str, options: TransportOptions) -> Any:
    try:
        from gcsfs import GCSFileSystem
    except ImportError:
        raise MissingPackageError(url, "gcsfs", "gs") from None
    if login_for(url, options).user:
        raise BadUrlError(
            url,
            "Google's store knows no user and password. Set the option store_environment, with the key file in "
            "GOOGLE_APPLICATION_CREDENTIALS; or use a pair of HMAC keys with an `s3:` URL and the option "
            "store_endpoint `https://storage.googleapis.com`",
        )
    return GCSFileSystem(
        token="google_default" if options.store_environment else "anon",
        endpoint_url=options.store_endpoint or None,
        requests_timeout=options.stall,
        **_COMMON,
    )


def _azure(url: str, options: TransportOptions) -> tuple[Any, str]:
    try:
        from adlfs import AzureBlobFileSystem
    except ImportError:
        raise MissingPackageError(url, "adlfs", "abfs") from None
    parts = urlsplit(url)
    container, host = unquote(parts.username or ""), parts.hostname or ""
    if not container or parts.password or not host.endswith(".core.windows.net"):
        raise BadUrlError(url, "write abfs://CONTAINER@ACCOUNT.dfs.core.windows.net/KEY")
    given = options.request.user_and_password()
    account = host.partition(".")[0]
    login = Login(*given) if given else Login()
    if login.user and login.user != account:
        raise BadUrlError(url, f"the credentials are those of the account `{login.user}`")
    access: dict[str, Any] = {"account_key": login.password} if login.user else {"anon": not options.store_environment}
    if options.store_endpoint:
        access["connection_string"] = _connection(account, login, options.store_endpoint)
    store = AzureBlobFileSystem(
        account_name=account,
        connection_timeout=int(options.connect) or 1,
        read_timeout=int(options.stall) or 1,
        **access,
        **_COMMON,
    )
    return store, container


def _connection(account: str, login: Login, endpoint: str) -> str:
    """What Azure's library wants for a service at another address."""
    named = f"BlobEndpoint={endpoint.rstrip('/')}/{account};AccountName={account};"
    return f"{named}AccountKey={login.password};" if login.user else named


def _proxies(options: TransportOptions) -> dict[str, Any]:
    found = options.proxy.of(options.store_endpoint or "https://s3.amazonaws.com")
    return {"proxies": {k: v for k, v in found.items() if v and k in ("http", "https")}} if found else {}
