# All settings of the hub with their defaults.
#
# Write your own values into `config.py`, which begins with `from config_hub import *`; leave this file alone.
# Above a setting: a title in stars opens a section, a word in dashes is a mark (readonly, hide, invisible), other
# comment lines are its description. The type after the colon is checked, whatever place the value comes from.
# A relative folder is read from the folder of the file that names it, or from the working directory.
"""Defaults of every setting; see ``docs/configuration.md``."""

# No formatter here: it would put spaces into the markup.
# fmt: off

from typing import Any, Literal

from hub.config.secret import Secret
from hub.config.values import (  # noqa: F401 - for configurations that star-import this file
    ConfigurationDefault,
    ConfigurationError,
    ConfigurationValue,
    set_default_folder,
    usable_cores,
    usable_workers,
)

#* 1. General *#

# Name shown to users
HUB_NAME: str = "Entrepot"

# Text that the studio shows above every page, such as "Test system" or "Maintenance from 18:00"; None for none
HUB_BANNER: str | None = None

# URL of an icon shown beside the name
HUB_ICON: str | None = None

#- readonly -#
# When to ask the git repositories of the hub and of the plugins for newer commits, as cron text such as "0 * * * *";
# clients then offer an upgrade. None never asks
UPGRADE_CHECK_SCHEDULE: str | None = None

#- readonly -#
# Address the hub listens on. With a loopback address (the default) only this machine reaches it.
HUB_HOST: str = "127.0.0.1"

#- readonly -#
# While HUB_HOST is loopback, commands that change the hub need no log-in when they come from this machine
HUB_TRUST_LOOPBACK: bool = True

#- readonly -#
# Everybody who reaches the hub may read without log-in, also when HUB_HOST is not loopback; changing still needs one
HUB_PUBLIC_READING: bool = False

#- readonly -#
# Origins of web pages that may use the hub from a browser, besides those of this machine: ["https://studio.example.org"].
# "*" lets every page read, for a hub that holds nothing secret; it lets none change anything.
HUB_CORS_ORIGINS: list[str] = []

#- readonly -#
# Port of the REST API and the websocket
HUB_API_PORT: int = 7080

#- readonly -#
# Port of the read-only REST API; by default the API port plus 1
READONLY_HUB_API_PORT: int | None = ConfigurationValue("HUB_API_PORT + 1")

#- readonly -#
# Port of the SSH console; None: no console
HUB_SSH_PORT: int | None = 7022

#- readonly -#
# Port of the studio, the web page of the hub; None: no studio
STUDIO_PORT: int | None = 8080

#- readonly -#
# Port of the public data API
QUERY_API_PORT: int = 8000

#- readonly -#
# Whether the REST API takes console commands as text (PUT /shell), for the terminal of the studio
HUB_TERMINAL: bool = True

#- readonly -#
# Live connections (websocket and its substitutes) that the hub keeps open at once, on all ports together
HUB_MAX_CLIENTS: int = 1000

#- hide -#
#- readonly -#
# Users of the SSH console of older hubs, {name: password hash}. It is read and not used: see the page on the console.
HUB_PASSWD: dict[str, str] = {}

#- hide -#
#- readonly -#
# Users who may log in and do everything, {name: hash of the password} with hashes of the form
# pbkdf2_sha256$TURNS$SALT$HASH, as existing hubs list them. While there are any, everybody who reaches the hub may
# read, and changing needs a log-in also on this machine
HUB_API_USERS: dict[str, str] = {}

#- hide -#
#- readonly -#
# Slack webhook that important events are sent to
SLACK_WEBHOOK: Secret | None = None

# Wrong passwords after which a user is locked out for a while
MAX_WRONG_PASSWORDS: int = 5

# Minutes that a user is locked out
LOCKOUT_MINUTES: float = 10.0

# Characters that a new password needs
PASSWORD_MIN_LENGTH: int = 12

#- readonly -#
# Minutes without use after which a session of the REST API ends
SESSION_IDLE_MINUTES: float = 120.0

#- readonly -#
# Hours after which such a session ends in any case
SESSION_MAX_HOURS: float = ConfigurationValue("HUB_API_LOGIN_EXPIRY / 3600")

#- readonly -#
# Seconds after which such a session ends, unless SESSION_MAX_HOURS says it in hours
HUB_API_LOGIN_EXPIRY: int = 12 * 3600

#- hide -#
#- readonly -#
# API key that the hub command line calls a running hub with; without one it takes the file api_token of the run folder
HUB_API_KEY: Secret | None = None

# Minutes without input after which a session of the console is closed; 0: never
CONSOLE_IDLE_MINUTES: float = 120.0

# Characters that one statement may print at the console
CONSOLE_MAX_OUTPUT: int = 10_000_000

# Slack users to mention: names (from ERROR up), or {level number: [names]}
SLACK_MENTIONS: list[str] | dict[str, list[str]] = []

#- hide -#
#- readonly -#
# Who is told of what: [{"kind": "mail", "to": [...]}, {"kind": "webhook", "url": ...}], with "events" and "subjects"
NOTIFIERS: list[dict[str, Any]] = []

# Watch plugins, hooks and configuration, and load them again when they change
USE_RELOADER: bool = True

#- readonly -#
# Settings handed to the HTTP server, e.g. max_buffer_size or ssl_options
TORNADO_SETTINGS: dict[str, Any] = {}

#* 2. Datasources *#

# Python packages with sources of an application, besides the plugins: one source ("hub.dataload.sources.ndc"), or a
# package of sources ("hub.dataload.sources"). They are looked for in EXTRA_PYTHON_PATHS and read when the hub starts
ACTIVE_DATASOURCES: list[str] = []

# Sources that dump and upload by themselves: patterns such as "hpo" or "demo_*"
AUTO_SOURCES: list[str] = []

# Do not run the schedules of dumpers
SKIP_DUMPER_SCHEDULE: bool = False

# Do not upload by itself what was dumped
SKIP_UPLOADER_POLL: bool = False

# Archive old builds: {build configuration: {"schedule": cron, "days": n}}
AUTO_ARCHIVE_CONFIG: dict[str, Any] | None = None

# Replaced collections of a source that are kept, unless the plugin says otherwise
KEEP_ARCHIVE: int = 10

# Whether an upload tells which documents it added, changed and removed, so that builds and indices do only these again
UPLOAD_CHANGES: bool = True

# Releases of a source kept on disk beside those in use (current, newest, uploaded, frozen, wanted by another source),
# unless the plugin says otherwise; None keeps all: nothing is removed that nobody asked to remove
KEEP_RELEASES: int | None = None

# Runs of a source that are remembered, with the state and time of each step
KEEP_RUNS: int = 20

# Steps declared by a source that run at once, where it allows that
STEP_THREADS: int = 2

#- readonly -#
# Variables of the hub's own environment that the steps declared by sources get, besides PATH, HOME, LANG and the like
STEP_ENVIRONMENT: list[str] = []

# Connections to Docker: {name: {"client_url", "tls_cert_path", "tls_key_path"}}
DOCKER_CONFIG: dict[str, Any] = {"localhost": {"client_url": "unix:///var/run/docker.sock"}}

# Default Docker host
DOCKER_HOST: str | None = None

# Mirrors: {upstream URL prefix: replacement prefix}, also file: folders. The longest prefix wins.
DATA_URL_REWRITES: dict[str, str] = {}

#- readonly -#
# What may be fetched: hosts ("ftp.example.org", "*.example.org"), networks ("10.0.0.0/8"), URL prefixes. None: anything
# public. Private and loopback addresses are open while HUB_HOST is loopback; otherwise they must be in this list.
ALLOWED_URLS: list[str] | None = None

# Seconds a download may take to connect, without a byte, and in all (0: no limit)
DOWNLOAD_TIMEOUTS: dict[str, int | float] = {"connect": 30, "stall": 300, "total": 3600}

# Tries of a download that failed for a passing reason; waits in seconds, growing from the first to the longest
DOWNLOAD_RETRY: dict[str, int | float] = {"attempts": 3, "first_wait": 3, "max_wait": 60}

# Options of all downloads, as in the manifests: {"stop_condition": "stop_after_attempt(3)", "tcp_keepalive": 60, ...}
DOWNLOAD_OPTIONS: dict[str, Any] = {}

# Files at once of a source, of a host and in all; bytes a second of a source, of a host and in all (0: no limit); files
# of a host that fail in a row before it is left alone, and for how many seconds
DOWNLOAD_LIMITS: dict[str, int | float] = {
    "per_source": 3, "per_host": 6, "overall": 12, "rate": 0, "host_rate": 0, "overall_rate": 0,
    "host_failures": 5, "host_pause": 60,
}

# Proxy of downloads, http://host:3128 or socks5h://host:1080. Without it HTTP_PROXY and the like count.
PROXY: str | None = None

#- hide -#
# Log-in at the proxy, user:password
PROXY_AUTH: Secret | None = None

# Hosts that are reached without the proxy: names with their subdomains, networks
NO_PROXY: list[str] = []

#- hide -#
# Log-ins that manifests name, {name: "user:password" or "Bearer ..."}
SECRETS: dict[str, Secret] = {}

#- readonly -#
# File of the host keys of SSH servers, as OpenSSH writes it
SSH_HOSTS_FILE: str = "~/.ssh/known_hosts"

#- readonly -#
# SSH servers that are not in that file: reject, accept, or accept and add them. A changed key is always refused.
SSH_NEW_HOST: Literal["reject", "accept", "add"] = "reject"

#- readonly -#
# File of the private key that downloads log in with; no key is offered without it
SSH_KEY: str | None = None

#- readonly -#
# Offer the keys of a running SSH agent
SSH_AGENT: bool = False

# An archive that grows more than this many times when unpacked is refused
UNCOMPRESS_MAX_RATIO: int = 200

# Bytes an archive may unpack to
UNCOMPRESS_MAX_BYTES: int = 1024**4

# Bytes of the largest document a source may yield
MAX_DOCUMENT_BYTES: int = 16 * 1024**2

# Characters of the longest _id a source may yield. Search engines refuse more than 512 bytes.
MAX_ID_LENGTH: int = 512

# Documents with keys the stores cannot hold (dots, a leading dollar sign): fail, or put an underscore
INVALID_KEYS: Literal["error", "replace"] = "error"

# What happens when a document cannot be stored, unless the plugin says otherwise: the upload fails, or the document is
# kept in quarantine and the upload goes on
ON_ERROR: Literal["fail", "quarantine"] = "fail"

# Documents of an upload that may go to quarantine before it fails: a number, or a share of all such as "1%"
MAX_ERRORS: int | str = 100

# Seconds that a job of an upload may take, unless the plugin says otherwise; 0 for no limit
UPLOAD_TIME_LIMIT: float = 0.0

# Bytes of memory that a job of an upload may use, with everything it starts, before it is ended: a number, "auto" (80 %
# of what is free when it is submitted), or None for no limit
UPLOAD_MEMORY_LIMIT: int | Literal["auto"] | None = "auto"

# Documents per write to a store
BATCH_SIZE: int = 2_500

#- readonly -#
# Folders with Python code for plugins; a folder hub/ in one adds its modules to the packages of this hub
EXTRA_PYTHON_PATHS: list[str] = []

#- readonly -#
# Seconds between two looks for changed files of plugins, which are then read again; 0 for no look. Among hundreds of
# plugins it is longer, so that looking takes no more than 0.5 % of a processor
PLUGIN_WATCH_SECONDS: float = 0.5

#- readonly -#
# Hosts that plugins may be registered from, in the form of ALLOWED_URLS; ssh: and file: need a prefix such as
# "ssh://git@example.org/". None: what ALLOWED_URLS permits. []: none.
PLUGIN_HOSTS: list[str] | None = None

#- readonly -#
# Seconds that git may take for the repository of a plugin
PLUGIN_GIT_SECONDS: int = 300

#- readonly -#
# Bytes that the repository of a plugin may have (0: any)
PLUGIN_MAX_BYTES: int = 1024**3

#- readonly -#
# Install the packages that a plugin requires, into an environment of its own; otherwise they are only checked
PLUGIN_REQUIRES_INSTALL: bool = False

#- readonly -#
# Kinds of identifiers that the inspection mode `identifiers` finds besides those it knows: {name: regular expression
# that fits the whole value}; None takes one away
ID_PATTERNS: dict[str, Any] = {}

#- readonly -#
# Class behind the keylookup of manifests, as module.Class or the class itself
KEYLOOKUP_CLASS: Any = None

#- readonly -#
# Graph of identifiers behind the keylookup of manifests, when there is no KEYLOOKUP_CLASS: {"output_types": [...],
# "edges": [{"from", "to", and what the edge asks}]}; see docs/key-lookup.md
KEYLOOKUP: dict[str, Any] = {}

#* 3. Folders *#

#- readonly -#
# Folder that everything the hub writes lives in
HUB_HOME: str = "./hub_data"

#- readonly -#
# Downloaded data, one folder per source and release
DATA_ARCHIVE_ROOT: str = ConfigurationValue("HUB_HOME + '/datasources'")

#- readonly -#
# Plugins, one folder each
DATA_PLUGIN_FOLDER: str = "./plugins"

#- readonly -#
# Hooks: Python files run in the console's name space at start, and when they change
HOOKS_FOLDER: str = "./hooks"

#- readonly -#
# Load hooks that define the name of a command, which then means the hook's at the console
HOOKS_MAY_OVERRIDE: bool = False

#- readonly -#
# Documents that could not be stored, one folder per source
QUARANTINE_FOLDER: str = ConfigurationValue("HUB_HOME + '/quarantine'")

#- readonly -#
# The embedded document store
STORE_FOLDER: str = ConfigurationValue("HUB_HOME + '/store'")

#- readonly -#
# The embedded search engine
SEARCH_FOLDER: str = ConfigurationValue("HUB_HOME + '/search'")

#- readonly -#
# Information on running jobs
RUN_DIR: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'run')")

#- readonly -#
# Cached lists of ids; None switches the cache off
CACHE_FOLDER: str | None = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'cache')")

#- readonly -#
# Diff files
DIFF_PATH: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'diff')")

#- readonly -#
# Release notes
RELEASE_PATH: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'release')")

#- readonly -#
# Snapshots of environments that name no other place
SNAPSHOT_PATH: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'snapshot')")

#- readonly -#
# Published releases of environments that name no other place
PUBLISH_PATH: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'published')")

#- readonly -#
# Releases of others: what was downloaded and what is installed
STANDALONE_PATH: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'standalone')")

#- readonly -#
# Files uploaded by people
DATA_UPLOAD_FOLDER: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'dataupload')")

# Bytes of the largest file that may be uploaded there
DATA_UPLOAD_MAX_BYTES: int = 10 * 1024**3

#- readonly -#
# Exported ids and documents
DATA_EXPORT_FOLDER: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'export')")

#- readonly -#
# Backups of indices
ES_BACKUPS_FOLDER: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'es_backups')")

#- readonly -#
# Log files
LOG_FOLDER: str = ConfigurationValue("set_default_folder(DATA_ARCHIVE_ROOT, 'logs')")

#- readonly -#
# Lines of the log files: "text", or "json" for one object a line
LOG_FORMAT: Literal["text", "json"] = "text"

#- readonly -#
# Days that log files are kept, compressed; 0: for ever
LOG_KEEP_DAYS: int = 0

#- readonly -#
# Name of the hub's logger
LOGGER_NAME: str = "hub"

#* 4. Index & Diff *#

# Build configurations declared in files: {name: {"doc_type", "sources", "root", "auto", ...}}
BUILDS: dict[str, Any] = {}

#- readonly -#
# Builder classes that build configurations may name, as module.Class or the classes themselves
BUILDER_CLASSES: list[Any] = []

# Share of documents (0 to 1) that a search engine may refuse before indexing fails
INDEX_MAX_REJECTED: float = 0.0

# Indices of a build configuration that are kept, the one in use included
KEEP_INDICES: int = 2

# Indexers: {"indexer_select": {...}, "env": {name: {"host", "indexer": {"args"}, "index": [...]}}}. An environment
# without a host uses the embedded search engine.
INDEX_CONFIG: dict[str, Any] = {
    "indexer_select": {},
    "env": {
        "localhub": {
            "indexer": {"args": {"request_timeout": 300, "retry_on_timeout": True, "max_retries": 10}},
            "index": [],
        },
    },
}

# Snapshots: {"cloud", "repository", "indexer", ...} by environment
SNAPSHOT_CONFIG: dict[str, Any] = {}

# Delete old snapshots: {environment: {"schedule", "keep", "group_by", "extra_filters"}}
AUTO_SNAPSHOT_CLEANUP_CONFIG: dict[str, Any] | None = None

# Seconds between two looks at a running snapshot
MONITOR_SNAPSHOT_DELAY: int = 60

# Ids listed in a diff report; the counts are always complete
MAX_REPORTED_IDS: int = 1000

# Documents picked at random for a diff report
MAX_RANDOMLY_PICKED: int = 10

# Two lists with the same members in another order are equal in a diff
DIFF_UNORDERED_LISTS: bool = True

# Bytes of one diff file
MAX_DIFF_SIZE: int = 50 * 1024**2

#* 5. Release *#

# Environments that releases are published to: {"env": {name: {"cloud", "release", "diff", "publish"}}}
RELEASE_CONFIG: dict[str, Any] = {"env": {}}

#- hide -#
# Keys for downloading releases: {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
STANDALONE_AWS_CREDENTIALS: dict[str, str] = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}

# Where releases of others are installed: {"_default" or release: {"env" or "es_host", "index", "auth",
# "repo_settings"}}.
# Without an entry: in the environment `localhub` of INDEX_CONFIG, as the index `<release>_current`.
STANDALONE_CONFIG: dict[str, Any] = {}

# Version of the application that installed releases must fit: {"branch", "commit", "date"}
STANDALONE_VERSION: dict[str, Any] = {"branch": "standalone_v3", "commit": "", "date": ""}

# URLs of version lists that releases are installed from
VERSION_URLS: list[Any] = []

#- readonly -#
# Class that says whether a release may be installed, before anything is fetched and before the new index is served, as
# module.Class: a subclass of hub.standalone.validating.ReleaseValidator
AUTOHUB_VALIDATOR_CLASS: str | None = None

# Install releases made by other versions of the hub
SKIP_CHECK_COMPAT: bool = True

# Install releases by themselves: {release: cron or {"schedule", "extra"}}
AUTO_RELEASE_CONFIG: dict[str, Any] | None = None

# Indices of older installed versions that are kept, to go back to; -1 keeps all
RELEASE_KEEP_N_RECENT_INDICES: int = 1

# Documents per batch when a diff is applied
SYNC_BATCH_SIZE: int = 10_000

#* 6. Job Manager *#

#- readonly -#
# Memory ceiling of hub and workers, above which no job starts: bytes, "auto" (60 % of what is free at start), or None
HUB_MAX_MEM_USAGE: int | Literal["auto"] | None = None

#- readonly -#
# Worker processes; by default all usable cores but one
HUB_MAX_WORKERS: int | None = ConfigurationValue("usable_workers()")

#- readonly -#
# Diffs that are applied at a time; each of them takes a worker
MAX_SYNC_WORKERS: int | None = ConfigurationValue("usable_workers(HUB_MAX_WORKERS)")

# Seconds that running jobs have to come to their end when the hub is stopped by SIGTERM or Ctrl-C; a second signal ends
# it at once
STOP_GRACE: float = 30.0

# Seconds that stores have to answer when the hub starts
STORE_WAIT: float = 120.0

# Jobs of one source that run at once, by its name or "*" for every other one; without an entry any number
SOURCE_LIMITS: dict[str, int] = {}

# Seconds that a job may take before it is stopped, by kind ("dump", "upload", "build", "index", ...); 0 for any time
JOB_TIMEOUTS: dict[str, float] = {}

# The same for all other kinds; None for any time
JOB_TIMEOUT: float | None = None

# Whether commands whose jobs ran when the hub ended begin again at its next start; those that still waited always do
RESUME_JOBS: bool = False

# Jobs that may wait; more are refused
MAX_QUEUED_JOBS: int = 1000

# Records of ended jobs that are kept
KEEP_JOBS: int = 10_000

# Jobs of a kind that run at once, by resource
RESOURCES: dict[str, int] = {
    "download": 3,
    "parse": ConfigurationValue("usable_workers(HUB_MAX_WORKERS)"),
    "index": 1,
}

# Records of commands that are kept
KEEP_COMMANDS: int = 10_000

# Seconds a cancelled job has to stop by itself before its process is ended
JOB_CANCEL_GRACE: float = 10.0

#* 7. Hub Internals *#

#- readonly -#
# MongoDB host or URI of the source database; empty: the embedded store
DATA_SRC_SERVER: str = ""

#- readonly -#
# Port of the source database
DATA_SRC_PORT: int = 27017

#- readonly -#
# Name of the source database
DATA_SRC_DATABASE: str = "hub_src"

#- readonly -#
# User of the source database
DATA_SRC_SERVER_USERNAME: str | None = None

#- hide -#
#- readonly -#
# Password of the source database
DATA_SRC_SERVER_PASSWORD: Secret | None = None

#- readonly -#
# MongoDB host or URI of the target (build) database; empty: the embedded store
DATA_TARGET_SERVER: str = ""

#- readonly -#
# Port of the target database
DATA_TARGET_PORT: int = 27017

#- readonly -#
# Name of the target database
DATA_TARGET_DATABASE: str = "hub_target"

#- readonly -#
# User of the target database
DATA_TARGET_SERVER_USERNAME: str | None = None

#- hide -#
#- readonly -#
# Password of the target database
DATA_TARGET_SERVER_PASSWORD: Secret | None = None

#- hide -#
#- readonly -#
# Where the hub keeps its own records. Empty: one SQLite file in STORE_FOLDER. Otherwise {"module": name of a backend,
# then its arguments}, e.g. {"module": "biothings.utils.mongo", "uri": "mongodb://..."} or
# {"module": "biothings.utils.sqlite3", "sqlite_db_folder": "./db"}.
HUB_DB_BACKEND: dict[str, Any] = {}

#- readonly -#
# Name of the database of the hub's own records
DATA_HUB_DB_DATABASE: str = "biothings_hubdb"

#- readonly -#
# Collection: states of the sources
DATA_SRC_DUMP_COLLECTION: str = "src_dump"

#- readonly -#
# Collection: releases of the sources that are on disk
DATA_SRC_RELEASE_COLLECTION: str = "src_release"

#- readonly -#
# Collection: runs of the sources, with the state of each step
DATA_SRC_RUN_COLLECTION: str = "src_run"

#- readonly -#
# Collection: mappings and metadata of the sources
DATA_SRC_MASTER_COLLECTION: str = "src_master"

#- readonly -#
# Collection: builds; build configurations are in the same name with _config
DATA_SRC_BUILD_COLLECTION: str = "src_build"

#- readonly -#
# Collection: registered plugins
DATA_PLUGIN_COLLECTION: str = "data_plugin"

#- readonly -#
# Collection: data APIs run by the hub
API_COLLECTION: str = "api"

#- readonly -#
# Collection: history of commands
CMD_COLLECTION: str = "cmd"

#- readonly -#
# Collection: notifications
EVENT_COLLECTION: str = "event"

#- readonly -#
# Collection: settings changed from the studio
HUB_CONFIG_COLLECTION: str = "hub_config"

#- readonly -#
# Collection: history of jobs
JOB_COLLECTION: str = "job"

#- readonly -#
# Collection: lanes of jobs that are paused or limited by hand
LANE_COLLECTION: str = "job_lane"

#- readonly -#
# Collection: schedules, when they ran last and whether they are switched off
SCHEDULE_COLLECTION: str = "schedule"

#- readonly -#
# Collection of the target database with the metadata of builds
DATA_TARGET_MASTER_COLLECTION: str = "db_master"

# Kind of installation, e.g. "test"; prefix of the published version files. Empty for the only or real one.
HUB_ENV: str = ""

#- readonly -#
# Refuse to change settings from the studio and the API
CONFIG_READONLY: bool = True

# Publish releases although the application's code is on the branch `master`, or STANDALONE_VERSION is not set
SKIP_CHECK_VERSIONS: bool = False

# Compression of cached id lists
CACHE_FORMAT: Literal["xz", "gz", "zip", ""] = "xz"

#- invisible -#
#- readonly -#
# Kept for configurations of older hubs; not used
BIOTHINGS_ROLE: str = "slave"

#- readonly -#
# Folder of API test modules
APITEST_PATH: str | None = None

#- readonly -#
# Name of the configuration that API tests use
APITEST_CONFIG: str = "config_web_local"

#* 8. Data API *#

#- readonly -#
# Path before everything else that the data API answers, e.g. "/genes"
APP_PREFIX: str = ""

#- readonly -#
# Path segment of the version of the data API
APP_VERSION: str = "v1"

#- readonly -#
# Fields an id is looked up in
ANNOTATION_DEFAULT_SCOPES: list[str] = ["_id"]

#- readonly -#
# [regular expression, field or fields] tried on an id, the first that fits all of it wins. The groups named "term" and
# "scope", where there are any, stand for the whole id and for the fields.
ANNOTATION_ID_REGEX_LIST: list[Any] = []

#- readonly -#
# Answer q=__any__ in random order; otherwise with a random page
ALLOW_RANDOM_QUERY: bool = False

#- readonly -#
# Answer nested facets, facets=a(b)
ALLOW_NESTED_AGGS: bool = False

#- readonly -#
# Folder of stored queries, <name>/query.txt and <name>/filter.txt
USERQUERY_DIR: str | None = None

#- readonly -#
# Field to the name of the source whose licence covers it, where that is not its first part
LICENSE_TRANSFORM: dict[str, str] = {}

#- readonly -#
# Fields that /metadata/fields leaves out
AVAILABLE_FIELDS_EXCLUDED: list[str] = ["all"]

#- readonly -#
# JSON file {field: note}; the notes are shown by /metadata/fields
AVAILABLE_FIELDS_NOTES_PATH: str | None = None

#- readonly -#
# Document that /status fetches to see that the data API really answers: {"index": type, "id": _id}
STATUS_CHECK: dict[str, str] | None = None

#- readonly -#
# Seconds that caches may keep an answer of the data API
DEFAULT_CACHE_MAX_AGE: int = 604_800
