import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { nextTick, ref } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";
import { HubClient, HubError } from "@/api/client";
import { EventStream } from "@/api/events";
import ChangeList from "@/ui/ChangeList.vue";
import JsonTree from "@/ui/JsonTree.vue";
import ProgressBar from "@/ui/ProgressBar.vue";
import RelTime from "@/ui/RelTime.vue";
import SafeLink from "@/ui/SafeLink.vue";
import ShowState from "@/ui/ShowState.vue";
import StateBadge from "@/ui/StateBadge.vue";
import QueryInput from "@/parts/QueryInput.vue";
import { noticeOf } from "@/stores/notices";

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/:rest(.*)*", component: { template: "<p />" } }] });
beforeEach(() => {
  setActivePinia(createPinia());
  localStorage.clear();
});
const global = { plugins: [router] };

describe("JsonTree", () => {
  it("shows markup as text", () => {
    const tree = mount(JsonTree, { props: { value: { html: "<img src=x onerror=alert(1)>" } } });
    expect(tree.find("img").exists()).toBe(false);
    expect(tree.text()).toContain("<img src=x onerror=alert(1)>");
  });
  it("opens long lists and texts in parts", async () => {
    const tree = mount(JsonTree, { props: { value: { list: Array.from({ length: 350 }, (_, n) => n), text: "x".repeat(1000) }, openTo: 2 } });
    expect(tree.findAll(".jt-value.number")).toHaveLength(100);
    expect(tree.text()).toContain("250 more");
    expect(tree.text()).not.toContain("x".repeat(500));
    const more = tree.findAll("button").find((b) => b.text().includes("1,000 characters"));
    await more?.trigger("click");
    expect(tree.text()).toContain("x".repeat(1000));
  });
  it("is worked by the keyboard: branches are buttons that say whether they are open", async () => {
    const tree = mount(JsonTree, { props: { value: { a: { b: 1 } }, openTo: 1 } });
    const button = tree.get("button[aria-label='a, 1 fields']");
    expect(button.attributes("aria-expanded")).toBe("false");
    await button.trigger("click");
    expect(button.attributes("aria-expanded")).toBe("true");
    expect(tree.text()).toContain("b");
  });
});

describe("small parts", () => {
  it("states are told by icon and word", () => {
    const badge = mount(StateBadge, { props: { state: "failed" } });
    expect(badge.classes()).toContain("bad");
    expect(badge.text()).toBe("failed");
    expect(badge.get("svg").attributes("aria-hidden")).toBe("true");
  });
  it("progress is told in words, with rate and time left", () => {
    const bar = mount(ProgressBar, { props: { running: true, progress: { done: 500, total: 1000, unit: "documents", rate: 50, eta: 10, note: "" } } });
    expect(bar.text()).toContain("500 of 1,000 documents · 50/s · 10 s left");
    expect(bar.get("[role=progressbar]").attributes("aria-valuenow")).toBe("50");
  });
  it("times have the whole date as their title", () => {
    const time = mount(RelTime, { props: { at: new Date(Date.now() - 3590_000).toISOString() } });
    expect(time.text()).toBe("1 h ago");
    expect(time.get("time").attributes("title")).toMatch(/\d{4}/);
  });
  it.each([["https://a.example/x", true], ["javascript:alert(1)", false], ["data:text/html,x", false]])("links of data: %s", (href, good) => {
    expect(mount(SafeLink, { props: { href } }).find("a").exists()).toBe(good);
  });
  it("changes are told by icon and word", () => {
    const list = mount(ChangeList, { props: { changes: [{ path: "a.b", kind: "removed", old: 1 }] } });
    expect(list.text()).toContain("removed");
    expect(list.get("del").text()).toBe("1");
  });
});

describe("ShowState", () => {
  function resource(data: unknown, error?: HubError): never {
    return { data: ref(data), error: ref(error), loading: ref(false), stale: ref(false), reload: vi.fn(), set: vi.fn() } as never;
  }
  const slots = { default: "<p>data</p>" };
  it("has a look for each state", () => {
    expect(mount(ShowState, { props: { of: resource(undefined) }, slots, global }).attributes("aria-busy")).toBe("true");
    expect(mount(ShowState, { props: { of: resource([]), empty: true, emptyTitle: "No sources yet" }, slots, global }).text()).toContain("No sources yet");
    expect(mount(ShowState, { props: { of: resource([1]) }, slots, global }).text()).toBe("data");
    const refused = mount(ShowState, { props: { of: resource(undefined, new HubError("only operators", 403, "forbidden")) }, slots, global });
    expect(refused.text()).toContain("You may not see this");
    expect(refused.text()).toContain("only operators");
    expect(refused.attributes("role")).toBe("alert");
  });
  it("keeps what it had when a later load fails", () => {
    expect(mount(ShowState, { props: { of: resource([1], new HubError("gone", 0, "unreachable")) }, slots, global }).text()).toBe("data");
  });
});

describe("QueryInput", () => {
  it("completes the names of fields", async () => {
    const input = mount(QueryInput, { props: { modelValue: "", fields: ["name", "bioregistry.name", "status"], past: [], "onUpdate:modelValue": (v: string) => input.setProps({ modelValue: v }) }, attachTo: document.body });
    const box = input.get("input");
    await box.setValue("na");
    box.element.setSelectionRange(2, 2);
    await box.trigger("input");
    expect(input.findAll("[role=option]").map((o) => o.text())).toEqual(["name", "bioregistry.name"]);
    await box.trigger("keydown", { key: "ArrowDown" });
    await box.trigger("keydown", { key: "Tab" });
    await nextTick();
    expect(box.element.value).toBe("name:");
    await box.trigger("keydown", { key: "Enter" });
    expect(input.emitted("run")).toHaveLength(1);
  });
});

describe("the client", () => {
  function answering(status: number, body: unknown): ReturnType<typeof vi.fn> {
    const made = vi.fn(() => Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status })));
    vi.stubGlobal("fetch", made);
    return made;
  }
  it("opens the envelope, fills paths, sends the token", async () => {
    const fetched = answering(200, { status: "ok", result: { a: 1 } });
    const client = new HubClient("http://hub/", () => "secret");
    expect(await client.get("/source/{name}", { path: { name: "a b/c" }, query: { debug: true, none: undefined } })).toEqual({ a: 1 });
    const [url, init] = fetched.mock.calls[0] as unknown as [string, RequestInit];
    expect(url).toBe("http://hub/source/a%20b%2Fc?debug=true");
    expect((init.headers as Record<string, string>).Authorization).toBe("Bearer secret");
  });
  it("tells errors by kind, with the hub's own words", async () => {
    const login = vi.fn();
    answering(401, { status: "error", code: 401, error: "log in", type: "CredentialError" });
    await expect(new HubClient("http://hub", undefined, login).get("/sources")).rejects.toMatchObject({ kind: "login", message: "log in", type: "CredentialError" });
    expect(login).toHaveBeenCalledOnce();
    answering(502, "<html>Bad gateway</html>");
    await expect(new HubClient("http://hub").get("/sources")).rejects.toMatchObject({ kind: "server", message: "HTTP 502" });
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("failed"))));
    await expect(new HubClient("http://hub").get("/sources")).rejects.toMatchObject({ kind: "unreachable" });
  });
});

describe("the event stream", () => {
  class Socket {
    static OPEN = 1;
    static all: Socket[] = [];
    readyState = 1;
    sent: string[] = [];
    onopen?: () => void;
    onmessage?: (message: { data: string }) => void;
    onclose?: (event: { code: number }) => void;
    constructor(readonly url: string) {
      Socket.all.push(this);
    }
    send(text: string): void {
      this.sent.push(text);
    }
    close(): void {}
  }
  it("comes back, and asks for what it has missed", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Socket);
    const states: string[] = [];
    const gap = vi.fn();
    const heard: number[] = [];
    const stream = new EventStream(() => Promise.resolve("ws://hub/events"), (s) => states.push(s), gap);
    stream.on((event) => heard.push(event.id));
    stream.open();
    await vi.advanceTimersByTimeAsync(0);
    const first = Socket.all.at(-1)!;
    first.onopen?.();
    expect(JSON.parse(first.sent[0]!)).toMatchObject({ last_event_id: 0 });
    first.onmessage?.({ data: '{"id": 7, "name": "job.done", "data": {}}' });
    first.onmessage?.({ data: "no json" });
    first.onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(20_000);
    const second = Socket.all.at(-1)!;
    expect(second).not.toBe(first);
    second.onopen?.();
    expect(JSON.parse(second.sent[0]!)).toMatchObject({ last_event_id: 7 });
    expect(gap).toHaveBeenCalledOnce();
    expect(heard).toEqual([7]);
    expect(states).toEqual(["connecting", "live", "offline", "live"]);
    stream.close();
    vi.useRealTimers();
  });
});

describe("notifications", () => {
  it("are made of the ends of work, not of its steps", () => {
    expect(noticeOf({ id: 1, name: "job.progress", at: "", data: {} })).toBeUndefined();
    expect(noticeOf({ id: 2, name: "upload.done", at: "t", data: { source: "hpo", count: 5 } })).toMatchObject({ tone: "ok", title: "hpo uploaded", text: "5 documents", to: "/sources/hpo" });
    expect(noticeOf({ id: 3, name: "job.failed", at: "t", data: { id: "a1", kind: "dump", subject: "x", error: "404" } })).toMatchObject({ tone: "bad", title: "dump x failed", to: "/jobs/a1" });
  });
});
