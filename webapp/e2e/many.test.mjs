// Ten thousand sources, builds and lines of a log: only what is in view is drawn, and scrolling leaves no gaps.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, settled, telling, tooWide } from "./browser.mjs";
import { HubProcess, PATIENCE } from "./hub.mjs";

const MANY = 10_000;
const CORS = { "Access-Control-Allow-Origin": "*" };
const number = (n) => String(n).padStart(5, "0");
const sources = Array.from({ length: MANY }, (_, n) => ({
  _id: `s${number(n)}`,
  name: `s${number(n)}`,
  count: n * 7,
  download: { status: n % 97 ? "success" : "failed", error: "HTTP 404 for https://data.example.org/a/rather/long/address/of/a/file.tsv.gz", release: `2026-${n % 12}`, started_at: new Date(1.79e12 - n * 6e5).toISOString(), dumper: { name: "d", schedule: { cron: "15 5 * * *" } } },
  upload: { sources: { [`s${number(n)}`]: { status: "success", count: n * 7, release: `2026-${n % 12}` } } },
  data_plugin: { plugin: { display_name: `Source number ${n}`, url: `https://git.example.org/plugins/s${n}` } },
}));
const builds = Array.from({ length: MANY }, (_, n) => ({
  _id: `b${number(n)}`,
  status: n % 53 ? "success" : "failed",
  count: n * 13,
  started_at: new Date(1.79e12 - n * 6e5).toISOString(),
  build_config: { name: `conf${n % 20}`, doc_type: "d" },
  jobs: [],
  _meta: { build_version: `v${n}` },
}));
const log = Array.from({ length: MANY }, (_, n) => `09:15:${String(n % 60).padStart(2, "0")} [1:MainThread] - hub.job - ${n % 50 ? "INFO" : "ERROR"} -- line ${number(n)} ${"of some length ".repeat(n % 9)}`).join("\n");

let hub;
let browser;
before(async () => {
  hub = await HubProcess.start();
  browser = await launch();
}, { timeout: PATIENCE });
after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** Scroll down in steps, one a frame, and up again in longer ones; what was seen of gaps, and what the scripts took. */
async function scroll(page, scroller, item) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const metric = async () => Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map((m) => [m.name, m.value]));
  const first = await metric();
  const seen = await page.evaluate(
    async ([scrollerName, itemName]) => {
      const box = scrollerName ? document.querySelector(scrollerName) : document.scrollingElement;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const view = () => {
        const rect = box.getBoundingClientRect();
        return scrollerName ? [Math.max(rect.top, 0), Math.min(rect.bottom, innerHeight)] : [70, innerHeight];
      };
      const found = { frames: 0, gaps: [], most: 0 };
      const look = () => {
        const [top, bottom] = view();
        const drawn = [...box.querySelectorAll(itemName)].map((e) => e.getBoundingClientRect());
        found.frames += 1;
        found.most = Math.max(found.most, drawn.length);
        const covered = drawn.some((r) => r.top <= top + 60) && drawn.some((r) => r.bottom >= bottom - 60);
        const end = box.scrollTop + box.clientHeight >= box.scrollHeight - 120 || box.scrollTop < 400;
        if (!covered && !end) found.gaps.push(Math.round(box.scrollTop));
      };
      for (let n = 0; n < 120; n++) {
        box.scrollTop += 160;
        await frame();
        look();
      }
      for (const share of [0.5, 0.9, 0.2, 0.99, 0.01, 0.7]) {
        box.scrollTop = box.scrollHeight * share;
        await frame();
        await frame();
        look();
        for (let n = 0; n < 20; n++) {
          box.scrollTop -= 300;
          await frame();
          look();
        }
      }
      return found;
    },
    [scroller, item],
  );
  const last = await metric();
  const each = (name) => (((last[name] - first[name]) * 1000) / seen.frames).toFixed(1);
  return { ...seen, told: `${seen.frames} frames, at most ${seen.most} drawn, each frame ${each("ScriptDuration")} ms of scripts, ${each("LayoutDuration")} ms of layout` };
}

function story(name, options, steps) {
  test(name, { timeout: PATIENCE * 2 }, async (t) => {
    const page = await open(browser, options);
    const answer = (path, result) => page.route((url) => url.pathname === path && url.port === new URL(hub.api).port, (route) => route.fulfill({ headers: CORS, json: { status: "ok", result } }));
    await answer("/sources", sources);
    await answer("/builds", builds);
    await page.route("**/log/hub.log*", (route) => route.fulfill({ headers: { ...CORS, "Content-Type": "text/plain" }, body: log }));
    if (options.view) await page.addInitScript((view) => localStorage.setItem("studio.prefs", JSON.stringify({ sourcesView: view })), options.view);
    await telling(page, () => steps(page, t));
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}
function well(t, found, most) {
  t.diagnostic(found.told);
  assert.deepEqual(found.gaps, []);
  assert.ok(found.most < most, `${found.most} drawn`);
}

for (const width of [1280, 400])
  story(`ten thousand sources as cards, ${width} pixels`, { width, view: "grid" }, async (page, t) => {
    await page.goto(`${hub.studio}/#/sources`);
    await page.getByRole("link", { name: "s00000" }).waitFor();
    well(t, await scroll(page, null, ".cards > li"), 80);
    assert.ok((await tooWide(page)) <= 0);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.getByRole("link", { name: "s09999" }).waitFor();
    // Whoever opens one and comes back has not lost the place in the list; the order stands in the address.
    await page.evaluate(() => scrollTo(0, 0));
    await page.getByLabel("Order").selectOption("-count");
    await page.getByRole("link", { name: "s09999" }).waitFor();
    await page.getByLabel("Search sources").fill("s01234");
    await page.waitForFunction(() => document.querySelectorAll(".cards > li").length === 1);
  });

story("ten thousand sources as a table", { width: 1280, view: "table" }, async (page, t) => {
  await page.goto(`${hub.studio}/#/sources`);
  await page.getByRole("link", { name: "s00000" }).waitFor();
  well(t, await scroll(page, ".dt", ".dt-body .dt-row"), 80);
});

story("ten thousand builds", { width: 1280 }, async (page, t) => {
  await page.goto(`${hub.studio}/#/builds`);
  await page.getByRole("link", { name: "b00000" }).waitFor();
  well(t, await scroll(page, ".dt", ".dt-body .dt-row"), 80);
});

for (const width of [1280, 400])
  story(`ten thousand lines of a log, ${width} pixels`, { width }, async (page, t) => {
    await page.goto(`${hub.studio}/#/logs?file=hub.log`);
    await page.getByText(`10,000 of 10,000 lines`).waitFor();
    await page.getByText("line 09999").waitFor(); // it follows the end, however high the lines are
    await page.locator(".lines").evaluate((box) => (box.scrollTop = 0));
    await page.getByText("line 00000").waitFor();
    well(t, await scroll(page, ".lines", ".line"), 140);
    await page.getByLabel("Least level").selectOption("ERROR");
    await page.getByText("200 of 10,000 lines").waitFor();
  });

story("the first page and the graph of a hub with ten thousand sources", { width: 1280 }, async (page) => {
  for (const path of ["/", "/pipeline", "/releases"]) {
    await page.goto(`${hub.studio}/#${path}`);
    await settled(page);
    assert.ok((await page.locator("main *:not(option)").count()) < 15_000, path);
  }
});
