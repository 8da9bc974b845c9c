"""What changed between two builds, sources or indices: as files that others apply, and as counts with samples."""
