"""Notifications: events of the hub that are sent to people, by mail, to Slack or to any web address."""

from hub.notify.notifiers import Notifiers

__all__ = ["Notifiers"]
