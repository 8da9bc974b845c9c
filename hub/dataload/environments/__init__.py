"""Python environments of plugins that need packages which the hub does not have, or not in that version.

`making` makes them, `process` runs functions of a plugin in one and streams what they give back, `child` is the far
side of that, `wire` what goes between, `remote` the plugin whose functions run there.
"""
