/** Calls of one hub's REST API: the envelope, errors as `HubError`, paths and bodies checked against the description. */

import type { paths } from "./schema";

export type Method = "GET" | "PUT" | "POST" | "DELETE";
type Lower<M extends Method> = Lowercase<M>;
/** Paths that have an operation of this method. */
export type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<Lower<M>, { responses: unknown }> ? P : never;
}[keyof paths];

export type ErrorKind = "unreachable" | "login" | "forbidden" | "missing" | "conflict" | "refused" | "server" | "aborted";

export class HubError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly kind: ErrorKind,
    readonly type = "",
  ) {
    super(message);
    this.name = "HubError";
  }
}

export interface CallOptions {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: Record<string, unknown>;
  signal?: AbortSignal;
  timeout?: number;
}

const TIMEOUT = 30_000;

function kindOf(status: number): ErrorKind {
  if (status === 401) return "login";
  if (status === 403) return "forbidden";
  if (status === 404) return "missing";
  if (status === 409 || status === 412) return "conflict";
  return status >= 500 ? "server" : "refused";
}

function fill(path: string, values: Record<string, string | number> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name] ?? "")));
}

function search(query: Record<string, unknown> = {}): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    found.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  const text = found.toString();
  return text && `?${text}`;
}

export class HubClient {
  readonly base: string;

  constructor(
    base: string,
    private readonly token: () => string | undefined = () => undefined,
    private readonly onLogin: () => void = () => undefined,
  ) {
    this.base = base.replace(/\/+$/, "");
  }

  /** A call whose path this studio knows; the answer's shape is the caller's word. */
  get<T>(path: PathsOf<"GET">, options: CallOptions = {}): Promise<T> {
    return this.call<T>("GET", path, options);
  }
  put<T>(path: PathsOf<"PUT">, options: CallOptions = {}): Promise<T> {
    return this.call<T>("PUT", path, options);
  }
  post<T>(path: PathsOf<"POST">, options: CallOptions = {}): Promise<T> {
    return this.call<T>("POST", path, options);
  }
  delete<T>(path: PathsOf<"DELETE">, options: CallOptions = {}): Promise<T> {
    return this.call<T>("DELETE", path, options);
  }

  /** Any call: commands that only this hub has. */
  async call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
    const response = await this.fetch(method, fill(path, options.path) + search(options.query), options);
    const text = await response.text();
    let answer: { result?: T; error?: string; type?: string } | undefined;
    try {
      answer = text ? (JSON.parse(text) as typeof answer) : {};
    } catch {
      answer = undefined;
    }
    if (!response.ok) {
      const kind = kindOf(response.status);
      if (kind === "login") this.onLogin();
      throw new HubError(answer?.error ?? `HTTP ${response.status}`, response.status, kind, answer?.type);
    }
    if (answer === undefined) throw new HubError("the answer is no JSON: is this a hub?", response.status, "server");
    return answer && typeof answer === "object" && "result" in answer ? (answer.result as T) : (answer as T);
  }

  /** A file as text: logs. */
  async text(path: string, signal?: AbortSignal): Promise<string> {
    const response = await this.fetch("GET", path, signal ? { signal } : {});
    const text = await response.text();
    if (response.ok) return text;
    let message = text.slice(0, 300);
    try {
      message = (JSON.parse(text) as { error?: string }).error ?? message;
    } catch {
      /* an error of something between us and the hub */
    }
    throw new HubError(message || `HTTP ${response.status}`, response.status, kindOf(response.status));
  }

  /** Send one file to be read by a source. */
  async upload(source: string, file: File): Promise<unknown> {
    const form = new FormData();
    form.append("file", file);
    const response = await this.fetch("POST", `/dataupload/${encodeURIComponent(source)}`, { timeout: 3_600_000 }, form);
    const answer = (await response.json()) as { error?: string; result?: unknown };
    if (!response.ok) throw new HubError(answer.error ?? "", response.status, kindOf(response.status));
    return answer.result;
  }

  private async fetch(method: Method, path: string, options: CallOptions, form?: FormData): Promise<Response> {
    const headers: Record<string, string> = {};
    const token = this.token();
    if (token) headers.Authorization = `Bearer ${token}`;
    const init: RequestInit = { method, headers, cache: "no-store" };
    if (form) init.body = form;
    else if (options.body) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(options.body);
    }
    const limit = AbortSignal.timeout(options.timeout ?? TIMEOUT);
    init.signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    try {
      return await fetch(this.base + path, init);
    } catch (error) {
      if (options.signal?.aborted) throw new HubError("no longer wanted", 0, "aborted");
      const late = error instanceof DOMException && error.name === "TimeoutError";
      throw new HubError(
        late ? `no answer from ${this.base} in time` : `${this.base} can not be reached`,
        0,
        "unreachable",
      );
    }
  }
}
