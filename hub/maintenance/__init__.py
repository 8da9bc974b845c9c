"""Looking after the hub itself: backups of its records, and upgrades of its code."""
