import type { ApiEntry } from "@/api/types";

/** Where a data API answers, as the browser reaches it; undefined while it does not run. */
export function apiUrl(api: ApiEntry, hub: string): string | undefined {
  if (api.status !== "running") return undefined;
  const told = typeof api.url === "string" ? api.url : api.url?.query;
  const host = new URL(hub).hostname;
  if (!told) return api.config.port && api.config.port !== "0" ? `http://${host}:${api.config.port}` : undefined;
  try {
    const url = new URL(told);
    // The hub tells the address it listens on; from another machine that is the hub's own name.
    if (["127.0.0.1", "localhost", "0.0.0.0", "::", "[::]"].includes(url.hostname)) url.hostname = host;
    return url.origin;
  } catch {
    return undefined;
  }
}
