import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import type { Build, HubInfo } from "@/api/types";
import { pipeOf } from "@/lib/graph";
import { momentsOf, nameFault, publishedOf, snapshotFault, snapshotsOf } from "@/lib/releases";
import { upgradesOf } from "@/lib/upgrades";
import FormField from "@/ui/FormField.vue";

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/:rest(.*)*", component: { template: "<p />" } }] });
beforeEach(() => setActivePinia(createPinia()));
const build = {
  _id: "b2",
  status: "success",
  count: 95,
  started_at: "2026-11-01T00:00:00Z",
  build_config: { _id: "c", name: "c", doc_type: "d" },
  jobs: [],
  _meta: { build_version: "2" },
  snapshot: { s1: { environment: "localhub", count: 90, created_at: "2026-11-02T00:00:00Z" }, s2: { environment: "localhub", count: 95, created_at: "2026-11-03T00:00:00Z" } },
  diff: { b1: { created_at: "2026-11-02T12:00:00Z", diff: { stats: { add: 20, update: 0, delete: 5, mapping_changed: true } } } },
  release_note: { none: { created_at: "2026-11-02T13:00:00Z" } },
  publish: { full: { s2: { conf: { name: "web" }, metadata: { build_version: "2", url: "file:///x/2.json" }, created_at: "2026-11-04T00:00:00Z" } }, incremental: { b1: { conf: { name: "web" }, metadata: { build_version: "1.2", url: "file:///x/1.2.json" }, created_at: "2026-11-05T00:00:00Z" } } },
} as unknown as Build;

describe("releases", () => {
  it("what was published is told by kind, place and version, the newest first", () => {
    expect(publishedOf(build).map((p) => [p.kind, p.of, p.version, p.to])).toEqual([["incremental", "b1", "1.2", "web"], ["full", "s2", "2", "web"]]);
  });
  it("the timeline has all that was made, the newest first", () => {
    expect(momentsOf([build]).map((m) => m.kind)).toEqual(["publish", "publish", "snapshot", "note", "diff", "snapshot", "build"]);
    expect(momentsOf([build]).find((m) => m.kind === "diff")?.text).toBe("against b1: 20 added, 0 changed, 5 removed, new fields");
  });
  it("snapshots of all builds, the newest first", () => expect(snapshotsOf([build]).map((s) => s.name)).toEqual(["s2", "s1"]));
  it("releases are nodes of the pipeline", () => {
    const pipe = pipeOf({ sources: [], manager: { build_configs: { c: { build_config: build.build_config, archived: false } }, builder_classes: {} }, builds: [build], indices: [], apis: [], jobs: [] });
    expect(pipe.nodes.filter((n) => n.kind === "release").map((n) => n.name)).toEqual(["version 1.2", "version 2"]);
    expect(pipe.edges.filter((e) => e.to.startsWith("release"))).toHaveLength(2);
  });
  it.each([["", true], ["a_b-1.2", true], ["../etc", false], [".a", false], ["a..b", false], ["a b", false], ["x".repeat(151), false]])("the name %s", (name, good) => expect(nameFault(name) === "").toBe(good));
  it("a failed snapshot is told in its own words", () => {
    expect(snapshotFault('[{"error":"repository_verification_exception","detail":{"reason":"it is another one"}}]')).toEqual({ text: "it is another one", repository: true });
    expect(snapshotFault("plain").text).toBe("plain");
  });
  it("newer code is told for what it is of", () => {
    const info = { app_version: { commit: "a", upgrade: { total: 2, commits: [{ hash: "b" }] } }, biothings_version: { commit: "a" } } as unknown as HubInfo;
    expect(upgradesOf(info)).toEqual([{ base: "application", what: "the plugins", total: 2, commits: [{ hash: "b" }] }]);
    expect(upgradesOf(undefined)).toEqual([]);
  });
});

describe("FormField", () => {
  it("what is wrong stands at the field, and is said with it", () => {
    const field = mount(FormField, { props: { label: "Name", error: "too long" }, slots: { default: `<template #default="{ control }"><input v-bind="control" /></template>` }, global: { plugins: [router] } });
    const input = field.get("input");
    expect(input.attributes("aria-invalid")).toBe("true");
    expect(field.get(`[id="${input.attributes("aria-describedby")}"]`).text()).toContain("too long");
    expect(field.get("label").attributes("for")).toBe(input.attributes("id"));
  });
});
