"""What can be wrong with notifications."""

from __future__ import annotations

from hub import errors


class NotifierSettingError(errors.HubError, errors.Permanent):
    """An entry of the setting ``NOTIFIERS`` that can not be used."""

    exit_code = 2

    def __init__(self, place: str, reason: str) -> None:
        self.place, self.reason = place, reason
        super().__init__(f"setting {place}: {reason}. Correct it in config.py; docs/operating.md lists what there is.")


class NotSentError(errors.HubError, errors.Passing):
    """A notification did not get through."""

    def __init__(self, channel: str, reason: str) -> None:
        self.channel, self.reason = channel, reason
        super().__init__(f"the notification could not be sent ({channel}): {reason}")
