/** Walking through documents. */
import type { Doc, Json } from "@/api/types";

export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The values at a dotted path; lists on the way are entered. */
export function valuesAt(value: Json | undefined, path: string): Json[] {
  let found: Json[] = value === undefined ? [] : [value];
  for (const key of path.split(".")) {
    const next: Json[] = [];
    for (const item of found.flatMap((v) => (Array.isArray(v) ? v : [v])))
      if (isObject(item) && item[key] !== undefined) next.push(item[key]);
    found = next;
  }
  return found;
}

/** A value on one line, at most so long. */
export function brief(value: Json | undefined, most = 120): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value.length > most ? `${value.slice(0, most)}…` : value;
  if (Array.isArray(value) && value.every((v) => typeof v !== "object")) return brief(value.slice(0, 20).join(", "), most);
  if (Array.isArray(value)) return `${value.length} items`;
  if (isObject(value)) return `{ ${Object.keys(value).slice(0, 6).join(", ")}${Object.keys(value).length > 6 ? ", …" : ""} }`;
  return String(value);
}

/** Dotted paths of leaves, lists entered; at most so many. */
export function leafPaths(value: Json, most = 2000): string[] {
  const found = new Set<string>();
  const walk = (item: Json, path: string, depth: number): void => {
    if (found.size >= most || depth > 40) return;
    if (Array.isArray(item)) for (const part of item.slice(0, 50)) walk(part, path, depth + 1);
    else if (isObject(item)) for (const [key, part] of Object.entries(item)) walk(part, path ? `${path}.${key}` : key, depth + 1);
    else if (path) found.add(path);
  };
  walk(value, "", 0);
  return [...found];
}

/** Fields at the top and one level below, the most frequent first: what a table of documents shows. */
export function columnsOf(documents: Doc[], most = 6): string[] {
  const seen = new Map<string, number>();
  for (const document of documents.slice(0, 50))
    for (const [key, value] of Object.entries(document)) {
      if (key === "_id") continue;
      if (isObject(value)) for (const [sub, part] of Object.entries(value)) if (!isObject(part)) bump(`${key}.${sub}`, 1);
      if (!isObject(value)) bump(key, 2);
    }
  function bump(path: string, weight: number): void {
    seen.set(path, (seen.get(path) ?? 0) + weight);
  }
  return [...seen].sort((a, b) => b[1] - a[1]).slice(0, most).map(([path]) => path);
}

/** Which of the sources holds each leaf with the very value of the merged document. */
export function origins(merged: Json, bySource: Record<string, Json>): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const path of leafPaths(merged)) {
    if (path === "_id") continue;
    const values = new Set(valuesAt(merged, path).flat().map((v) => JSON.stringify(v)));
    const from = Object.entries(bySource)
      .filter(([, document]) => valuesAt(document, path).flat().some((v) => values.has(JSON.stringify(v))))
      .map(([name]) => name);
    if (from.length) found[path] = from;
  }
  return found;
}

export interface Change {
  path: string;
  kind: "added" | "removed" | "changed";
  old?: Json;
  new?: Json;
}

/** What differs between two documents, by path. */
export function changes(old: Json | undefined, fresh: Json | undefined, most = 500): Change[] {
  const found: Change[] = [];
  const walk = (a: Json | undefined, b: Json | undefined, path: string): void => {
    if (found.length >= most || JSON.stringify(a) === JSON.stringify(b)) return;
    if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) walk(a[key], b[key], path ? `${path}.${key}` : key);
    } else if (a === undefined) found.push({ path, kind: "added", new: b as Json });
    else if (b === undefined) found.push({ path, kind: "removed", old: a });
    else found.push({ path, kind: "changed", old: a, new: b });
  };
  walk(old, fresh, "");
  return found;
}

/** One line of CSV. A text that a spreadsheet would take for a formula is quoted by an apostrophe. */
export function csvLine(cells: (Json | undefined)[]): string {
  return cells
    .map((cell) => {
      let text = cell === undefined || cell === null ? "" : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
      if (typeof cell === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
      return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    })
    .join(",");
}

/** Give the browser a file. */
export function download(name: string, parts: BlobPart[], type = "application/json"): void {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
