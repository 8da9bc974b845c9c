// The tour of docs/studio-tour.md, by mouse: from an empty hub to a published API. TOUR=folder keeps its pictures.
import assert from "node:assert/strict";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, settled, telling } from "./browser.mjs";
import { HubProcess, PATIENCE, ROOT } from "./hub.mjs";

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

test("from an empty hub to a published API", { timeout: PATIENCE * 3 }, async () => {
  const page = await open(browser, { width: 1280, height: 760 });
  const picture = async (name) => {
    if (!process.env.TOUR) return;
    await mkdir(process.env.TOUR, { recursive: true });
    await page.waitForFunction(() => !document.querySelector(".toast"));
    await page.screenshot({ path: join(process.env.TOUR, `${name}.jpg`), type: "jpeg", quality: 74 });
  };
  const done = (text) => page.locator(".toast", { hasText: text }).first().waitFor();

  await telling(page, async () => {
    await page.goto(hub.studio);
    await page.getByRole("heading", { name: "Home" }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("Begin here").waitFor();

    // A plugin in a folder of this machine.
    const plugin = join(hub.folder, "obofoundry");
    await cp(join(ROOT, "plugins", "obofoundry"), plugin, { recursive: true });
    await page.getByRole("link", { name: "Add a source" }).click();
    await page.getByLabel("Address or folder").fill(plugin);
    await picture("1-add-source");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("heading", { name: "obofoundry", level: 1 }).waitFor();

    // Its data.
    await page.getByRole("button", { name: "Download", exact: true }).click();
    await done("Download of obofoundry: done");
    await page.getByRole("button", { name: "Upload", exact: true }).first().click();
    await done("Upload of obofoundry: done");
    await page.getByRole("cell", { name: "266" }).first().waitFor();
    await picture("2-source");
    await page.getByRole("link", { name: "Documents", exact: true }).last().click();
    await page.getByRole("button", { name: "ado", exact: true }).click();
    await page.getByText("Alzheimer's Disease Ontology").last().waitFor();

    // What is in them, and how they are searched.
    await page.getByRole("button", { name: "Inspect", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Inspect" }).click();
    await done("Inspection of obofoundry: done");
    await page.getByRole("link", { name: "Schema" }).click();
    await page.getByText("obofoundry.status").first().waitFor();
    await page.getByRole("button", { name: "Validate" }).click();
    await page.getByText("localhub takes this mapping.").waitFor();
    await page.getByRole("button", { name: "Take the inspected one" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await done("Mapping of obofoundry: done");

    // A build of it.
    await page.getByRole("link", { name: "Builds", exact: true }).click();
    await page.getByRole("button", { name: "New configuration" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: "Name" }).fill("ontologies");
    await form.getByRole("checkbox", { name: /^obofoundry/ }).check();
    await form.getByLabel("Document type").fill("ontology");
    await form.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "ontologies", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Build", exact: true }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("ontologies_first");
    await page.getByRole("dialog").getByRole("button", { name: "Build" }).click();
    await done("Build of ontologies: done");
    await page.getByRole("link", { name: "ontologies_first" }).click();
    await page.getByRole("heading", { name: "ontologies_first", level: 1 }).waitFor();
    await settled(page);
    await picture("3-build");

    // An index, and an API on it.
    await page.getByRole("button", { name: "Index", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Index", exact: true }).click();
    await done("Index of ontologies_first: done");
    await page.getByRole("link", { name: "Indices and APIs" }).click();
    await page.getByRole("button", { name: "New API" }).click();
    const api = page.getByRole("dialog");
    await api.getByLabel("Index").selectOption("ontologies_first");
    await api.getByRole("textbox", { name: "Name" }).fill("ontologies");
    await api.getByLabel("Port").fill("0");
    await api.getByRole("button", { name: "Create and start" }).click();
    await page.getByRole("link", { name: /^APIs/ }).click();
    await page.getByRole("article").filter({ hasText: "ontologies" }).getByRole("link", { name: "Try queries" }).click();

    // It answers.
    await page.getByText("266 found").waitFor();
    await page.getByLabel("Facets").fill("obofoundry.status");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("button", { name: /^active/ }).click();
    await page.getByText("190 found").waitFor();
    await page.locator(".toast").first().waitFor({ state: "detached" });
    await picture("4-playground");

    // And the whole of it.
    await page.getByRole("link", { name: "Pipeline" }).click();
    await page.locator(".vue-flow__node").nth(4).waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    assert.equal(await page.locator(".vue-flow__node").count(), 5);
    await page.locator(".vue-flow__node").first().click();
    await page.getByRole("complementary", { name: "Chosen" }).getByText("Leads to").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await page.locator(".toast").first().waitFor({ state: "detached" });
    await picture("5-pipeline");
    assert.deepEqual(page.problems, []);
  });
});
