// A real hub in a process of its own, with its studio, for the tests in this folder.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Patience of everything that waits for an event: machines of tests are slow. */
export const PATIENCE = Number(process.env.STUDIO_PATIENCE ?? 240_000);

function python() {
  if (process.env.PYTHON) return process.env.PYTHON;
  const own = join(ROOT, ".venv", "bin", "python");
  return existsSync(own) ? own : "python3";
}

export class HubProcess {
  /** `folder` holds config.py; null makes one without plugins and without builds. */
  static async start(options = {}) {
    const made = new HubProcess();
    made.folder = await mkdtemp(join(tmpdir(), "studio-e2e-"));
    made.home = join(made.folder, "home");
    if (!options.examples) {
      await mkdir(join(made.folder, "plugins"));
      const examples = join(ROOT, "examples", "data");
      const config = `from config_hub import *

DATA_URL_REWRITES = {
    "https://raw.githubusercontent.com/": ${JSON.stringify(`file://${examples}/raw.githubusercontent.com/`)},
    "https://github.com/": ${JSON.stringify(`file://${examples}/github.com/`)},
}
BUILDS = {}
CONFIG_READONLY = False
${options.config ?? ""}
`;
      await writeFile(join(made.folder, "config.py"), config);
    }
    made.cwd = options.examples ? ROOT : made.folder;
    await made.run();
    return made;
  }

  async run(ports = ["0", "0", "0"]) {
    const [api, studio, query] = ports;
    const flags = ["--home", this.home, "--api-port", api, "--studio-port", studio, "--query-port", query, "--readonly-port", "0", "--ssh-port", "0"];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HUB_")));
    this.errors = "";
    this.process = spawn(python(), ["-m", "hub", "serve", "--json", ...flags], {
      cwd: this.cwd,
      env: { ...env, PYTHONPATH: ROOT, HUB_MAX_WORKERS: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stderr.on("data", (chunk) => (this.errors = (this.errors + chunk).slice(-4000)));
    this.ended = new Promise((resolve) => this.process.on("exit", resolve));
    const lines = createInterface({ input: this.process.stdout });
    this.ready = new Promise((resolve) => {
      this.listening = new Promise((heard, failed) => {
        lines.on("line", (line) => {
          let event;
          try {
            event = JSON.parse(line);
          } catch {
            return;
          }
          if (event.event === "listening") heard(event.addresses);
          if (event.event === "ready") resolve(event);
        });
        this.ended.then((code) => failed(new Error(`the hub ended with ${code}: ${this.errors}`)));
      });
    });
    const addresses = await this.listening;
    this.api = addresses["REST API"];
    this.studio = addresses.studio;
    this.query = addresses["data API"];
    this.ports = [this.api, this.studio, this.query].map((url) => new URL(url).port);
  }

  async kill() {
    this.process.kill("SIGTERM");
    await this.ended;
  }

  async stop() {
    if (this.process.exitCode === null) await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async call(method, path, body) {
    const response = await fetch(this.api + path, { method, ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${answer.error}`);
    return answer.result;
  }

  /** Run a long command to its end; its first result. */
  async job(method, path, body = {}) {
    const { id } = await this.call(method, path, body);
    for (;;) {
      const record = await this.call("GET", `/command/${id}`);
      if (record.is_done) {
        if (record.failed) throw new Error(`${method} ${path}: ${record.results}`);
        return record.results[0];
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
