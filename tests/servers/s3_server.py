"""A server of the S3 API on loopback (moto). Objects are readable by everybody unless they are private."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

BUCKET = "data-bucket"


@dataclass(frozen=True)
class S3Site:
    """The running server; ``client`` is boto's, to put objects there."""

    endpoint: str
    client: Any

    def put(self, key: str, body: bytes, *, private: bool = False) -> None:
        """Store an object."""
        self.client.put_object(Bucket=BUCKET, Key=key, Body=body, ACL="private" if private else "public-read")


@contextmanager
def running_s3_server() -> Iterator[S3Site]:
    """A server with one empty bucket, `BUCKET`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import botocore.session
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        # what former servers of this process held is still there
        requests.post(f"{endpoint}/moto-api/reset", timeout=30).raise_for_status()
        client = botocore.session.get_session().create_client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="reader",
            aws_secret_access_key="s3cret/word",
        )
        client.create_bucket(Bucket=BUCKET)
        try:
            yield S3Site(endpoint, client)
        finally:
            client.close()
            server.stop()
