"""What can go wrong with a data API."""

from __future__ import annotations

from hub import errors


class ApiThereError(errors.Conflict):
    """There is one of that name."""

    def __init__(self, api: str) -> None:
        self.api = api
        super().__init__(f"there is an API `{api}`. Delete it first, or choose another name.")


class ApiPortError(errors.Conflict):
    """Its port is promised to something else."""

    def __init__(self, api: str, port: int, holder: str) -> None:
        self.api, self.port, self.holder = api, port, holder
        super().__init__(f"API `{api}` cannot have port {port}: {holder} has it. Choose another port.")


class ApiArgumentError(errors.BadArgument):
    """A value an API can not be made with."""

    def __init__(self, argument: str, value: object, reason: str) -> None:
        self.argument, self.value, self.reason = argument, value, reason
        super().__init__(f"`{argument}` = {value!r:.200}: {reason}.")


class ApiNotRunningError(errors.Conflict):
    """It has to run for that."""

    def __init__(self, api: str) -> None:
        self.api = api
        super().__init__(f"API `{api}` does not run. Start it with start_api({api!r}).")


class ApiStartError(errors.HubError, errors.Passing):
    """Its process did not come up."""

    def __init__(self, api: str, reason: str) -> None:
        self.api, self.reason = api, reason
        super().__init__(f"API `{api}` did not start: {reason}")
