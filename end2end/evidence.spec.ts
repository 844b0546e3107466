// The main job: an attack is told on the timeline, a file is registered and handed over
// to somebody who accepts it, and an auditor takes the evidence log away and has it
// checked. Every page on the way is looked at by axe, wide and narrow, light and dark.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { accessible } from "./axe";
import { BINARY } from "./server";
import { PEOPLE, expect, hydrated, otherBrowser, problems, signIn, test, toast, unique } from "./site";

async function addEvent(page: Page, room: string, title: string, when: string, techniques: string): Promise<void> {
  await page.goto(`${room}/timeline/new`);
  await page.getByRole("textbox", { name: "What happened" }).fill(title);
  if (when !== "") await page.locator("#occurred").fill(when);
  await page.getByLabel("ATT&CK techniques").fill(techniques);
  await page.getByRole("button", { name: "Add event" }).click();
}

test("the attack stands on the timeline, with what is not known said to be unknown", async ({ page, api }) => {
  const incident = await api.open(unique("Told in order"));
  const room = `/incidents/${incident.reference}`;
  await signIn(page, "analyst");
  await addEvent(page, room, "A mail with a macro was opened", "2026-03-01T08:12", "T1566.001, PowerShell");
  await expect(toast(page)).toContainText("Event added");
  await addEvent(page, room, "The macro fetched a tool", "", "");
  await addEvent(page, room, "Nonsense", "2026-03-01T08:12", "Spearphishing by owl");
  await expect(problems(page)).toContainText("is no technique of ATT&CK");
  await expect(page.getByRole("textbox", { name: "What happened" })).toHaveValue("Nonsense");
  await accessible(page, "an event refused");
  await page.goto(`${room}/timeline`);
  await hydrated(page);
  const entries = page.locator(".timeline-entry");
  await expect(entries.nth(0)).toContainText("A mail with a macro was opened");
  await expect(entries.nth(0)).toContainText("T1059.001 PowerShell");
  await expect(entries.nth(1)).toContainText("time unknown");
  await expect(entries.nth(2)).toContainText("Detected");
  await expect(page.getByRole("img")).toBeVisible();
  await accessible(page, "timeline");
  await page.getByRole("link", { name: "Remove: The macro fetched a tool" }).click();
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.locator(".timeline-entry").filter({ hasText: "fetched a tool" })).toHaveCount(0);
});

test("techniques are offered while they are typed, by keyboard and by pointer", async ({ page, api }) => {
  const incident = await api.open(unique("Picked techniques"));
  const room = `/incidents/${incident.reference}`;
  await signIn(page, "analyst");
  await page.goto(`${room}/timeline/new`);
  await hydrated(page);
  const field = page.getByRole("combobox", { name: "ATT&CK techniques" });
  const list = page.getByRole("listbox", { name: "Suggestions" });
  await field.pressSequentially("zebra");
  await expect(list).toHaveCount(0);
  await field.fill("");
  await field.pressSequentially("powersh");
  await expect(list.getByRole("option")).toContainText(["T1059.001 PowerShell"]);
  await accessible(page, "techniques offered");
  await field.press("ArrowDown");
  await expect(field).toHaveAttribute("aria-activedescendant", "suggested-0");
  await field.press("Enter");
  await expect(field).toHaveValue("T1059.001 PowerShell, ");
  await field.pressSequentially("spearphishing at");
  await list.getByRole("option", { name: "T1566.001 Spearphishing Attachment" }).click();
  await expect(field).toHaveValue("T1059.001 PowerShell, T1566.001 Spearphishing Attachment, ");
  await field.pressSequentially("T1486");
  await expect(list).toBeVisible();
  await field.press("Escape");
  await expect(list).toHaveCount(0);
  await page.getByRole("textbox", { name: "What happened" }).fill("A mail with a macro was opened");
  await page.getByRole("button", { name: "Add event" }).click();
  const entry = page.locator(".timeline-entry").filter({ hasText: "A mail with a macro" });
  for (const technique of ["T1059.001 PowerShell", "T1566.001 Spearphishing Attachment", "T1486 Data Encrypted for Impact"]) {
    await expect(entry).toContainText(technique);
  }
});

test("a file is handed over to one who accepts, and its log is checked by an outsider", async ({ page, api, server, complaints }, info) => {
  test.setTimeout(120_000);
  const incident = await api.open(unique("Evidence handed over"));
  const room = `/incidents/${incident.reference}`;
  await signIn(page, "analyst");
  await page.goto(`${room}/evidence`);
  await accessible(page, "no evidence yet");
  await page.getByRole("link", { name: "Register evidence" }).click();
  await hydrated(page);
  await accessible(page, "register evidence");
  // Refused after it was sent by the script that shows how far it is: the form comes back as typed.
  await page.getByRole("textbox", { name: "What it is" }).fill("Proxy log, wrongly declared");
  await page.getByRole("textbox", { name: "SHA-256, if you know it" }).fill("0".repeat(64));
  await page.locator("#file").setInputFiles({ name: "proxy.log", mimeType: "text/plain", buffer: Buffer.from("GET /") });
  await page.getByRole("button", { name: "Register" }).click();
  await expect(problems(page)).toContainText("What arrived has the SHA-256");
  await expect(page.getByRole("textbox", { name: "What it is" })).toHaveValue("Proxy log, wrongly declared");
  await accessible(page, "an upload refused");
  await page.goto(`${room}/evidence/new`);
  const bytes = Buffer.alloc(50 * 1024 * 1024, `GET /invoice ${incident.reference}\n`);
  const file = info.outputPath("proxy.log");
  writeFileSync(file, bytes);
  await page.getByRole("textbox", { name: "What it is" }).fill("Proxy log of the week");
  await page.getByRole("textbox", { name: "Kept at" }).fill("Safe 2, shelf B");
  await page.locator("#file").setInputFiles(file);
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page).toHaveURL(/\/evidence\/EV-0001/);
  await expect(toast(page)).toContainText("The evidence is registered");
  const hash = createHash("sha256").update(bytes).digest("hex");
  await expect(page.getByText(hash)).toBeVisible();
  await accessible(page, "an item");

  await page.getByRole("link", { name: "Hand over" }).click();
  await page.getByRole("combobox", { name: "To" }).selectOption({ label: PEOPLE.analyst2.name });
  await page.getByRole("textbox", { name: "How" }).fill("in person");
  await page.getByRole("textbox", { name: "Purpose or reason" }).fill("analysis");
  await accessible(page, "hand over");
  await page.getByRole("button", { name: "Hand over" }).click();
  await expect(page.getByText(`offered to ${PEOPLE.analyst2.name}`)).toBeVisible();

  const receiver = await otherBrowser(page, complaints);
  await signIn(receiver, "analyst2");
  await receiver.goto("/evidence");
  await expect(receiver.getByRole("heading", { name: "Offered to you" })).toBeVisible();
  await accessible(receiver, "register");
  await receiver.goto(`${room}/evidence/EV-0001`);
  await receiver.getByRole("link", { name: "Accept" }).click();
  await receiver.getByRole("button", { name: "Accept" }).click();
  await expect(receiver.getByRole("row").filter({ hasText: "Transfer accepted" })).toContainText(PEOPLE.analyst2.name);
  await receiver.getByRole("button", { name: "Verify the hash" }).click();
  await expect(toast(receiver)).toContainText("Verified");
  // Said once, and by no address.
  expect(new URL(receiver.url()).search).toBe("");
  await receiver.reload();
  await expect(toast(receiver)).toBeEmpty();
  await receiver.goto(`${room}/evidence/EV-0001?done=evidence-intact`);
  await expect(toast(receiver)).toBeEmpty();
  await expect(receiver.getByText("Verified: the file is")).toHaveCount(0);
  await receiver.goto("/evidence");
  await expect(receiver.getByRole("table", { name: "Evidence" })).toContainText(`${incident.reference}/EV-0001`);

  const log = info.outputPath("log.json");
  const answer = await api.as("auditor").get(`/incidents/${incident.reference}/evidence/log.json?purpose=audit`);
  expect(answer.status(), await answer.text()).toBe(200);
  writeFileSync(log, await answer.body());
  const key = server.run(["ledger", "vkey"]).trim();
  // On no data of ours: whoever checks it has the file and the key.
  const verify = () => execFileSync(BINARY, ["verify", log, "--key", key], { encoding: "utf8", stdio: "pipe" });
  console.log(verify());
  writeFileSync(log, readFileSync(log, "utf8").replaceAll(hash, "0".repeat(64)));
  expect(verify).toThrow();
});
