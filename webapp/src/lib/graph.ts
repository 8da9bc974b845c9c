/** The pipeline as nodes and edges, made of what the hub's lists say. */
import type { ApiEntry, Build, BuildManager, IndexEntry, Job, Source } from "@/api/types";
import { publishedOf } from "./releases";
import { problemsOf, stateOf, subsOf } from "./sources";
import { toneOf } from "./state";

export type NodeKind = "source" | "config" | "build" | "index" | "api" | "release";
export interface PipeNode {
  id: string;
  kind: NodeKind;
  name: string;
  state: string;
  text: string;
  count?: number | undefined;
  to: string;
  error?: string | undefined;
  job?: Job | undefined;
}
export interface PipeEdge {
  id: string;
  from: string;
  to: string;
  count?: number | undefined;
}
export interface Pipe {
  nodes: PipeNode[];
  edges: PipeEdge[];
}
export interface PipeInput {
  sources: Source[];
  manager: BuildManager | undefined;
  builds: Build[];
  indices: IndexEntry[];
  apis: ApiEntry[];
  jobs: Job[];
}
const part = encodeURIComponent;

export function pipeOf(input: PipeInput): Pipe {
  const nodes: PipeNode[] = [];
  const edges: PipeEdge[] = [];
  const running = input.jobs.filter((j) => j.state === "running" || j.state === "queued");
  const owner = new Map<string, string>();
  const counts = new Map<string, number | undefined>();
  for (const source of input.sources) {
    const subs = subsOf(source);
    for (const [sub, info] of subs) {
      owner.set(sub, source.name);
      counts.set(sub, info.count);
    }
    const job = running.find((j) => ["dump", "upload", "combine", "inspect"].includes(j.kind) && j.subject.split(".")[0] === source.name);
    nodes.push({ id: `source ${source.name}`, kind: "source", name: source.name, state: job ? "running" : stateOf(source), text: source.download?.release ?? "not downloaded", count: source.count, to: `/sources/${part(source.name)}`, error: problemsOf(source)[0], job });
  }
  for (const entry of Object.values(input.manager?.build_configs ?? {})) {
    const conf = entry.build_config;
    const id = `config ${conf.name}`;
    nodes.push({ id, kind: "config", name: conf.name, state: entry.error ? "broken" : entry.archived ? "archived" : "ready", text: conf.doc_type, to: `/configs/${part(conf.name)}`, error: entry.error });
    const byMain = new Map<string, number>();
    for (const sub of conf.sources ?? []) {
      const main = owner.get(sub);
      if (main) byMain.set(main, (byMain.get(main) ?? 0) + (counts.get(sub) ?? 0));
    }
    for (const [main, count] of byMain) edges.push({ id: `${main} > ${conf.name}`, from: `source ${main}`, to: id, count });
    const own = input.builds.filter((b) => b.build_config?.name === conf.name && !b.archived);
    // The newest build, and the one that is served when it is another.
    const served = own.find((b) => input.indices.some((i) => b.index && i.index_name in b.index));
    for (const build of own.filter((b, n) => n === 0 || b === served)) {
      const job = running.find((j) => j.subject === build._id && j.kind !== "index");
      nodes.push({ id: `build ${build._id}`, kind: "build", name: build._id, state: job ? "running" : build.status, text: build._meta?.build_version ?? "", count: build.count, to: `/builds/${part(build._id)}`, error: toneOf(build.status) === "bad" ? build.jobs.at(-1)?.err : undefined, job });
      edges.push({ id: `${conf.name} > ${build._id}`, from: id, to: `build ${build._id}`, count: build.count });
    }
  }
  const shown = new Set(nodes.map((n) => n.id));
  for (const index of input.indices) {
    const build = input.builds.find((b) => b.index && index.index_name in b.index);
    if (build && !shown.has(`build ${build._id}`)) continue;
    const id = `index ${index.environment.name} ${index.index_name}`;
    const job = running.find((j) => j.kind === "index" && j.subject === index.index_name);
    nodes.push({ id, kind: "index", name: index.index_name, state: job ? "running" : "ready", text: index.environment.name, count: index.count, to: `/documents/index/${part(index.index_name)}?env=${part(index.environment.name)}`, job });
    if (build) edges.push({ id: `${build._id} > ${id}`, from: `build ${build._id}`, to: id, count: index.count });
  }
  for (const build of input.builds) {
    if (!shown.has(`build ${build._id}`)) continue;
    const made = publishedOf(build);
    const job = running.find((j) => j.kind === "publish" && made.some((p) => p.version === j.subject));
    for (const release of made) {
      const id = `release ${release.to} ${release.version} ${build._id}`;
      nodes.push({ id, kind: "release", name: `version ${release.version}`, state: job ? "running" : "published", text: `${release.kind}, to ${release.to}`, to: `/builds/${part(build._id)}/releases`, job });
      edges.push({ id: `${build._id} > ${id}`, from: `build ${build._id}`, to: id });
    }
  }
  for (const api of input.apis) {
    const id = `api ${api._id}`;
    const exact = input.indices.find((i) => i.index_name === api.config.index && sameHost(i, api));
    const index = exact ?? input.indices.find((i) => i.doc_type === api.config.doc_type && sameHost(i, api));
    const bad = toneOf(api.status) === "bad";
    nodes.push({ id, kind: "api", name: api._id, state: bad ? "failed" : api.status === "running" ? "served" : "stopped", text: api.config.doc_type, to: `/playground?api=${part(api._id)}`, error: api.error ?? api.err });
    const target = index && `index ${index.environment.name} ${index.index_name}`;
    if (target && nodes.some((n) => n.id === target)) edges.push({ id: `${target} > ${api._id}`, from: target, to: id, count: index.count });
  }
  return { nodes, edges };
}

function sameHost(index: IndexEntry, api: ApiEntry): boolean {
  const host = api.config.es_host;
  return host === index.environment.host || host === index.environment.name;
}

/** What leads to a node and what it leads to. */
export function related(pipe: Pipe, id: string): Set<string> {
  const found = new Set([id]);
  const walk = (at: string, forward: boolean): void => {
    for (const edge of pipe.edges) {
      const [here, there] = forward ? [edge.from, edge.to] : [edge.to, edge.from];
      if (here === at && !found.has(there)) {
        found.add(there);
        walk(there, forward);
      }
    }
  };
  walk(id, true);
  walk(id, false);
  return found;
}
