"""The life of releases: current, frozen, removed; sources that depend on others; steps before and after a download."""
