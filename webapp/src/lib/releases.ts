/** What became of builds: snapshots, diffs, notes, publications, read from their records. */

import type { Build } from "@/api/types";
import { toDate } from "./format";

export interface Made {
  environment?: string;
  index_name?: string;
  count?: number;
  created_at?: string;
  [key: string]: unknown;
}
export interface DiffMade extends Made {
  diff?: { type?: string; stats?: { add?: number; update?: number; delete?: number; mapping_changed?: boolean }; files?: { size: number }[]; info?: { steps?: string[] } };
  old?: { version?: string; count?: number };
  new?: { version?: string; count?: number };
}
export interface Published extends Made {
  kind: "full" | "incremental";
  /** The snapshot, or the older build of the diff. */
  of: string;
  version: string;
  url: string;
  files?: number;
  to: string;
}
export interface SnapshotMade extends Made {
  name: string;
  build: Build;
}

/** Named parts of a build's record: `index`, `snapshot`, `diff`, `release_note`. */
export function entriesOf<T extends Made = Made>(build: Build, key: string): [string, T][] {
  const found = build[key];
  if (typeof found !== "object" || found === null || Array.isArray(found)) return [];
  return Object.entries(found as Record<string, T>).sort((a, b) => String(b[1].created_at ?? "").localeCompare(String(a[1].created_at ?? "")));
}

export function snapshotsOf(builds: readonly Build[]): SnapshotMade[] {
  const all = builds.flatMap((build) => entriesOf(build, "snapshot").map(([name, made]) => ({ ...made, name, build })));
  return all.sort((a, b) => String(b.created_at ?? "").localeCompare(String(a.created_at ?? "")));
}

export function publishedOf(build: Build): Published[] {
  const found: Published[] = [];
  const kept = (build.publish ?? {}) as Record<string, Record<string, Record<string, unknown>> | undefined>;
  for (const kind of ["full", "incremental"] as const)
    for (const [of, made] of Object.entries(kept[kind] ?? {})) {
      const metadata = (made.metadata ?? {}) as { build_version?: string; url?: string };
      const to = (made.conf as { name?: string } | undefined)?.name ?? "";
      found.push({ ...(made as Made), kind, of, version: metadata.build_version ?? "", url: metadata.url ?? "", to });
    }
  return found.sort((a, b) => String(b.created_at ?? "").localeCompare(String(a.created_at ?? "")));
}

export function versionOf(build: Build | undefined): string {
  return build?._meta?.build_version ?? "";
}

/** Why a text can not be the name of a snapshot or of a file of a release; empty when it can. */
export function nameFault(text: string): string {
  if (!text) return "";
  if (text.length > 150) return "A name has at most 150 characters.";
  if (text.startsWith(".") || text.includes("..")) return "A name does not begin with a dot, and has single dots only.";
  return /^[\w.-]+$/.test(text) ? "" : "A name takes letters, digits, _, - and dots.";
}

export interface Moment {
  at: string;
  kind: "build" | "index" | "snapshot" | "diff" | "note" | "publish";
  name: string;
  text: string;
  to: string;
}

function words(...parts: (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(", ");
}
function documents(n: unknown): string | false {
  return typeof n === "number" && `${n.toLocaleString("en")} documents`;
}

/** All that was made of builds, the newest first. */
export function momentsOf(builds: readonly Build[], most = 300): Moment[] {
  const found: Moment[] = [];
  for (const build of builds) {
    const page = `/builds/${encodeURIComponent(build._id)}`;
    const add = (kind: Moment["kind"], name: string, at: unknown, text: string, to = `${page}/releases`): void => void found.push({ at: toDate(at)?.toISOString() ?? "", kind, name, text, to });
    if (build.started_at) add("build", build._id, build.started_at, words(documents(build.count), versionOf(build) && `version ${versionOf(build)}`), page);
    for (const [name, made] of entriesOf(build, "index")) add("index", name, made.created_at, words(made.environment && `in ${made.environment}`, documents(made.count)));
    for (const [name, made] of entriesOf(build, "snapshot")) add("snapshot", name, made.created_at, words(made.environment && `in ${made.environment}`, documents(made.count)));
    for (const [old, made] of entriesOf<DiffMade>(build, "diff")) add("diff", build._id, made.created_at, `against ${old}: ${diffText(made)}`);
    for (const [old, made] of entriesOf(build, "release_note")) add("note", build._id, made.created_at, old === "none" ? "of a first release" : `compared with ${old}`);
    for (const made of publishedOf(build)) add("publish", `version ${made.version}`, made.created_at, words(`${made.kind}, to ${made.to}`, `of ${made.kind === "full" ? made.of : build._id}`));
  }
  return found.sort((a, b) => b.at.localeCompare(a.at)).slice(0, most);
}

export function diffText(made: DiffMade): string {
  const stats = made.diff?.stats ?? {};
  const number = (n: number | undefined): string => (n ?? 0).toLocaleString("en");
  return `${number(stats.add)} added, ${number(stats.update)} changed, ${number(stats.delete)} removed${stats.mapping_changed ? ", new fields" : ""}`;
}

/** A failed snapshot is told as JSON text of `[{error, detail: {reason}}]`; what a person wants to read of it. */
export function snapshotFault(text: string): { text: string; repository: boolean } {
  try {
    const found = (JSON.parse(text) as { error?: string; detail?: { reason?: string } }[])[0];
    if (found?.detail?.reason) return { text: found.detail.reason, repository: found.error === "repository_verification_exception" };
  } catch {
    /* told in plain words */
  }
  return { text, repository: false };
}
