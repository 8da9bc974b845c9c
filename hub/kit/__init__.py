"""The plugin kit: check, test and inspect a plugin without a server (`hub plugin check`, `test`, `inspect`)."""
