// Chromium of the system, and what each test asks of a page.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { PATIENCE } from "./hub.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function launch() {
  const path = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  assert.ok(path, "no Chromium: install it (Debian: apt-get install chromium), or name it in CHROMIUM");
  return chromium.launch({ executablePath: path, args: FLAGS });
}

/** A page that notes errors of the console; `allowed` are patterns of those that a test provokes. */
export async function open(browser, options = {}) {
  const { width = 1440, height = 900, theme = "light", allowed = [] } = options;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.problems = [];
  page.allowed = allowed;
  const note = (text) => page.allowed.some((pattern) => pattern.test(text)) || page.problems.push(text);
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && note(`${message.type()}: ${message.text()} ${message.location().url}`));
  page.on("pageerror", (error) => note(`uncaught: ${error.stack}`));
  return page;
}

export async function settled(page) {
  await page.waitForFunction(() => document.querySelector("main h1") && !document.querySelector("main .skeleton, main [aria-busy=true]"));
  await page.evaluate(() => document.fonts.ready);
}

/** What axe finds wrong, one line a rule. */
export async function faults(page) {
  await page.evaluate(`window.axe || (() => { ${axe} })()`);
  const found = await page.evaluate(async () => {
    const result = await window.axe.run(document, { resultTypes: ["violations"] });
    return result.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`).join(" | ")}`);
  });
  return found;
}

export async function tooWide(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** Columns of tables whose heads do not stand above their cells. */
export async function crooked(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll(".dt")].flatMap((table) => {
      const [heads, cells] = [".dt-head .dt-row", ".dt-body .dt-row"].map((row) => [...(table.querySelector(row)?.children ?? [])].map((cell) => cell.getBoundingClientRect().left));
      return cells.some((left, n) => Math.abs(left - heads[n]) > 1) ? [table.getAttribute("aria-label")] : [];
    }),
  );
}

/** Run a test's steps; when one fails, say what stood on the page. */
export async function telling(page, steps) {
  try {
    await steps();
  } catch (error) {
    const text = await page.evaluate(() => `${location.href}\n${document.body.innerText}`).catch(() => "");
    error.message += `\nproblems: ${JSON.stringify(page.problems)}\npage: ${text.replace(/\n+/g, " | ").slice(0, 3000)}`;
    throw error;
  }
}
