/** One long command that a dialog starts: what its jobs do meanwhile, its result, or why there is none. */

import { onScopeDispose, ref, shallowRef, type Ref } from "vue";
import { HubError, type CallOptions, type Method } from "@/api/client";
import type { Job } from "@/api/types";
import { useActions } from "@/stores/actions";
import { useHub } from "@/stores/hub";
import { useNotices } from "@/stores/notices";

export type TaskState = "asking" | "running" | "done" | "failed";
export interface Task<T> {
  state: Readonly<Ref<TaskState>>;
  error: Readonly<Ref<string>>;
  result: Readonly<Ref<T | undefined>>;
  jobs: Readonly<Ref<Job[]>>;
  /** Number of the command, once the hub has taken it. */
  command: Readonly<Ref<number | undefined>>;
  start: (method: Method, path: string, options: CallOptions, what: string) => Promise<T | undefined>;
  reset: () => void;
}

function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

/**
 * A task.
 *
 * @param shown whether its dialog is looked at; when it is not, the end is told by a toast.
 */
export function useTask<T>(shown: () => boolean): Task<T> {
  const hub = useHub();
  const actions = useActions();
  const notices = useNotices();
  const state = ref<TaskState>("asking");
  const error = ref("");
  const result = shallowRef<T>();
  const jobs = shallowRef<Job[]>([]);
  const command = ref<number>();
  let gone = false;
  let number = 0;

  async function look(id: number): Promise<void> {
    const found = await hub.client.call<Job[]>("GET", "/jobs", { query: { command: id, limit: 20 } }).catch(() => undefined);
    if (found && command.value === id) jobs.value = [...found].reverse();
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = hub.events.on((event) => {
    const id = command.value;
    if (state.value !== "running" || id === undefined || !event.name.startsWith("job.") || event.name === "job.log") return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void look(id);
    }, 300);
  });
  onScopeDispose(() => {
    gone = true;
    stop();
    clearTimeout(timer);
  });

  async function start(method: Method, path: string, options: CallOptions, what: string): Promise<T | undefined> {
    number += 1;
    const mine = number;
    state.value = "running";
    error.value = "";
    jobs.value = [];
    command.value = undefined;
    try {
      const answer = await hub.client.call<{ id?: number; cmd?: string; is_done?: boolean }>(method, path, options);
      let found = answer as unknown as T | undefined;
      if (answer && typeof answer === "object" && answer.cmd !== undefined && answer.id !== undefined) {
        if (mine === number) command.value = answer.id;
        const record = await actions.ended(answer.id);
        if (record.failed) throw new HubError(String(record.results?.[0] ?? "it failed, without saying why"), 0, "refused");
        found = (record.outcome ?? record.results?.[0]) as T | undefined;
      }
      if (mine !== number) return found;
      result.value = found;
      state.value = "done";
      if (gone || !shown()) notices.toast({ tone: "ok", title: `${what}: done` });
      return found;
    } catch (problem) {
      if (mine !== number) return undefined;
      error.value = messageOf(problem);
      state.value = "failed";
      if (gone || !shown()) notices.failed(`${what}: failed`, problem);
      return undefined;
    }
  }

  function reset(): void {
    number += 1;
    state.value = "asking";
    error.value = "";
    result.value = undefined;
    jobs.value = [];
    command.value = undefined;
  }
  return { state, error, result, jobs, command, start, reset };
}
