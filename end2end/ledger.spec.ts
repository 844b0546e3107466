// The ledger as an auditor takes it home: downloaded in a browser, checked with a
// shell and openssl, checked with the program on no data of its own, and a changed
// byte is found by both.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { BINARY } from "./server";
import { Api, type Server, expect, hydrated, signIn, test } from "./site";

interface Taken {
  readonly folder: string;
  readonly vkey: string;
  file(name: string): string;
}

async function save(page: Page, open: () => Promise<unknown>, to: string): Promise<void> {
  const [download] = await Promise.all([page.waitForEvent("download"), open()]);
  await download.saveAs(to);
}

/** Downloads everything the ledger page offers, as an auditor would. */
async function take(page: Page, own: Server, proofOf: number): Promise<Taken> {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-ledger-"));
  const file = (name: string) => path.join(folder, name);
  await signIn(page, "auditor", own.url);
  await page.goto(`${own.url}/ledger`);
  await hydrated(page);
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  await save(page, () => link("Entries as JSON lines").click(), file("entries.jsonl"));
  await save(page, () => link(`Proof of entry ${proofOf}`).click(), file("entry.tlog-proof"));
  await save(page, () => link("Checkpoint as text").click(), file("checkpoint"));
  await save(page, () => link("verify.sh").first().click(), file("verify.sh"));
  const key = page.getByRole("heading", { name: "Verifier key" }).locator("xpath=following-sibling::*[1]");
  const vkey = (await key.locator(".hash").innerText()).trim();
  const answer = await page.request.get(`${own.url}/ledger/vkey`);
  expect((await answer.text()).trim()).toBe(vkey);
  return { folder, vkey, file };
}

/** Runs the program where it has neither data nor a network to ask. */
function offline(args: readonly string[], folder: string) {
  return spawnSync(BINARY, [...args], { cwd: folder, encoding: "utf8", env: { PATH: "/usr/bin:/bin" } });
}

test("the ledger page shows entries, state and the way to check them", async ({ page, own, request }) => {
  await new Api(request, own, "lead").open("Seen in the ledger");
  await signIn(page, "auditor", own.url);
  await page.goto(`${own.url}/ledger`);
  await hydrated(page);
  await expect(page.getByRole("table").getByRole("row").nth(1)).toContainText(/signed in|opened incident/);
  await expect(page.getByRole("table")).toContainText(/opened incident INC-\d{4}-\d{4}/);
  await expect(page.getByText("soc.example.org/ledger").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Checkpoint" })).toContainText("— soc.example.org/ledger");
  // No personal text stands in the log itself.
  const entries = await (await page.request.get(`${own.url}/ledger/entries?from=0`)).text();
  for (const text of ["Seen in the ledger", "Linus Berg", "linus@example.org"]) expect(entries).not.toContain(text);
});

test("the ledger is filtered, and one entry opens with before and after", { tag: "@db" }, async ({ page, own, request }) => {
  const opened = await new Api(request, own, "lead").open("Seen in the ledger");
  await signIn(page, "auditor", own.url);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${own.url}/ledger`);
    await hydrated(page);
    await page.getByLabel("Action", { exact: true }).selectOption({ label: "Opened an incident" });
    await page.getByLabel("Incident", { exact: true }).fill(opened.reference);
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL(/kind=incident\.opened/);
    const rows = page.getByRole("table").getByRole("row").filter({ has: page.getByRole("rowheader") });
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText(`opened incident ${opened.reference}`);
    await expect(page.getByText("A filtered list leaves restricted entries out.")).toBeVisible();
    // As wide as the telephone: nothing reaches beyond its edge, and an entry takes a few lines.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await rows.getByRole("link", { name: /^Entry \d+$/ }).click();
    await expect(page.getByRole("heading", { level: 1, name: /^Entry \d+$/ })).toBeVisible();
    await expect(page.getByRole("table", { name: "Before and after" })).toContainText("Seen in the ledger");
    await expect(page.getByRole("region", { name: "The bytes of the entry" })).toContainText("incident.opened");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.goto(`${own.url}/ledger`);
    const tall = await page.getByRole("table", { name: "Entries" }).evaluate((table) => table.getBoundingClientRect().height);
    expect(tall).toBeLessThan(3_600);
  }
  const [table] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV", exact: true }).click()]);
  expect(table.suggestedFilename()).toBe("ledger.csv");
  await page.getByRole("button", { name: "Verify now" }).click();
  await expect(page.getByRole("status")).toContainText(/Verified .+: \d+ entries, all checks passed\./);
});

test("what was downloaded checks with openssl and with the program, and a flipped byte is found", { tag: "@db" }, async ({ page, own, request }) => {
  const api = new Api(request, own, "lead");
  for (let n = 0; n < 5; n += 1) await api.open(`Number ${n}`);
  const taken = await take(page, own, 3);
  const { folder, vkey, file } = taken;
  copyFileSync("../docs/verify.sh", file("published.sh"));
  expect(readFileSync(file("verify.sh"))).toEqual(readFileSync(file("published.sh")));
  const lines = readFileSync(file("entries.jsonl"), "utf8").trimEnd().split("\n");
  const sh = (...args: string[]) => spawnSync("sh", [file("verify.sh"), ...args], { cwd: folder, encoding: "utf8" });

  writeFileSync(file("entry.json"), lines[3] ?? "");
  const signed = sh(vkey, "checkpoint");
  expect(signed.stderr + signed.stdout).toContain("checkpoint: soc.example.org/ledger,");
  expect(signed.status).toBe(0);
  const included = sh(vkey, "entry.tlog-proof", "entry.json");
  expect(included.stdout).toContain("included: entry 3");
  expect(included.status).toBe(0);

  // The checkpoint was signed after the entries were taken: signing in is an entry too.
  const size = Number(readFileSync(file("checkpoint"), "utf8").split("\n")[1]);
  expect(size).toBeLessThanOrEqual(lines.length);
  writeFileSync(file("entries.jsonl"), `${lines.slice(0, size).join("\n")}\n`);
  const good = offline(["verify", "entries.jsonl", "--key", vkey, "--state", "believed"], folder);
  expect(good.stdout + good.stderr).not.toContain("FAILED");
  expect(good.status).toBe(0);

  const flipped = Buffer.from(readFileSync(file("entries.jsonl")));
  const at = flipped.indexOf("incident.opened");
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  writeFileSync(file("entries.jsonl"), flipped);
  expect(offline(["verify", "entries.jsonl", "--key", vkey], folder).status).toBe(1);
  writeFileSync(file("entry.json"), (lines[3] ?? "").replace(/[0-9](?=[^0-9]*$)/, (digit) => String((Number(digit) + 1) % 10)));
  const changed = sh(vkey, "entry.tlog-proof", "entry.json");
  expect(changed.status).toBe(1);
  expect(changed.stderr).toContain("FAILED");
  rmSync(folder, { recursive: true });
});

test("a log that was cut short is noticed by who remembers, and the server's own check holds", { tag: "@db" }, async ({ page, own, request }) => {
  const api = new Api(request, own, "lead");
  await api.open("Before");
  const { folder, vkey, file } = await take(page, own, 1);
  const early = readFileSync(file("checkpoint"));
  await api.open("After");
  await page.goto(`${own.url}/ledger`);
  await save(page, () => page.getByRole("link", { name: "Checkpoint as text" }).click(), file("checkpoint"));
  await save(page, () => page.getByRole("link", { name: "Entries as JSON lines" }).click(), file("entries.jsonl"));
  const cut = (name: string) => {
    const size = Number(readFileSync(file(name), "utf8").split("\n")[1]);
    const lines = readFileSync(file("entries.jsonl"), "utf8").trimEnd().split("\n");
    writeFileSync(file(`${name}.jsonl`), `${lines.slice(0, size).join("\n")}\n`);
  };
  cut("checkpoint");
  const believed = ["--key", vkey, "--state", "believed"];
  expect(offline(["verify", "checkpoint.jsonl", "--checkpoint", "checkpoint", ...believed], folder).status).toBe(0);
  writeFileSync(file("early"), early);
  cut("early");
  const rolledBack = offline(["verify", "early.jsonl", "--checkpoint", "early", ...believed], folder);
  expect(rolledBack.status).toBe(1);
  expect(own.run(["ledger", "verify"])).not.toBe("");
  expect(own.run(["ledger", "vkey"]).trim()).toBe(vkey);
  const by = execFileSync("sh", [file("verify.sh"), vkey, file("early")], { encoding: "utf8" });
  expect(by).toContain("checkpoint: soc.example.org/ledger");
  rmSync(folder, { recursive: true });
});

test("outside its team a restricted incident is a place and a hash, and the export verifies with it", async ({ page, own, request }) => {
  const opened = await new Api(request, own, "lead").open("Design files copied", { restricted: true });
  const { folder, vkey, file } = await take(page, own, 1);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${own.url}/ledger`);
    const restricted = page.getByRole("row").filter({ hasText: "Restricted entry" }).first();
    await expect(restricted).toBeVisible();
    await expect(restricted.locator("time")).toHaveCount(0);
    await expect(page.getByText("about incidents of teams that you are not on")).toBeVisible();
    // The filter's example of a reference says nothing of an incident.
    const shown = (await page.content()).replaceAll('placeholder="INC-2026-0001"', "");
    for (const text of [opened.id, opened.reference, "Design files"]) expect(shown).not.toContain(text);
  }
  const lines = readFileSync(file("entries.jsonl"), "utf8");
  expect(lines).toMatch(/^\{"seq":\d+,"leaf":"[0-9a-f]{64}","restricted":true\}$/m);
  expect(lines).not.toContain(opened.id);
  const checked = offline(["verify", "entries.jsonl", "--key", vkey], folder);
  expect(checked.stdout).toContain("of them hash only");
  expect(checked.stdout).toContain("not checked, 3, 6, 12: content, time");
  expect(checked.status).toBe(0);
  rmSync(folder, { recursive: true });
});

test("who may not read the ledger gets no part of it", async ({ page, api }) => {
  await signIn(page, "analyst");
  for (const part of ["", ".csv", "/0", "/checkpoint", "/vkey", "/entries?from=0", "/proof/0"]) {
    const answer = await page.request.get(`/ledger${part}`, { headers: { accept: "text/html" } });
    expect(answer.status(), part).toBe(403);
  }
  expect((await api.as("analyst").get("/ledger/entries?from=0")).status()).toBe(403);
  expect((await api.as("auditor").get("/ledger/checkpoint")).status()).toBe(200);
});
