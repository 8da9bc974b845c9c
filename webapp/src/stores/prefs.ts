import { defineStore } from "pinia";
import { computed, reactive, watch } from "vue";

export type Theme = "system" | "light" | "dark";

interface Prefs {
  theme: Theme;
  times: "relative" | "absolute";
  utc: boolean;
  sourcesView: "grid" | "table";
  wrapLogs: boolean;
  readonly: boolean;
}

const KEY = "studio.prefs";
const DEFAULTS: Prefs = {
  theme: "system",
  times: "relative",
  utc: false,
  sourcesView: "grid",
  wrapLogs: true,
  readonly: false,
};

/** A value of the browser's storage, or the fallback where there is none. */
export function stored<T>(key: string, fallback: T, storage: Storage | undefined = globalThis.localStorage): T {
  try {
    const text = storage?.getItem(key);
    return text ? (JSON.parse(text) as T) : fallback;
  } catch {
    return fallback;
  }
}

export function store(key: string, value: unknown, storage: Storage | undefined = globalThis.localStorage): void {
  try {
    storage?.setItem(key, JSON.stringify(value));
  } catch {
    /* private mode: kept for this page only */
  }
}

/** What a person prefers, in this browser. */
export const usePrefs = defineStore("prefs", () => {
  const prefs = reactive<Prefs>({ ...DEFAULTS, ...stored<Partial<Prefs>>(KEY, {}) });
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = computed(() => prefs.theme === "dark" || (prefs.theme === "system" && systemDark.on));
  const systemDark = reactive({ on: system.matches });
  system.addEventListener("change", (event) => (systemDark.on = event.matches));
  watch(prefs, () => store(KEY, prefs));
  watch(dark, (on) => (document.documentElement.dataset.theme = on ? "dark" : "light"), { immediate: true });
  return { prefs, dark };
});
