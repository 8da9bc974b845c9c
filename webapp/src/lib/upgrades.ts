/** What `GET /` says of newer code: of the hub, and of the repository of its plugins. */
import type { HubInfo } from "@/api/types";

export interface Upgrade {
  base: "application" | "biothings_sdk";
  what: string;
  total: number;
  commits: { hash: string; date?: string; message?: string; url?: string }[];
}
interface CodeVersion {
  commit?: string;
  upgrade?: { total?: number; commits?: Upgrade["commits"] };
}

export function upgradesOf(info: HubInfo | undefined): Upgrade[] {
  const told = (info ?? {}) as { app_version?: CodeVersion | null; biothings_version?: CodeVersion | null };
  const found: Upgrade[] = [];
  const add = (base: Upgrade["base"], what: string, version: CodeVersion | null | undefined): void => {
    const news = version && typeof version === "object" ? version.upgrade : undefined;
    if (news) found.push({ base, what, total: news.total ?? news.commits?.length ?? 0, commits: news.commits ?? [] });
  };
  add("application", "the plugins", told.app_version);
  add("biothings_sdk", "the hub", told.biothings_version);
  return found;
}
