import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { HubClient } from "@/api/client";
import type { HubInfo } from "@/api/types";
import { store, stored } from "./prefs";

export interface Connection {
  id: string;
  url: string;
  name: string;
  token?: string;
  user?: string;
}

const KEY = "studio.hubs";
const LAST = "studio.hub";

/** The address as it is kept: with a scheme, without a slash at the end. Throws for what is no address. */
export function normalUrl(text: string): string {
  const typed = text.trim();
  if (/[\s<>"]/.test(typed)) throw new TypeError("no address");
  const url = new URL(/^https?:\/\//i.test(typed) ? typed : `http://${typed}`);
  if (!url.hostname) throw new TypeError("no host");
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

/** Beside these files may lie `hub.json`: the hub that serves them, `{"port": 7080}` or `{"url": "https://..."}`. */
export async function servedHub(): Promise<string | undefined> {
  try {
    const response = await fetch("./hub.json", { cache: "no-store" });
    if (!response.ok) return undefined;
    const told = (await response.json()) as { port?: number; url?: string };
    if (told.url) return normalUrl(told.url);
    if (told.port) return `${location.protocol}//${location.hostname}:${told.port}`;
  } catch {
    /* a plain web server without that file */
  }
  return undefined;
}

/** The hubs of this browser. The last one is taken at the next visit; each tab may look at another. */
export const useConnections = defineStore("connections", () => {
  const list = ref<Connection[]>(stored<Connection[]>(KEY, []));
  const currentId = ref<string>(
    stored<string>(LAST, "", globalThis.sessionStorage) || stored<string>(LAST, ""),
  );
  const current = computed(() => list.value.find((hub) => hub.id === currentId.value));

  function save(): void {
    store(KEY, list.value);
  }

  /** Add, or find the one of that address. */
  function add(text: string, name = ""): Connection {
    const url = normalUrl(text);
    const known = list.value.find((hub) => hub.url === url);
    if (known) return known;
    const made: Connection = { id: Math.random().toString(36).slice(2, 10), url, name: name || new URL(url).host };
    list.value.push(made);
    save();
    return list.value[list.value.length - 1] as Connection;
  }

  function select(id: string): void {
    currentId.value = id;
    store(LAST, id);
    store(LAST, id, globalThis.sessionStorage);
  }

  function update(id: string, change: Partial<Connection>): void {
    const hub = list.value.find((entry) => entry.id === id);
    if (hub) {
      Object.assign(hub, change);
      save();
    }
  }

  function remove(id: string): void {
    list.value = list.value.filter((hub) => hub.id !== id);
    if (currentId.value === id) select(list.value[0]?.id ?? "");
    save();
  }

  /** At the start: the hub named in the address, the last one, or the one that serves these files. */
  async function begin(asked?: string): Promise<void> {
    if (asked) {
      try {
        select(add(asked).id);
        return;
      } catch {
        /* no address: as if it were not there */
      }
    }
    const served = await servedHub();
    const own = served ? add(served) : undefined;
    if (!current.value && own) select(own.id);
    else if (!current.value && list.value[0]) select(list.value[0].id);
  }

  async function probe(hub: Connection): Promise<HubInfo> {
    const info = await new HubClient(hub.url, () => hub.token).get<HubInfo>("/" as never, { timeout: 6000 });
    if (typeof info.version !== "string") throw new TypeError("that address answers, but not as a hub");
    return info;
  }

  return { list, current, currentId, add, select, update, remove, begin, probe };
});
