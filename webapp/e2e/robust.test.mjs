// What goes wrong in real life: restarts, other versions, expired tokens, two people, hostile and huge documents, many rows.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, settled, telling } from "./browser.mjs";
import { HubProcess, PATIENCE } from "./hub.mjs";

const EVIL = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const PARSER = `
EVIL = ${JSON.stringify(EVIL)}


def load_data(data_folder):
    deep = {"end": EVIL}
    for _ in range(30):
        deep = {"deeper": deep}
    yield {"_id": "<b>evil</b>", "name": EVIL, "html": {"<i>key</i>": EVIL}, "deep": deep, "url": "javascript:alert(1)"}
    yield {"_id": "huge", "name": "huge", "text": "x" * 3_000_000, "rows": [{"n": n, "t": "y" * 60} for n in range(25_000)]}
    for n in range(40):
        yield {"_id": f"plain{n:02}", "name": f"plain {n}", "n": n}
`;
let hub;
let browser;
before(async () => {
  hub = await HubProcess.start({ config: 'HUB_NAME = "<b>Hub</b>"' });
  const folder = join(hub.folder, "odd");
  await mkdir(folder);
  await writeFile(join(folder, "parser.py"), PARSER);
  await writeFile(join(hub.folder, "odd.txt"), "data");
  const manifest = {
    version: "1.0",
    display_name: EVIL,
    __metadata__: { url: "javascript:alert(1)", license: EVIL, description: EVIL },
    dumper: { data_url: `file://${hub.folder}/odd.txt` },
    uploader: { parser: "parser:load_data" },
  };
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  await hub.job("POST", "/dataplugin/register_url", { url: folder });
  await hub.job("PUT", "/source/odd/dump");
  await hub.job("PUT", "/source/odd/upload");
  await hub.call("POST", "/buildconf", { name: "odds", doc_type: "odd", sources: ["odd"] });
  browser = await launch();
}, { timeout: PATIENCE });
after(async () => {
  await browser?.close();
  await hub?.stop();
});

function story(name, steps, options = {}) {
  test(name, { timeout: PATIENCE * 2 }, async () => {
    const page = await open(browser, options);
    await telling(page, () => steps(page));
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

story("HTML and script in every field are text", async (page) => {
  page.on("dialog", () => page.problems.push("a dialog was opened"));
  for (const path of ["/", "/sources", "/sources/odd", "/sources/odd/documents?doc=%3Cb%3Eevil%3C%2Fb%3E", "/pipeline", "/settings/about"]) {
    await page.goto(`${hub.studio}/#${path}`);
    await settled(page);
    assert.equal(await page.locator("main img, main script, main b, main a[href^='javascript']").count(), 0, path);
    assert.doesNotMatch(await page.title(), /owned/);
  }
  await page.goto(`${hub.studio}/#/sources/odd/documents?doc=%3Cb%3Eevil%3C%2Fb%3E`);
  await page.getByRole("region", { name: "Fields" }).getByText(EVIL).first().waitFor();
});

story("a document of five megabytes opens", async (page) => {
  await page.goto(`${hub.studio}/#/sources/odd/documents?doc=huge`);
  const fields = page.getByRole("region", { name: "Fields" });
  await fields.getByText("[ 25000 ]").waitFor();
  await fields.getByRole("button", { name: "rows, 25000 items" }).click();
  await fields.getByText("24,900 more").waitFor();
  assert.ok((await page.locator("main .jt").count()) < 2000);
  await fields.getByText("all 3,000,000 characters").waitFor();
});

story("documents are filtered, and the address says how", async (page) => {
  await page.goto(`${hub.studio}/#/sources/odd/documents`);
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByLabel("Field", { exact: true }).fill("n");
  await page.getByLabel("How").selectOption("gte");
  await page.getByLabel("Value").fill("38");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByText("1–2 of 2").waitFor();
  await page.reload();
  await page.getByText("1–2 of 2").waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /NDJSON/ }).click();
  assert.equal((await saved).suggestedFilename(), "odd.ndjson");
});

story("jobs appear while they run, in every tab", async (page) => {
  const other = await open(browser);
  await page.goto(`${hub.studio}/#/jobs?show=table`);
  await other.goto(`${hub.studio}/#/activity`);
  await page.getByText("Live", { exact: true }).waitFor();
  await other.getByText("Live", { exact: true }).waitFor();
  const before = await page.getByRole("row").count();
  await hub.job("PUT", "/inspect", { data_provider: ["src", "odd"], mode: ["type"], limit: 5 });
  await page.waitForFunction((n) => document.querySelectorAll("[role=row]").length > n, before);
  await other.getByText("odd inspected").first().waitFor();
  await other.context().close();
});

story("the palette goes anywhere and runs any command", async (page) => {
  await page.goto(hub.studio);
  await settled(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type("odds");
  await page.getByRole("option", { name: /odds/ }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "odds", level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type("source_info");
  await page.getByRole("option", { name: /source_info/ }).first().waitFor();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").first().fill("odd");
  await dialog.getByRole("button", { name: "Run" }).click();
  await dialog.getByRole("region", { name: "Result" }).getByText("data_plugin").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.getByRole("heading", { name: "Sources", level: 1 }).waitFor();
});

story("the terminal runs a command and shows what it prints", async (page) => {
  await page.goto(`${hub.studio}/#/terminal`);
  await page.locator(".xterm").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("stat");
  await page.keyboard.press("Tab");
  await page.keyboard.type(")");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".xterm")?.textContent?.includes("documents"));
});

story("an older hub: what it lacks is said, the rest works", async (page) => {
  await page.route("**/openapi.json", async (route) => {
    const answer = await (await route.fetch()).json();
    for (const path of Object.keys(answer.paths)) if (/^\/(documents?|document_history|system|builds\/compare)\b/.test(path)) delete answer.paths[path];
    await route.fulfill({ json: answer });
  });
  await page.goto(`${hub.studio}/#/sources/odd/documents`);
  await page.getByText("This hub can not do that").waitFor();
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("cell", { name: "42" }).first().waitFor();
});

story("a token that expires in the middle of a form: nothing typed is lost", async (page) => {
  let expired = true;
  await page.route("**/buildconf", (route) =>
    route.request().method() === "OPTIONS" || !expired ? route.continue() : route.fulfill({ status: 401, headers: { "Access-Control-Allow-Origin": "*" }, json: { status: "error", code: 401, error: "the token has expired" } }),
  );
  await page.goto(`${hub.studio}/#/configs/odds`);
  await page.getByLabel("Document type").fill("kept");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog", { name: "Sign in" }).waitFor();
  expired = false;
  await page.getByRole("dialog").getByRole("button", { name: "Not now" }).click();
  assert.equal(await page.getByLabel("Document type").inputValue(), "kept");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".toast", { hasText: "Configuration odds: done" }).first().waitFor();
}, { allowed: [/401 \(Unauthorized\)/] });

story("two people edit one configuration: the second is told", async (page) => {
  await page.goto(`${hub.studio}/#/configs/odds`);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByLabel("Document type").fill("mine");
  await hub.call("PUT", "/buildconf", { name: "odds", doc_type: "theirs", sources: ["odd"] });
  await page.getByText("Somebody else has saved this configuration").waitFor();
  assert.equal(await page.getByLabel("Document type").inputValue(), "mine");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Keep it as it is" }).click();
  assert.equal((await hub.call("GET", "/build_manager")).build_configs.odds.build_config.doc_type, "theirs");
});

story("ten thousand sources scroll", async (page) => {
  const one = { count: 5, download: { status: "success", release: "1" }, upload: { sources: {} } };
  const many = Array.from({ length: 10_000 }, (_, n) => ({ ...one, _id: `s${n}`, name: `s${String(n).padStart(5, "0")}` }));
  await page.addInitScript(() => localStorage.setItem("studio.prefs", JSON.stringify({ sourcesView: "table" })));
  await page.route("**/sources", (route) => route.fulfill({ headers: { "Access-Control-Allow-Origin": "*" }, json: { status: "ok", result: many } }));
  await page.goto(`${hub.studio}/#/sources`);
  await page.getByRole("link", { name: "s00000" }).waitFor();
  assert.ok((await page.getByRole("row").count()) < 80);
  await page.getByRole("table").evaluate((table) => (table.scrollTop = table.scrollHeight));
  await page.getByRole("link", { name: "s09999" }).waitFor();
  await page.getByLabel("Search sources").fill("s01234");
  await page.waitForFunction(() => document.querySelectorAll("[role=row]").length === 2);
});

story("a hub that is not there is told, and the list stays usable", async (page) => {
  await page.goto(`${hub.studio}/#/hubs`);
  await page.getByText("answers").waitFor();
  await page.getByLabel("Address of a hub").fill("not an address");
  await page.getByRole("button", { name: "Add a hub" }).click();
  await page.getByText("That is no address").waitFor();
  await page.getByLabel("Address of a hub").fill("127.0.0.1:9");
  await page.getByRole("button", { name: "Add a hub" }).click();
  await page.getByText("HUB_CORS_ORIGINS").waitFor();
  await page.getByRole("button", { name: "Forget 127.0.0.1:9" }).click();
  await page.getByRole("button", { name: "Forget it" }).click();
  await page.getByText("127.0.0.1:9").waitFor({ state: "detached" });
}, { allowed: [/ERR_UNSAFE_PORT|ERR_CONNECTION_REFUSED/] });

// The last, since the hub is another one afterwards.
story("a hub that restarts: the page says so, and comes back by itself", async (page) => {
  await page.goto(`${hub.studio}/#/sources`);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("link", { name: "odd", exact: true }).waitFor();
  await hub.kill();
  await page.getByText("The connection to the hub is lost").waitFor();
  await page.getByRole("link", { name: "odd", exact: true }).waitFor();
  await hub.run(hub.ports);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByText("The connection to the hub is lost").waitFor({ state: "detached" });
  await hub.job("PUT", "/source/odd/dump", { force: true });
  await page.getByRole("button", { name: /Notifications, [1-9]/ }).waitFor();
}, { allowed: [/WebSocket connection|ERR_CONNECTION|ERR_EMPTY_RESPONSE|Failed to load resource/] });
