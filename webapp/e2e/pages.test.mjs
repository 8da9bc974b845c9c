// Every page, in both widths and both colours: no errors, nothing too wide, clean by axe. SHOTS=folder keeps pictures.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { crooked, faults, launch, open, settled, tooWide } from "./browser.mjs";
import { HubProcess, PATIENCE } from "./hub.mjs";

let hub;
let browser;
let build;
before(async () => {
  hub = await HubProcess.start({ examples: true });
  await hub.ready;
  await hub.job("PUT", "/inspect", { data_provider: ["src", "obofoundry"], mode: ["type", "stats", "mapping"] });
  await hub.job("PUT", "/build/prefixes/new", { sources: ["bioregistry", "obofoundry"], force: true });
  build = (await hub.call("GET", "/builds"))[0]._id;
  browser = await launch();
}, { timeout: PATIENCE });
after(async () => {
  await browser?.close();
  await hub?.stop();
});

const pages = () => [
  "/", "/pipeline", "/pipeline?view=list", "/sources", "/sources?new=1", "/sources/resolvers", "/sources/obofoundry/documents?doc=chebi", "/sources/obofoundry/schema",
  "/sources/bioregistry/releases", "/sources/bioregistry/quality", "/sources/bioregistry/plugin", "/sources/bioregistry/runs", "/sources/bioregistry/logs",
  "/builds", `/builds/${build}`, `/builds/${build}/mapping`, `/builds/${build}/releases`, "/builds/compare", "/configs/prefixes",
  `/documents/build/${build}?doc=chebi`, "/indices", "/indices?tab=apis", "/playground?facets=obofoundry.status", "/releases", "/releases/sources", "/releases/install",
  "/jobs", "/jobs?view=commands", "/jobs/commands/1", "/schedules", "/workers", "/logs", "/activity", "/terminal", "/settings", "/settings/accounts", "/settings/studio", "/settings/about",
  "/hubs", "/nowhere", "/sources/nobody",
];

for (const [width, theme] of [[1440, "light"], [1440, "dark"], [400, "light"], [400, "dark"]])
  test(`all pages at ${width} pixels, ${theme}`, { timeout: PATIENCE * 2 }, async (t) => {
    const page = await open(browser, { width, theme, allowed: [/404 \(Not Found\)/] });
    const bad = [];
    for (const path of pages()) {
      await page.goto(`${hub.studio}/#${path}`);
      await settled(page);
      await page.waitForLoadState("networkidle");
      await settled(page); // what was loaded lazily may load data in its turn
      const wide = await tooWide(page);
      if (wide > 0) bad.push(`${path}: ${wide} px too wide`);
      for (const table of await crooked(page)) bad.push(`${path}: the heads of ${table} stand beside their columns`);
      // Colours and sizes differ with width and theme, structure does not: the last round only takes pictures.
      if (!(width === 400 && theme === "dark")) for (const fault of await faults(page)) bad.push(`${path}: ${fault}`);
      for (const problem of page.problems.splice(0)) bad.push(`${path}: ${problem}`);
      if (process.env.SHOTS) {
        await mkdir(process.env.SHOTS, { recursive: true });
        const name = path.replaceAll(build, "build").replace(/^\//, "").replace(/[^\w]+/g, "_").replace(/_$/, "") || "home";
        await page.screenshot({ path: join(process.env.SHOTS, `${name}-${width}-${theme}.png`) });
      }
    }
    t.diagnostic(`${pages().length} pages`);
    assert.deepEqual(bad, []);
    await page.context().close();
  });

test("an address asks for the dialog of a page that is open already", async () => {
  const page = await open(browser);
  await page.goto(`${hub.studio}/#/sources`);
  await settled(page);
  await page.goto(`${hub.studio}/#/sources?new=1`);
  await page.getByLabel("Address or folder").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => !url.hash.includes("new"));
  await page.context().close();
});

test("what is loaded first is small", async () => {
  const page = await open(browser);
  let size = 0;
  const all = [];
  page.on("response", (response) => all.push(response.request().sizes().then((s) => response.url().startsWith(hub.studio) && (size += s.responseBodySize))));
  await page.goto(`${hub.studio}/`);
  await settled(page);
  await page.waitForLoadState("networkidle");
  await Promise.all(all);
  assert.ok(size > 50_000, `${size} bytes can not be all`);
  assert.ok(size < 300_000, `${size} bytes at the first visit`);
  await page.context().close();
});
