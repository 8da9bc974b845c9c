import { describe, expect, it } from "vitest";
import type { Doc, Source } from "@/api/types";
import { filterOf, readRules, valueOf } from "@/lib/filters";
import { absolute, bytes, count, duration, relative, toDate } from "@/lib/format";
import { pipeOf, related } from "@/lib/graph";
import { changes, columnsOf, csvLine, leafPaths, origins, valuesAt } from "@/lib/json";
import { parseLog } from "@/lib/logs";
import { logPath, problemsOf, stateOf } from "@/lib/sources";
import { toneOf } from "@/lib/state";
import { normalUrl } from "@/stores/connections";

describe("numbers and times", () => {
  it("reads well", () => {
    expect(count(1234567)).toBe("1,234,567");
    expect(count(undefined)).toBe("–");
    expect(bytes(999)).toBe("999 B");
    expect(bytes(2_573_967)).toBe("2.6 MB");
    expect([0.02, 3.21, 59, 250, 7500, 200_000].map(duration)).toEqual(["20 ms", "3.2 s", "59 s", "4 min 10 s", "2 h 5 min", "2 d 7 h"]);
  });
  it("knows seconds, milliseconds and ISO texts", () => {
    expect(toDate(1_790_000_000)?.getTime()).toBe(1_790_000_000_000);
    expect(toDate("1795414040747")?.getTime()).toBe(1_795_414_040_747);
    expect(toDate("2026-11-23T06:07:19+00:00")?.toISOString()).toBe("2026-11-23T06:07:19.000Z");
    expect(toDate("no date")).toBeUndefined();
    expect(toDate(null)).toBeUndefined();
  });
  it("tells how long ago, and how soon", () => {
    const now = Date.UTC(2026, 0, 2);
    expect(relative(new Date(now - 2000), now)).toBe("now");
    expect(relative(new Date(now - 90_000), now)).toBe("2 min ago");
    expect(relative(new Date(now + 7200_000), now)).toBe("in 2 h");
    expect(absolute(new Date(now), true)).toContain("UTC");
  });
});

describe("documents", () => {
  const merged = { _id: "a", name: "n", x: { k: 1, list: [{ z: 1 }, { z: 2 }] } };
  it("walks dotted paths through lists", () => {
    expect(valuesAt(merged, "x.list.z")).toEqual([1, 2]);
    expect(valuesAt(merged, "x.none.z")).toEqual([]);
    expect(leafPaths(merged)).toEqual(["_id", "name", "x.k", "x.list.z"]);
  });
  it("finds which source gave a value, not only which has the field", () => {
    const found = origins(merged, { first: { _id: "a", name: "other", x: { k: 1 } }, second: { _id: "a", name: "n" } });
    expect(found).toEqual({ name: ["second"], "x.k": ["first"] });
  });
  it("tells what differs", () => {
    expect(changes({ a: 1, b: { c: 2 } }, { a: 1, b: { c: 3, d: 4 } })).toEqual([
      { path: "b.c", kind: "changed", old: 2, new: 3 },
      { path: "b.d", kind: "added", new: 4 },
    ]);
    expect(changes({ a: [1] }, { a: [1] })).toEqual([]);
  });
  it("chooses columns that most documents have", () => {
    const documents: Doc[] = [{ _id: "1", name: "a", x: { y: 1 } }, { _id: "2", name: "b" }];
    expect(columnsOf(documents, 2)).toEqual(["name", "x.y"]);
  });
  it("writes CSV that no spreadsheet takes for a formula", () => {
    expect(csvLine(["a", 'say "x", y', "=1+1", -5, null, [1]])).toBe(`a,"say ""x"", y",'=1+1,-5,,[1]`);
  });
});

describe("filters", () => {
  it("reads values as people mean them", () => {
    expect(["5", "-2.5", "true", "null", '"5"', "x 5", "1e3"].map(valueOf)).toEqual([5, -2.5, true, null, "5", "x 5", 1000]);
  });
  it("makes a MongoDB filter", () => {
    expect(filterOf([])).toBeUndefined();
    expect(filterOf([{ field: " n ", op: "gte", value: "3" }])).toEqual({ n: { $gte: 3 } });
    expect(filterOf([{ field: "a", op: "starts", value: "x.y" }, { field: "b", op: "there", value: "" }])).toEqual({ $and: [{ a: { $regex: "^x\\.y" } }, { b: { $exists: true } }] });
  });
  it("takes nothing but rules from an address", () => {
    expect(readRules("{")).toEqual([]);
    expect(readRules('[1, {"field": "a", "op": "is", "value": "1"}]')).toHaveLength(1);
  });
});

describe("sources", () => {
  const source = (download: object, upload: object): Source => ({ _id: "s", name: "s", download, upload: { sources: { s: upload } } }) as Source;
  it("have one word for their state", () => {
    expect(stateOf(source({ status: "success", release: "2" }, { status: "success", release: "2" }))).toBe("ready");
    expect(stateOf(source({ status: "success", release: "2" }, { status: "success", release: "1" }))).toBe("stale");
    expect(stateOf(source({ status: "downloading" }, { status: "failed" }))).toBe("running");
    expect(stateOf(source({ status: "success" }, { status: "failed", error: "no _id" }))).toBe("failed");
    expect(stateOf({ _id: "s", name: "s" })).toBe("new");
  });
  it("tell what is wrong with them", () => {
    expect(problemsOf({ _id: "s", name: "s", data_plugin: { error: "manifest.json: line 3" } })).toEqual(["plugin: manifest.json: line 3"]);
  });
  it("have logs below the folder of logs", () => {
    expect(logPath("/srv/hub/logs/dataload/dump_x.log")).toBe("dataload/dump_x.log");
    expect(logPath("/elsewhere/build/b1/build.log")).toBe("build/b1/build.log");
    expect(logPath(null)).toBeUndefined();
  });
  it("show states in tones that are told in words as well", () => {
    expect(["success", "FAILED", "indexing", "queued", "odd"].map(toneOf)).toEqual(["ok", "bad", "run", "warn", "idle"]);
  });
});

describe("the pipeline", () => {
  const pipe = pipeOf({
    sources: [
      { _id: "a", name: "a", count: 3, upload: { sources: { a: { count: 3 } } } },
      { _id: "b", name: "b", count: 4, upload: { sources: { b1: { count: 1 }, b2: { count: 3 } } } },
    ],
    manager: { build_configs: { c: { archived: false, build_config: { _id: "c", name: "c", doc_type: "t", sources: ["a", "b1", "b2"] } } }, builder_classes: {} },
    builds: [{ _id: "x", status: "success", count: 5, jobs: [], build_config: { _id: "c", name: "c", doc_type: "t" }, index: { x: {} } }],
    indices: [{ index_name: "x", doc_type: "t", build_version: "1", count: 5, creation_date: "1", environment: { name: "localhub", host: "embedded" } }],
    apis: [{ _id: "t", config: { es_host: "embedded", index: "c", doc_type: "t", port: "8000" }, status: "running" }],
    jobs: [],
  });
  it("goes from sources to APIs, with counts on the edges", () => {
    expect(pipe.nodes.map((n) => n.id)).toEqual(["source a", "source b", "config c", "build x", "index localhub x", "api t"]);
    expect(pipe.edges.map((e) => [e.from, e.to, e.count])).toEqual([
      ["source a", "config c", 3],
      ["source b", "config c", 4],
      ["config c", "build x", 5],
      ["build x", "index localhub x", 5],
      ["index localhub x", "api t", 5],
    ]);
  });
  it("knows what leads to a node and what it leads to", () => {
    expect([...related(pipe, "config c")]).toHaveLength(6);
    expect([...related(pipe, "source a")]).not.toContain("source b");
  });
});

describe("logs", () => {
  it("give each line its level, and a traceback that of its first line", () => {
    const lines = parseLog("1 - hub - INFO -- a\n2 - hub - ERROR -- b\n  File x\n", 7);
    expect(lines).toEqual([
      { n: 7, level: "INFO", text: "1 - hub - INFO -- a" },
      { n: 8, level: "ERROR", text: "2 - hub - ERROR -- b" },
      { n: 9, level: "ERROR", text: "  File x" },
    ]);
  });
});

describe("addresses of hubs", () => {
  it("are kept in one form", () => {
    expect(normalUrl(" 127.0.0.1:7080/ ")).toBe("http://127.0.0.1:7080");
    expect(normalUrl("HTTPS://Hub.example.org/api/")).toBe("https://hub.example.org/api");
  });
  it.each(["", "not an address", "http://", "javascript:alert(1)//x y"])("%j is none", (text) => {
    expect(() => normalUrl(text)).toThrow();
  });
});
