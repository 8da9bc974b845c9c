/** What the hub answers, as far as the studio reads it. Requests are typed by `schema.d.ts`. */

export interface HubInfo {
  name: string;
  icon: string | null;
  version: string;
  features: string[];
  now?: string;
}
export interface Status {
  source: { total: number; documents: number };
  build: { total: number };
  build_conf: { total: number };
  api: { total: number; running: number };
  job: { running: number; queued: number };
  broken_plugins?: number;
}
export interface Schedule {
  cron: string;
  strdelta?: string;
}
export interface UploadInfo {
  status?: string;
  step?: string;
  started_at?: string;
  count?: number;
  release?: string;
  data_folder?: string;
  time?: string;
  err?: string;
  error?: string;
  logfile?: string;
  pending?: boolean;
  uploader?: { name: string; bases?: string[]; dummy?: boolean };
  inspect?: { results?: Record<string, unknown> };
  [key: string]: unknown;
}
export interface Source {
  _id: string;
  name: string;
  count?: number;
  locked?: boolean;
  download?: {
    status?: string;
    time?: string;
    started_at?: string;
    release?: string;
    data_folder?: string;
    error?: string;
    err?: string;
    logfile?: string;
    dumper?: { name: string; bases?: string[]; schedule?: Schedule | null; manual?: boolean; disabled?: boolean };
    [key: string]: unknown;
  };
  upload?: { sources?: Record<string, UploadInfo> };
  validate?: { sources?: Record<string, UploadInfo> };
  inspect?: { sources?: Record<string, UploadInfo> };
  data_plugin?: {
    plugin?: { url?: string; type?: string; active?: boolean; loader?: string; display_name?: string; biothing_type?: string };
    download?: { status?: string; release?: string; data_folder?: string; error?: string; started_at?: string };
    error?: string;
  };
  mapping?: Record<string, { mapping?: Json; origin?: string } & Record<string, unknown>>;
  __metadata__?: Record<string, unknown>;
  auto_validate?: Record<string, boolean>;
  [key: string]: unknown;
}
export interface Release {
  source: string;
  folder: string;
  release: string;
  frozen: boolean;
  data_folder: string;
  created_at: string;
  files: number;
  size: number;
  state: string;
  current: boolean;
  needed: string[];
  depends?: Record<string, string>;
}
export interface Step {
  step: string;
  state: string;
  started_at?: string;
  ended_at?: string;
  seconds?: number | null;
  error?: string;
}
export interface Run {
  id: number;
  source: string;
  state: string;
  owner: string;
  attempt: number;
  release?: string;
  started_at: string;
  ended_at?: string | null;
  seconds?: number | null;
  error?: string | null;
  job?: string;
  logfile?: string;
  steps: Step[];
  processes: { name?: string; state?: string; [key: string]: unknown }[];
}
export interface BuildStep {
  status: string;
  step: string;
  step_started_at?: string;
  time?: string;
  time_in_s?: number;
  err?: string;
  logfile?: string | null;
  sources?: string[];
  index?: string;
}
export interface BuildConfig {
  _id: string;
  name: string;
  doc_type: string;
  sources?: string[];
  root?: string[];
  auto?: boolean;
  declared?: boolean;
  builder_class?: string;
  archived?: boolean;
  [key: string]: unknown;
}
export interface Build {
  _id: string;
  status: string;
  count: number;
  archived?: boolean | string;
  started_at?: string;
  build_config: BuildConfig;
  sources?: string[];
  jobs: BuildStep[];
  mapping?: Json;
  _meta?: {
    biothing_type?: string;
    build_version?: string;
    build_date?: string;
    src?: Record<string, { version?: string; url?: string; license?: string; license_url?: string; stats?: Record<string, number>; [key: string]: unknown }>;
    stats?: Record<string, unknown>;
  };
  index?: Record<string, unknown>;
  merge_stats?: Record<string, number>;
  release_note?: Record<string, unknown>;
  [key: string]: unknown;
}
export interface ConfigEntry {
  build_config: BuildConfig;
  archived: boolean;
  error?: string;
}
export interface BuildManager {
  build_configs: Record<string, ConfigEntry>;
  builder_classes: Record<string, { desc?: string; default?: boolean }>;
}
export interface News {
  old_build?: { name?: string; built_at?: string };
  sources: Record<string, { old: { version?: string }; new: { version?: string; downloaded_at?: string } }>;
}
export interface Progress {
  done: number;
  total: number | null;
  unit: string;
  rate: number;
  eta: number | null;
  note: string;
}
export interface Job {
  id: string;
  kind: string;
  subject: string;
  description: string;
  owner: string;
  state: string;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  duration: number | null;
  progress: Progress;
  waiting_for: string | null;
  attempt: number;
  pid: number | null;
  error: string | null;
  error_type: string | null;
  logfile: string | null;
  [key: string]: unknown;
}
export interface JobManager {
  queue: {
    process: { running: number[]; pending: number[]; max: number; all: Record<string, WorkerInfo> };
    thread: { running: string[]; pending: number[]; max: number; all: Record<string, WorkerInfo> };
  };
  memory: number;
  available_system_memory: number;
  max_memory_usage: number | null;
  hub_pid?: number;
}
export interface WorkerInfo {
  memory?: { size: number; percent: number };
  cpu?: { status: string; percent: number };
  job?: { category?: string; source?: string; step?: string; description?: string; started_at?: number | string; id?: string } | null;
  is_alive?: boolean;
}
export interface ScheduleEntry {
  name: string;
  cron: string;
  next_run: string | null;
  last_run: string | null;
  last_error: string | null;
  running: boolean;
  paused?: boolean;
  enabled?: boolean;
}
export interface IndexEntry {
  index_name: string;
  doc_type: string;
  build_version: string;
  count: number;
  creation_date: string;
  environment: { name: string; host: string };
  build?: string;
  build_name?: string;
  alias?: string;
  aliases?: string[];
}
export interface ApiEntry {
  _id: string;
  config: { es_host: string; index: string; doc_type: string; port: string };
  description?: string;
  status?: string;
  url?: string | Record<string, string>;
  error?: string;
  err?: string;
}
export interface CommandRecord {
  id: number;
  cmd: string;
  started_at: number;
  finished_at?: number;
  is_done: boolean;
  failed?: boolean;
  duration?: string;
  results?: unknown[];
  /** What the command gave, where `results` has only what clients of other hubs look for. */
  outcome?: unknown;
  jobs?: string[];
}
export interface QuarantineEntry {
  source?: string;
  sub?: string;
  src?: string;
  count?: number;
  total?: number;
  reasons?: Record<string, number>;
  [key: string]: unknown;
}
export interface ConfigValue {
  section: string;
  desc: string;
  readonly: boolean;
  hidden: boolean;
  invisible: boolean;
  confmod: string;
  default: unknown;
  value: unknown;
  origin: string;
  dirty?: boolean;
}
export interface SystemInfo {
  version: string;
  python: string;
  started_at: string;
  home: string;
  disk: { total: number; used: number; free: number };
  memory: { total: number; available: number; used: number };
  cpu: { count: number; percent: number; load: number[] };
  addresses: Record<string, string>;
  pid: number;
  platform?: string;
  stores?: Record<string, string>;
}
export interface DocumentsPage {
  kind: string;
  name: string;
  total: number | null;
  more: boolean;
  start: number;
  took: number;
  documents: Doc[];
  facets?: Record<string, { terms: { term: unknown; count: number }[]; other: number; total: number }>;
}
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Doc = { _id: string } & Record<string, Json>;
export interface HubEvent {
  id: number;
  name: string;
  at: string;
  data: Record<string, unknown>;
}
export interface Whoami {
  name: string | null;
  roles: string[];
  groups?: unknown[];
  via?: string;
  login_required?: boolean;
}
