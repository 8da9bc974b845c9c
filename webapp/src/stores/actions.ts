import { defineStore } from "pinia";
import { reactive, ref, shallowRef } from "vue";
import { HubError, type CallOptions, type Method } from "@/api/client";
import type { CommandRecord } from "@/api/types";
import { useHub } from "./hub";
import { useNotices } from "./notices";

export interface Question {
  title: string;
  text?: string;
  /** What will be gone, or will happen: one line each. */
  lost?: string[];
  /** To be typed before the button works, for what can not be made again. */
  typed?: string;
  button: string;
  danger?: boolean;
}

interface Doing {
  /** What is done, as it is told: `Upload of hpo`. */
  what: string;
  /** Page that shows it. */
  to?: string;
  /** Say nothing when it went well. */
  quiet?: boolean;
  undo?: () => void;
}

function isRecord(value: unknown): value is CommandRecord {
  return typeof value === "object" && value !== null && "cmd" in value && "is_done" in value;
}

/** Commands as people give them: asked for where something is lost, answered with a toast, followed to their end. */
export const useActions = defineStore("actions", () => {
  const hub = useHub();
  const notices = useNotices();
  const question = shallowRef<Question & { answer: (yes: boolean) => void }>();
  const busy = reactive(new Set<string>());
  const paletteOpen = ref(false);
  const commandAsked = ref<string>();

  function confirm(asked: Question): Promise<boolean> {
    return new Promise((resolve) => {
      question.value = {
        ...asked,
        answer: (yes) => {
          question.value = undefined;
          resolve(yes);
        },
      };
    });
  }

  /** Run a command; its result, or undefined when it failed (which was told then). */
  async function run<T>(method: Method, path: string, options: CallOptions, doing: Doing): Promise<T | undefined> {
    const name = `${method} ${path} ${JSON.stringify(options.path ?? {})}`;
    busy.add(name);
    try {
      const answer = await hub.client.call<T>(method, path, options);
      if (isRecord(answer) && !answer.is_done) {
        if (!doing.quiet)
          notices.toast({ tone: "run", title: `${doing.what}: started`, to: doing.to ?? `/jobs/commands/${answer.id}` }, 4);
        return (await follow(answer.id, doing)) as T | undefined;
      }
      if (!doing.quiet) {
        const toast = { tone: "ok" as const, title: `${doing.what}: done` };
        notices.toast({ ...toast, ...(doing.undo && { undo: doing.undo }), ...(doing.to && { to: doing.to }) }, doing.undo ? 10 : 4);
      }
      return answer;
    } catch (problem) {
      notices.failed(`${doing.what}: not done`, problem);
      return undefined;
    } finally {
      busy.delete(name);
    }
  }

  /** The record of a long command when it has ended, well or not; a hub that is away meanwhile is waited for. */
  async function ended(id: number): Promise<CommandRecord> {
    for (;;) {
      const next = changed(id); // heard from before the question on, so that an end in between is not missed
      try {
        const record = await hub.client.get<CommandRecord>("/command/{id}", { path: { id } });
        if (record.is_done) return record;
      } catch (problem) {
        if (!(problem instanceof HubError) || problem.kind !== "unreachable") throw problem;
      }
      await next;
    }
  }

  /** Wait for the end of a long command; its first result. */
  async function follow(id: number, doing: Doing): Promise<unknown> {
    const record = await ended(id);
    const results = record.results ?? [];
    if (record.failed) {
      notices.toast({ tone: "bad", title: `${doing.what}: failed`, text: String(results[0] ?? ""), to: `/jobs/commands/${id}` });
      return undefined;
    }
    if (!doing.quiet) notices.toast({ tone: "ok", title: `${doing.what}: done`, ...(doing.to && { to: doing.to }) }, 4);
    return record.outcome ?? (results.length > 1 ? results : results[0]);
  }

  /** The next change of a command's record, or a few seconds without one. */
  function changed(id: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = hub.events.on((event) => {
        if (event.name === "state.changed" && event.data.entity === "command" && String(event.data.id) === String(id)) end();
      });
      const timer = setTimeout(end, 3000);
      function end(): void {
        stop();
        clearTimeout(timer);
        resolve();
      }
    });
  }

  function isBusy(method: Method, path: string, values: Record<string, string | number> = {}): boolean {
    return busy.has(`${method} ${path} ${JSON.stringify(values)}`);
  }

  return { question, confirm, run, follow, ended, isBusy, paletteOpen, commandAsked };
});
