"""Where plugins come from: registering, updating and unregistering them (`manager`), what an address may be
(`address`), git run safely (`git`), the job that fetches and tries code (`fetch`), how it gets into place (`place`)."""

from hub.dataload.plugin_sources.address import PluginAddress, read_address
from hub.dataload.plugin_sources.manager import PluginSources

__all__ = ["PluginAddress", "PluginSources", "read_address"]
