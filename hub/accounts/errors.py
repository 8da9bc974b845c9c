"""What may go wrong with accounts."""

from __future__ import annotations

from collections.abc import Sequence

from hub import errors


class LoginError(errors.Refused):
    """A log-in that is refused. Wrong names, wrong passwords and closed accounts look the same from outside."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            "wrong name or password. After several wrong ones a name is closed for a while: wait, or have an admin "
            "set a new password."
        )


class TooManyLoginsError(errors.HubError, errors.Passing):
    """More log-ins at once than the hub checks."""

    status = 429

    def __init__(self) -> None:
        super().__init__("too many people log in at this moment. Try again in a few seconds.")


class CredentialError(errors.Refused):
    """A token, key, ticket or cookie that is no good (any more)."""

    status = 401

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"the {what} is unknown, has expired or was revoked. Log in again, or use another key.")


class TokenInAddressError(errors.Refused):
    """A token or key in an address, where logs and histories keep it."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            "tokens and keys are not taken from addresses, because addresses are written down in many places. Ask "
            "`POST /ticket` for a ticket, or send the token as the first message. Change this one."
        )


class RoleError(errors.Refused):
    """Somebody who is known, but may not do that."""

    def __init__(self, command: str, needed: str, who: str, has: str, subjects: Sequence[str] = ()) -> None:
        self.command, self.needed, self.who, self.has, self.subjects = command, needed, who, has, list(subjects)
        place = f" on {', '.join(f'`{s}`' for s in subjects)}" if subjects else ""
        super().__init__(
            f"`{command}` needs the role {needed}{place}, and {who} has the role {has}. An admin can give another role"
            + (", or grant it to one of your groups." if subjects else ".")
        )


class NotKnownError(errors.Refused):
    """A command that needs to know who asks."""

    status = 401

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(
            f"`{command}` needs somebody who has logged in (`POST /login`) or holds a key; being on this machine is "
            "not enough. The `hub` command line of the hub's owner may do it as well."
        )


class NoAccountError(errors.Refused):
    """A command on one's own account, by somebody who has none."""

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(f"`{command}` is about your own account, and you have none here: log in as a user.")


class WeakPasswordError(errors.BadArgument):
    """A password that is guessed too easily."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"this password cannot be taken: {reason}. Several words that have nothing to do with each other are good."
        )


class LastAdminError(errors.Conflict):
    """Without this account nobody could look after the accounts."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"`{name}` is the last admin who can log in. Make another admin first.")


class ExistsError(errors.Conflict):
    """The name is taken."""

    def __init__(self, kind: str, name: str, taken: str) -> None:
        self.kind, self.name, self.taken = kind, name, taken
        super().__init__(f"there is a {kind} `{taken}` already. Choose another name.")


class ListedUserError(errors.HubError, errors.Permanent):
    """A user of the setting ``HUB_API_USERS`` that cannot be taken."""

    def __init__(self, name: str, name_is_good: bool) -> None:
        self.name = name
        shown = name[: errors.LONGEST_NAME]
        what = f"the password of `{shown}` is no hash of the form pbkdf2_sha256$TURNS$SALT$HASH"
        super().__init__(f"HUB_API_USERS: {what if name_is_good else f'`{shown}` can be no name of a user'}.")


class OldUsersError(errors.HubError, errors.Permanent):
    """The file with the users of the console cannot be read."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"the users in {path} cannot be taken over: {reason}. Repair or remove the file.")
