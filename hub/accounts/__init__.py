"""Accounts: users, roles, groups, sessions, API keys, and the audit. See ``docs/accounts.md``."""

from hub.accounts.accounts import Accounts
from hub.accounts.audit import Audit
from hub.accounts.authenticator import Authenticator, Verdict
from hub.accounts.caller import CALLER, HUB, Caller, Grants, Subject
from hub.accounts.roles import Role

__all__ = ["CALLER", "HUB", "Accounts", "Audit", "Authenticator", "Caller", "Grants", "Role", "Subject", "Verdict"]
