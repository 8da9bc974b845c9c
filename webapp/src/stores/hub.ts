import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import { HubClient, HubError, type Method } from "@/api/client";
import { EventStream, type LiveState } from "@/api/events";
import type { HubInfo, Whoami } from "@/api/types";
import { useConnections, type Connection } from "./connections";
import { usePrefs } from "./prefs";

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: { name: string; in: "path" | "query"; required?: boolean; schema?: Schema }[];
  requestBody?: { content?: { "application/json"?: { schema?: Schema & { properties?: Record<string, Schema>; required?: string[] } } } };
}
export interface Schema {
  type?: string;
  format?: string;
  default?: unknown;
  anyOf?: Schema[];
  items?: Schema;
}
export interface KnownCommand {
  name: string;
  method: Method;
  path: string;
  op: Operation;
  role: Role;
  job: boolean;
}
export type Role = "viewer" | "operator" | "console" | "admin";
const ORDER: Role[] = ["viewer", "operator", "console", "admin"];

function commandsOf(paths: Record<string, Record<string, Operation>>): KnownCommand[] {
  const found: KnownCommand[] = [];
  for (const [path, methods] of Object.entries(paths))
    for (const [method, op] of Object.entries(methods)) {
      const told = /\nRole: (\w+)\.\s*$/.exec(op.description ?? "")?.[1];
      found.push({
        name: op.operationId,
        method: method.toUpperCase() as Method,
        path,
        op,
        role: ORDER.includes(told as Role) ? (told as Role) : "viewer",
        job: JSON.stringify(op).includes("CommandRecord"),
      });
    }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

/** The hub that is looked at: its client, what it can do, who we are, and its live events. */
export const useHub = defineStore("hub", () => {
  const connections = useConnections();
  const { prefs } = usePrefs();
  const info = shallowRef<HubInfo>();
  const commands = shallowRef<KnownCommand[]>([]);
  const who = shallowRef<Whoami>();
  const error = shallowRef<HubError>();
  const live = ref<LiveState>("closed");
  const generation = ref(0);
  const loginAsked = ref(false);
  const restarting = ref(false);
  let connection: Connection | undefined;

  const client = shallowRef(new HubClient("http://0.0.0.0"));
  const events = new EventStream(
    () => socketUrl("/events"),
    onLive,
    () => (generation.value += 1),
    () => (loginAsked.value = true),
  );
  globalThis.addEventListener?.("online", () => events.hurry());
  globalThis.document?.addEventListener("visibilitychange", () => !document.hidden && events.hurry());

  /** Where a live connection goes. Who is signed in gets a ticket for it: tokens do not belong into addresses. */
  async function socketUrl(path: string): Promise<string> {
    const url = client.value.base.replace(/^http/, "ws") + path;
    if (!connection?.token) return url;
    try {
      const { ticket } = await client.value.call<{ ticket: string }>("POST", "/ticket", { body: {}, timeout: 8000 });
      return `${url}?ticket=${encodeURIComponent(ticket)}`;
    } catch (problem) {
      if (problem instanceof HubError && problem.kind === "missing") return url;
      throw problem;
    }
  }

  function onLive(state: LiveState): void {
    live.value = state;
    if (state === "live") {
      restarting.value = false;
      void refresh();
    }
  }

  async function open(target: Connection | undefined): Promise<void> {
    events.close();
    events.lastId = undefined;
    connection = target;
    info.value = undefined;
    commands.value = [];
    who.value = undefined;
    error.value = undefined;
    loginAsked.value = false;
    generation.value += 1;
    if (!target) return;
    client.value = new HubClient(
      target.url,
      () => connections.list.find((hub) => hub.id === target.id)?.token,
      () => (loginAsked.value = true),
    );
    events.open();
    await refresh();
  }

  /** Who it is and what it can do; a hub that was restarted may be another version. */
  async function refresh(): Promise<void> {
    const asked = client.value;
    try {
      const told = await asked.get<HubInfo>("/" as never, { timeout: 8000 });
      if (asked !== client.value) return;
      info.value = told;
      error.value = undefined;
      const document = await asked
        .call<{ paths?: Record<string, Record<string, Operation>> }>("GET", "/openapi.json")
        .catch((problem: unknown) => {
          if (problem instanceof HubError && problem.kind === "login") return undefined;
          throw problem;
        });
      if (asked !== client.value) return;
      commands.value = commandsOf(document?.paths ?? {});
      if (document && !has("GET /whoami")) return;
      const me = await asked.call<Whoami>("GET", "/whoami", { timeout: 8000 });
      if (asked !== client.value) return;
      who.value = me;
      loginAsked.value ||= Boolean(me.login_required && !me.name);
    } catch (problem) {
      if (asked !== client.value) return;
      if (problem instanceof HubError) error.value = problem;
      else throw problem;
    }
  }

  const known = computed(() => new Set(commands.value.map((c) => `${c.method} ${c.path}`)));
  function has(route: string): boolean {
    return known.value.has(route);
  }
  function command(name: string): KnownCommand | undefined {
    return commands.value.find((c) => c.name === name);
  }

  const readonly = computed(() => prefs.readonly || (info.value?.features.includes("readonly") ?? false));
  const roles = computed(() => who.value?.roles);
  /** Whether we may run commands of a role; a hub without accounts lets everybody who reaches it. */
  function may(role: Role): boolean {
    if (readonly.value && role !== "viewer") return false;
    if (!roles.value?.length) return roles.value === undefined;
    const best = Math.max(...roles.value.map((r) => ORDER.indexOf(r as Role)), -1);
    return best >= ORDER.indexOf(role);
  }
  /** Whether this hub has a command and we may run it. */
  function can(route: string): boolean {
    const found = commands.value.find((c) => `${c.method} ${c.path}` === route);
    return found !== undefined && may(found.role);
  }

  async function login(name: string, password: string, extra: Record<string, unknown> = {}): Promise<void> {
    const target = connection;
    if (!target) return;
    const told = await client.value.call<{ token: string; user: string }>("POST", "/login", {
      body: { name, password, ...extra },
    });
    connections.update(target.id, { token: told.token, user: told.user });
    loginAsked.value = false;
    events.open();
    await refresh();
    generation.value += 1;
  }

  function setToken(token: string): void {
    if (!connection) return;
    connections.update(connection.id, { token });
    loginAsked.value = false;
    events.open();
    generation.value += 1;
  }

  async function logout(): Promise<void> {
    if (!connection) return;
    if (who.value) await client.value.call("POST", "/logout", { body: {} }).catch(() => undefined);
    const target = connections.list.find((hub) => hub.id === connection?.id);
    if (target) {
      delete target.token;
      delete target.user;
      connections.update(target.id, {});
    }
    await open(target);
  }

  return {
    info, commands, who, error, live, generation, loginAsked, restarting, client, events, readonly,
    open, refresh, has, can, may, command, login, logout, setToken, socketUrl,
    get connection() {
      return connection;
    },
  };
});
