"""Jobs, events and schedules; see ``docs/jobs.md``.

`port` says what a job is, `manager` runs them, `executor` holds the processes and threads, `worker` is the far side of
a worker process, `events` the bus, `schedule` the cron entries.
"""
