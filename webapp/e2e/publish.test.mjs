// Snapshot, note, diff, publishing and installing by the dialogs, against a hub that follows what it publishes itself.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { faults, launch, open, settled, telling } from "./browser.mjs";
import { HubProcess, PATIENCE, ROOT } from "./hub.mjs";

const CONFIG = `
from pathlib import Path
_HERE = Path(__file__).parent
VERSION_URLS = [{"name": "onto", "url": f"file://{_HERE}/home/published/onto/versions.json"}]
RELEASE_CONFIG = {"env": {"web": {"release": {"folder": "onto"}, "diff": {"folder": "onto-diffs"}}}}
STANDALONE_CONFIG = {"onto": {"env": "localhub", "index": "onto_current"}}
`;
let hub;
let browser;
before(async () => {
  hub = await HubProcess.start({ config: CONFIG });
  await hub.job("POST", "/dataplugin/register_url", { url: join(ROOT, "plugins", "obofoundry") });
  await hub.job("PUT", "/source/obofoundry/dump");
  await hub.job("PUT", "/source/obofoundry/upload");
  const ids = (await hub.call("GET", "/documents/source/obofoundry?limit=100")).documents.map((d) => d._id);
  const conf = (version) => ({ name: "onto", doc_type: "onto", sources: ["obofoundry"], params: { build_version: version } });
  await hub.call("POST", "/buildconf", conf("1"));
  await hub.job("PUT", "/build/onto/new", { target_name: "onto_one", ids: ids.slice(0, 80), force: true });
  await hub.call("PUT", "/buildconf", conf("2"));
  await hub.job("PUT", "/build/onto/new", { target_name: "onto_two", ids: ids.slice(5), force: true });
  await hub.job("PUT", "/index", { indexer_env: "localhub", build_name: "onto_one" });
  browser = await launch();
}, { timeout: PATIENCE });
after(async () => {
  await browser?.close();
  await hub?.stop();
});

test("from builds to a release that another hub installs", { timeout: PATIENCE * 3 }, async () => {
  const page = await open(browser, { width: 1280, height: 900, allowed: [/409 \(Conflict\)/] });
  const dialog = page.getByRole("dialog");
  const press = (name) => dialog.getByRole("button", { name, exact: true }).last().click();
  const well = (text) => dialog.locator(".note.ok", { hasText: text }).waitFor();
  await telling(page, async () => {
    // A build in no index: the dialog says what is missing, and leads there.
    await page.goto(`${hub.studio}/#/builds/onto_two/releases`);
    await settled(page);
    await page.getByRole("button", { name: "Snapshot", exact: true }).click();
    await dialog.getByText("No index of this build is in localhub").waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Take it" }).isDisabled());
    await press("Index this build first");
    await press("Index");
    await page.locator(".toast", { hasText: "Index of onto_two: done" }).waitFor();

    // The first release: a snapshot with a name that is refused beside its field, a note, and out it goes.
    await page.goto(`${hub.studio}/#/builds/onto_one/releases`);
    await page.getByRole("heading", { name: "onto_one" }).waitFor();
    await page.getByRole("button", { name: "Snapshot", exact: true }).click();
    await dialog.getByLabel("Name").fill("../etc");
    await dialog.locator(".field", { hasText: "Name" }).getByRole("alert").waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Take it" }).isDisabled());
    await dialog.getByLabel("Name").fill("one");
    await dialog.getByText("(80 documents) is stored as one in localhub").waitFor();
    assert.deepEqual(await faults(page), []);
    await press("Take it");
    await well("one is kept in localhub: 80 documents.");
    await press("Go on to publish");
    await dialog.getByText("a full release needs one").waitFor();
    await press("Write the note first");
    await dialog.getByLabel("What is new since").selectOption("none");
    await dialog.getByLabel("In your words").fill("The very first.");
    await press("Write it");
    await well("The note is written.");
    await dialog.getByText("The very first.").last().waitFor();
    await press("Go on to publish");
    await dialog.getByLabel("To", { exact: true }).selectOption("web");
    await dialog.getByText(/Version 1 goes to .*onto: the 80 documents of the snapshot one, and the note of a first release/).waitFor();
    assert.deepEqual(await faults(page), []);
    await press("Publish");
    await well("Version 1 is published in web.");
    await press("Close");
    await page.getByText("to web, of one").waitFor();

    // The second is a diff to it.
    await page.goto(`${hub.studio}/#/builds/onto_two/releases`);
    await page.getByRole("heading", { name: "onto_two" }).waitFor();
    await page.getByRole("button", { name: "Diff", exact: true }).click();
    await dialog.getByText("95 documents of onto_two are compared with 80 documents of onto_one").waitFor();
    await press("Make it");
    await well("20 documents added, 0 changed, 5 removed.");
    await press("Go on to publish");
    await dialog.getByLabel("To", { exact: true }).selectOption("web");
    await dialog.getByText("as a step from version 1: 20 added, 0 changed, 5 removed").waitFor();
    await press("Publish");
    await well("Version 2 is published in web.");
    await press("Close");
    const versions = JSON.parse(await readFile(join(hub.home, "published", "onto", "versions.json"), "utf8"));
    assert.deepEqual(versions.versions.map((v) => [v.type, v.target_version]), [["full", "1"], ["incremental", "2"]]);

    // Going back is refused, in the dialog, which keeps what was chosen and offers what helps.
    await page.goto(`${hub.studio}/#/releases`);
    await settled(page);
    await page.getByText("incremental, to web, of onto_two").waitFor();
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await dialog.getByLabel("To", { exact: true }).selectOption("web");
    await press("Publish");
    await dialog.getByRole("alert").getByText("older than").waitFor();
    await dialog.getByRole("checkbox", { name: "Publish it in spite of that" }).waitFor();
    assert.equal(await dialog.getByLabel("To", { exact: true }).inputValue(), "web");
    await press("Cancel");
    await page.getByRole("link", { name: "Snapshots", exact: true }).click();
    await page.getByRole("link", { name: "one", exact: true }).waitFor();

    // Whoever follows installs the first version, then takes the step to the second, and goes back.
    await page.getByRole("link", { name: "Install", exact: true }).click();
    await page.getByText("Nothing of it is installed here.").waitFor();
    const version = (name) => page.getByRole("row").filter({ has: page.getByText(name, { exact: true }) });
    await version("1").getByRole("button", { name: "About 1" }).click();
    await dialog.getByText("The very first.").waitFor();
    await press("Close");
    await version("1").getByRole("button", { name: "Install" }).click();
    await dialog.getByText("Nothing is installed yet: one release is fetched and applied: 1.").waitFor();
    await press("Install");
    await well("Version 1 is installed.");
    await press("Close");
    await page.getByText("version 1", { exact: true }).waitFor();
    await version("2").getByRole("button", { name: "Install" }).click();
    await dialog.getByText("From version 1 one release is fetched and applied: 1.2.").waitFor();
    assert.deepEqual(await faults(page), []);
    await press("Install");
    await well("Version 2 is installed.");
    await press("Close");
    await page.getByText("version 2", { exact: true }).waitFor();
    assert.deepEqual(await faults(page), []);
    await page.getByRole("button", { name: "Go back", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Go back" }).click();
    await page.getByText("version 1", { exact: true }).waitFor();
    assert.deepEqual(page.problems, []);
  });
  await page.context().close();
});
