/** The words of the hub for states, and the five tones in which the studio shows them. */

export type Tone = "ok" | "warn" | "bad" | "run" | "idle";

const TONES: Record<string, Tone> = {
  success: "ok",
  done: "ok",
  complete: "ok",
  ready: "ok",
  valid: "ok",
  passed: "ok",
  served: "ok",
  published: "ok",
  current: "ok",
  live: "ok",
  failed: "bad",
  error: "bad",
  broken: "bad",
  invalid: "bad",
  lost: "bad",
  unreachable: "bad",
  running: "run",
  downloading: "run",
  uploading: "run",
  building: "run",
  indexing: "run",
  inspecting: "run",
  validating: "run",
  starting: "run",
  stopping: "run",
  retrying: "run",
  queued: "warn",
  waiting: "warn",
  pending: "warn",
  canceled: "warn",
  cancelled: "warn",
  interrupted: "warn",
  stale: "warn",
  due: "warn",
  quarantined: "warn",
  warning: "warn",
  paused: "warn",
  waived: "warn",
  blocked: "bad",
};

export function toneOf(state: string | null | undefined): Tone {
  return TONES[(state ?? "").toLowerCase()] ?? "idle";
}

export function isRunning(state: string | null | undefined): boolean {
  return toneOf(state) === "run";
}
