/** What the records of sources say, in the words of the pages. */
import type { Source, UploadInfo } from "@/api/types";
import { toneOf } from "./state";

export function subsOf(source: Source): [string, UploadInfo][] {
  return Object.entries(source.upload?.sources ?? {});
}

export function problemsOf(source: Source): string[] {
  const found: string[] = [];
  const plugin = source.data_plugin;
  const broken = plugin?.error ?? plugin?.download?.error;
  if (broken) found.push(`plugin: ${broken}`);
  if (toneOf(source.download?.status) === "bad") found.push(`download: ${source.download?.error ?? source.download?.err ?? "failed"}`);
  for (const [name, info] of subsOf(source))
    if (toneOf(info.status) === "bad") found.push(`upload of ${name}: ${info.error ?? info.err ?? "failed"}`);
  for (const [name, info] of Object.entries(source.inspect?.sources ?? {}))
    if (toneOf(info.status) === "bad") found.push(`inspection of ${name}: ${info.err ?? "failed"}`);
  for (const [name, info] of Object.entries(source.validate?.sources ?? {}))
    if (toneOf(info.status) === "bad") found.push(`validation of ${name}: ${info.err ?? "failed"}`);
  return found;
}

/** One word for the whole: running, failed, stale (downloaded, not uploaded), ready, new. */
export function stateOf(source: Source): string {
  const uploads = subsOf(source).map(([, info]) => info);
  const states = [source.download?.status, ...uploads.map((u) => u.status)];
  if (states.some((s) => toneOf(s) === "run")) return "running";
  if (problemsOf(source).length) return "failed";
  const release = source.download?.release;
  if (uploads.some((u) => u.pending) || (release && uploads.some((u) => u.release && u.release !== release))) return "stale";
  if (uploads.some((u) => toneOf(u.status) === "ok")) return "ready";
  if (states.some((s) => toneOf(s) === "warn")) return "pending";
  return source.download?.status === "success" ? "stale" : "new";
}

/** When something of it was last done. */
export function updatedAt(source: Source): string | undefined {
  const times = [source.download?.started_at, ...subsOf(source).map(([, info]) => info.started_at)].filter((t): t is string => !!t);
  return times.sort().at(-1);
}

/** The path that `GET /log/...` takes, of the path that a record holds. */
export function logPath(file: string | null | undefined): string | undefined {
  if (!file) return undefined;
  const cut = file.lastIndexOf("/logs/");
  if (cut >= 0) return file.slice(cut + 6);
  return /((?:dataload|build|jobs)\/.*)$/.exec(file)?.[1] ?? file.split("/").at(-1);
}
