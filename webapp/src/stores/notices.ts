import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { HubError } from "@/api/client";
import type { HubEvent } from "@/api/types";
import type { Tone } from "@/lib/state";
import { store, stored } from "./prefs";
import { useHub } from "./hub";

export interface Notice {
  id: number;
  tone: Tone;
  title: string;
  text: string;
  at: string;
  to?: string;
  read: boolean;
}
export interface Toast {
  id: number;
  tone: Tone;
  title: string;
  text?: string;
  to?: string;
  undo?: () => void;
}

const MOST = 200;
const ENDS: Record<string, [Tone, string]> = {
  "job.failed": ["bad", "failed"],
  "job.cancelled": ["warn", "was cancelled"],
  "job.interrupted": ["warn", "was interrupted"],
  "dump.done": ["ok", "downloaded"],
  "upload.done": ["ok", "uploaded"],
  "upload.quarantined": ["warn", "documents in quarantine"],
  "build.done": ["ok", "built"],
  "index.done": ["ok", "indexed"],
  "inspect.done": ["ok", "inspected"],
  "schedule.failed": ["bad", "schedule failed"],
  "plugin.broken": ["bad", "plugin is broken"],
  "plugin.failed": ["bad", "plugin failed"],
  "plugin.registered": ["ok", "plugin registered"],
  "plugin.updated": ["ok", "plugin updated"],
  "plugin.unregistered": ["idle", "plugin forgotten"],
  "api.failed": ["bad", "API failed"],
  "hub.restarting": ["warn", "The hub restarts"],
};

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** What a person should hear of an event, or undefined. */
export function noticeOf(event: HubEvent): Omit<Notice, "read"> | undefined {
  const found = ENDS[event.name];
  if (!found) return undefined;
  const [tone, verb] = found;
  const data = event.data;
  const subject = text(data.source) || text(data.build) || text(data.index) || text(data.name) || text(data.subject);
  const kind = event.name.startsWith("job.") ? `${text(data.kind)} ` : "";
  const details = [text(data.error), text(data.release), data.count === undefined ? "" : `${text(data.count)} documents`];
  const made: Omit<Notice, "read"> = {
    id: event.id,
    tone,
    title: `${kind}${subject} ${verb}`.trim(),
    text: details.filter(Boolean).join(" · "),
    at: event.at,
  };
  const to = linkOf(event);
  if (to) made.to = to;
  return made;
}

/** The page of what an event is about. */
export function linkOf(event: HubEvent): string | undefined {
  const data = event.data;
  if (event.name.startsWith("job.") && data.id) return `/jobs/${text(data.id)}`;
  const part = encodeURIComponent;
  if (data.source) return `/sources/${part(text(data.source))}`;
  if (data.build) return `/builds/${part(text(data.build))}`;
  if (event.name.startsWith("plugin.")) return "/sources";
  return undefined;
}

/** Notifications with their history, and the short-lived answers to what one has just done. */
export const useNotices = defineStore("notices", () => {
  const hub = useHub();
  const list = ref<Notice[]>([]);
  const toasts = ref<Toast[]>([]);
  let next = 1;
  let started = "";

  function key(): string {
    return `studio.notices ${hub.client.base}`;
  }
  function begin(): void {
    started = new Date().toISOString();
    list.value = stored<Notice[]>(key(), []);
  }
  function save(): void {
    store(key(), list.value.slice(0, MOST));
  }

  hub.events.on((event) => {
    const made = noticeOf(event);
    if (!made) return;
    if (list.value.some((n) => n.at === made.at && n.title === made.title)) return;
    const fresh = event.at >= started;
    list.value = [{ ...made, read: !fresh }, ...list.value].sort((a, b) => b.at.localeCompare(a.at)).slice(0, MOST);
    save();
    if (fresh && made.tone === "bad") toast(made);
  });

  const unread = computed(() => list.value.filter((n) => !n.read).length);
  function readAll(): void {
    for (const notice of list.value) notice.read = true;
    save();
  }
  function clear(): void {
    list.value = [];
    save();
  }

  function toast(what: Omit<Toast, "id">, seconds = what.tone === "bad" ? 12 : 5): number {
    const made = { ...what, id: next++ };
    toasts.value = [...toasts.value.slice(-3), made];
    setTimeout(() => dismiss(made.id), seconds * 1000);
    return made.id;
  }
  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((t) => t.id !== id);
  }
  /** Say on the spot why something did not work. */
  function failed(what: string, problem: unknown): void {
    const message = problem instanceof HubError || problem instanceof Error ? problem.message : String(problem);
    toast({ tone: "bad", title: what, text: message });
  }

  return { list, unread, toasts, begin, readAll, clear, toast, dismiss, failed };
});
