// Pictures of pages of a running hub's studio: node scripts/shots.mjs http://127.0.0.1:8080 OUT [page ...]
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";

const [base, out, ...pages] = process.argv.slice(2);
const widths = (process.env.WIDTHS ?? "1440,400").split(",").map(Number);
const themes = (process.env.THEMES ?? "light,dark").split(",");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
await mkdir(out, { recursive: true });
for (const width of widths)
  for (const theme of themes) {
    const context = await browser.newContext({ viewport: { width, height: width > 800 ? 900 : 860 }, colorScheme: theme });
    const page = await context.newPage();
    page.on("console", (m) => ["error", "warning"].includes(m.type()) && console.log(`${m.type()}: ${m.text()}`));
    page.on("pageerror", (e) => console.log("ERROR", e.message));
    for (const path of pages) {
      await page.goto(`${base}/#${path}`);
      await page.waitForLoadState("networkidle").catch(() => {});
      await page.waitForTimeout(Number(process.env.WAIT ?? 900));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) console.log(`${path} at ${width}: ${wide} px too wide`);
      const name = path.replace(/^\//, "").replace(/[^\w]+/g, "_") || "home";
      await page.screenshot({ path: `${out}/${name}-${width}-${theme}.png` });
    }
    await context.close();
  }
await browser.close();
