/** Data of the hub as pages use them: loaded, kept for the next visit of the page, loaded anew when events say so. */

import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref } from "vue";
import { HubError, type HubClient } from "@/api/client";
import type { HubEvent } from "@/api/types";
import { useHub } from "./hub";

export interface Resource<T> {
  data: Readonly<Ref<T | undefined>>;
  error: Readonly<Ref<HubError | undefined>>;
  loading: Readonly<Ref<boolean>>;
  stale: ComputedRef<boolean>;
  reload: () => Promise<void>;
  set: (value: T) => void;
}

export type Trigger = RegExp | ((event: HubEvent) => boolean);

const MOST_KEPT = 200;
const kept = new Map<string, unknown>();

function keep(key: string, value: unknown): void {
  kept.delete(key);
  kept.set(key, value);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as string);
}

interface Options {
  /** Events after which it is loaded again; the text tested is `name entity id`. */
  on?: Trigger;
  /** Milliseconds between two loads for events. */
  pause?: number;
  /** Also load every so many milliseconds. */
  every?: number;
}

/**
 * A resource.
 *
 * @param key names it; when it changes, another one is loaded. Undefined: nothing is loaded.
 * @param load asks the hub.
 */
export function useResource<T>(
  key: () => string | undefined,
  load: (client: HubClient) => Promise<T>,
  options: Options = {},
): Resource<T> {
  const hub = useHub();
  const data = shallowRef<T>();
  const error = shallowRef<HubError>();
  const loading = ref(false);
  const pause = options.pause ?? 500;
  let number = 0;
  /** Milliseconds that the last load took: what is large is not asked for at every event of a busy hub. */
  let cost = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const full = computed(() => {
    const name = key();
    return name === undefined ? undefined : `${hub.client.base} ${name}`;
  });

  async function reload(): Promise<void> {
    const wanted = full.value;
    if (wanted === undefined || ended) return;
    number += 1;
    const mine = number;
    loading.value = true;
    const began = performance.now();
    try {
      const value = await load(hub.client);
      if (mine !== number) return;
      cost = performance.now() - began;
      keep(wanted, value);
      data.value = value;
      error.value = undefined;
    } catch (problem) {
      if (mine !== number) return;
      if (problem instanceof HubError) {
        error.value = problem;
        if (problem.kind === "missing") data.value = undefined;
      } else {
        error.value = new HubError(String(problem), 0, "server");
      }
    } finally {
      if (mine === number) loading.value = false;
    }
  }

  function soon(): void {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (!document.hidden) void reload();
      else watchVisible();
    }, Math.max(pause, Math.min(cost * 4, 15_000)));
  }
  function watchVisible(): void {
    document.addEventListener("visibilitychange", () => void reload(), { once: true });
  }

  watch(
    full,
    (name) => {
      number += 1;
      data.value = name === undefined ? undefined : (kept.get(name) as T | undefined);
      error.value = undefined;
      loading.value = false;
      void reload();
    },
    { immediate: true },
  );
  watch(() => hub.generation, () => void reload());

  const stop = hub.events.on((event) => {
    const trigger = options.on;
    if (!trigger) return;
    const text = `${event.name} ${String(event.data.entity ?? "")} ${String(event.data.id ?? event.data.source ?? "")}`;
    if (trigger instanceof RegExp ? trigger.test(text) : trigger(event)) soon();
  });
  const ticking = options.every ? setInterval(() => !document.hidden && void reload(), options.every) : undefined;
  onScopeDispose(() => {
    ended = true;
    stop();
    clearTimeout(timer);
    clearInterval(ticking);
  });

  const stale = computed(() => hub.live === "offline" || (error.value !== undefined && data.value !== undefined));
  return { data, error, loading, stale, reload, set: (value) => (data.value = value) };
}
