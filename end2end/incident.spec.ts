// An incident from its first line to its report: opened, edited by two at once, led
// through its phases, kept from those it is not for, and read back from its history.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { PEOPLE, expect, hydrated, mark, otherBrowser, problems, signIn, test, toast, unique } from "./site";

async function answerTo(page: Page, button: string | RegExp) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST" && response.request().isNavigationRequest()),
    page.getByRole("button", { name: button, exact: true }).click(),
  ]);
  return answer;
}

test("opening one: what was wrong is said and nothing typed is lost", async ({ page }) => {
  const title = unique("Mailbox rule forwards invoices");
  await signIn(page, "analyst");
  await page.goto("/today");
  await page.getByRole("link", { name: "Open an incident" }).click();
  await hydrated(page);
  await expect(page.getByLabel("Summary")).toHaveValue("");
  await page.getByRole("textbox", { name: "Title" }).fill(title);
  await page.getByLabel("Severity").selectOption({ label: "SEV2 high" });
  await page.getByLabel("Category").selectOption({ label: "Phishing" });
  await page.getByLabel("Summary").fill("\nForwards **every** message.\n\n- since 06:12\n");
  await page.getByLabel("TLP").selectOption({ label: "TLP:RED" });
  await page.getByLabel("On hold").check();
  const detected = page.getByRole("group", { name: "Detected" });
  await detected.getByLabel("Date and time").fill("2199-01-01T08:00");
  await detected.getByLabel("Time zone").fill("Asia/Tokyo");
  await detected.getByLabel("How exactly").selectOption({ label: "To the hour" });
  expect((await answerTo(page, "Open incident")).status()).toBe(422);

  await expect(problems(page)).toContainText("This lies in the future");
  await expect(problems(page)).toBeFocused();
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue(title);
  await expect(page.getByLabel("Severity")).toHaveValue("sev2");
  await expect(page.getByLabel("Category")).toHaveValue("fraud/phishing");
  await expect(page.getByLabel("Summary")).toHaveValue("\nForwards **every** message.\n\n- since 06:12\n");
  await expect(page.getByLabel("TLP")).toHaveValue("red");
  await expect(page.getByLabel("On hold")).toBeChecked();
  await expect(detected.getByLabel("Date and time")).toHaveAttribute("aria-invalid", "true");
  await expect(detected.getByLabel("Time zone")).toHaveValue("Asia/Tokyo");
  await expect(detected.getByLabel("How exactly")).toHaveValue("hour");

  await detected.getByLabel("Date and time").fill("2026-03-02T08:00");
  await page.getByRole("button", { name: "Open incident" }).click();
  await expect(toast(page)).toContainText("The incident is open");
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(page.getByRole("strong")).toContainText(["Holdfast", "every"]);
  const facts = page.getByRole("complementary", { name: "Facts and times" });
  await expect(facts.getByText("2026-03-02 00:00 CET")).toBeVisible();
  await expect(facts.getByText("To the hour")).toBeVisible();
});

test("a form sent twice opens one incident", { tag: "@db" }, async ({ page, api }) => {
  const title = unique("Sent twice");
  await signIn(page, "analyst");
  await page.goto("/incidents/new");
  await hydrated(page);
  await page.getByRole("textbox", { name: "Title" }).fill(title);
  const form = await page.locator("form.form").evaluate((form: HTMLFormElement) =>
    new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)])).toString(),
  );
  const send = () =>
    page.evaluate(
      (body) => fetch("/incidents/new", { method: "POST", body: new URLSearchParams(body) }).then((answer) => answer.status),
      form,
    );
  expect(await Promise.all([send(), send()])).toEqual([200, 200]);
  const list = await (await api.get(`/incidents?text=${encodeURIComponent(title)}`)).json();
  expect(list.rows).toHaveLength(1);
});

test("two people edit at once: both texts are shown and nothing is lost", { tag: "@db" }, async ({ page, api, complaints }) => {
  const incident = await api.open(unique("Edited at once"), { summary: "first text" });
  const form = `/incidents/${incident.reference}/edit`;
  await signIn(page, "lead");
  await page.goto(form);
  const other = await otherBrowser(page, complaints);
  await signIn(other, "analyst");
  await other.goto(form);
  for (const window of [page, other]) await hydrated(window);
  await other.getByLabel("Summary").fill("text of the analyst");
  await other.getByLabel("Severity").selectOption("sev2");
  await other.getByRole("textbox", { name: "Reason" }).fill("It spreads.");
  await other.getByRole("button", { name: "Save changes" }).click();
  await expect(toast(other)).toContainText("Incident saved.");

  await page.getByLabel("Summary").fill("text of the lead");
  await page.getByLabel("Root cause").fill("a push approved in passing");
  expect((await answerTo(page, "Save changes")).status()).toBe(409);
  await expect(problems(page)).toContainText(`${PEOPLE.analyst.name} changed incident “`);
  const summary = page.getByRole("group", { name: "Summary" });
  await expect(summary.getByLabel("Your summary")).toHaveValue("text of the lead");
  await expect(summary.getByText("text of the analyst")).toBeVisible();
  // Touched by both: one's own is proposed. Touched by the other alone: theirs is.
  await expect(summary.getByLabel("Yours")).toBeChecked();
  const severity = page.getByRole("group", { name: "Severity" });
  await expect(severity.getByLabel("Theirs")).toBeChecked();
  await summary.getByLabel("Your summary").fill("text of the lead, and text of the analyst");
  await page.getByRole("button", { name: "Save what I chose" }).click();
  await expect(toast(page)).toContainText("Incident saved.");

  const now = await (await api.get(`/incidents/${incident.reference}`)).json();
  expect(now.summary).toBe("text of the lead, and text of the analyst");
  expect(now.severity).toBe("sev2");
  expect(now.root_cause).toBe("a push approved in passing");

  await page.getByRole("link", { name: "History", exact: true }).click();
  const newest = page.getByRole("listitem").filter({ hasText: `changed incident ${incident.reference}` }).first();
  await expect(newest.getByRole("deletion")).toContainText(["text of the analyst"]);
  await expect(newest.getByRole("insertion").first()).toBeVisible();
  await other.goto(`/incidents/${incident.reference}/history`);
  const raised = other.getByRole("listitem").filter({ hasText: "It spreads." });
  await expect(raised.getByRole("deletion").filter({ hasText: "SEV3 medium" })).toBeVisible();
  await expect(raised.getByRole("insertion").filter({ hasText: "SEV2 high" })).toBeVisible();
});

async function next(page: Page, phase: string): Promise<void> {
  await mark(page, phase);
  await expect(page.getByRole("list", { name: "Lifecycle" }).locator("[aria-current=step]")).toContainText(phase, {
    ignoreCase: true,
  });
}

test("every phase, one entered later, one step back, closed and reopened", async ({ page, api }) => {
  const detected = { at: "2026-03-02T07:00:00Z", precision: "minute", source: "alert" };
  const incident = await api.open(unique("Through every phase"), { detected });
  await signIn(page, "lead");
  await page.goto(`/incidents/${incident.reference}`);
  await hydrated(page);
  await next(page, "triage");
  await next(page, "investigating");

  // Entered later: two o'clock in New York, to the hour.
  await page.getByRole("link", { name: "Phase", exact: true }).click();
  const entered = page.getByRole("group", { name: "Entered at" });
  await entered.getByLabel("Date and time").fill("2026-03-02T14:00");
  await entered.getByLabel("Time zone").fill("America/New_York");
  await entered.getByLabel("How exactly").selectOption({ label: "To the hour" });
  expect((await answerTo(page, "Change phase")).status()).toBe(422);
  await expect(problems(page)).toContainText("Say why the time is entered later");
  await expect(entered.getByLabel("Date and time")).toHaveValue("2026-03-02T14:00");
  await page.getByRole("textbox", { name: "Reason" }).fill("From the shift log.");
  await page.getByRole("button", { name: "Change phase" }).click();
  const lifecycle = page.getByRole("list", { name: "Lifecycle" });
  const containing = lifecycle.getByRole("listitem").filter({ hasText: "Containing" });
  await expect(containing).toContainText("2026-03-02 20:00");
  await expect(containing).toContainText("entered later");

  await page.getByRole("link", { name: "Times", exact: true }).click();
  const late = page.getByRole("row", { name: /^Scope identified/ });
  for (const words of ["Entered later", "To the hour", "From the shift log.", "America/New_York"]) {
    await expect(late).toContainText(words);
  }
  await next(page, "contained");
  await page.getByRole("link", { name: "Phase", exact: true }).click();
  await page.getByLabel("Investigating").check();
  expect((await answerTo(page, "Change phase")).status()).toBe(422);
  await expect(problems(page)).toContainText("Say why: this step leaves the usual path");
  await expect(page.getByLabel("Investigating")).toBeChecked();
  await page.getByRole("textbox", { name: "Reason" }).fill("A second host answers.");
  await page.getByRole("button", { name: "Change phase" }).click();
  await expect(lifecycle.locator("[aria-current=step]")).toContainText("Investigating");
  await page.getByRole("link", { name: "Times", exact: true }).click();
  await expect(page.getByRole("row", { name: /^Contained/ })).toContainText("Taken back");
  for (const phase of ["containing", "contained", "eradicated", "recovering", "recovered", "resolved"]) {
    await next(page, phase);
  }

  await page.getByRole("link", { name: "Phase", exact: true }).click();
  await expect(page.getByText("Closing still needs:")).toBeVisible();
  await page.getByLabel("Closed").check();
  expect((await answerTo(page, "Change phase")).status()).toBe(409);
  await expect(problems(page)).toContainText("Before closing, add a disposition, the root cause");
  await page.getByRole("link", { name: "Edit the incident" }).click();
  await page.getByLabel("Disposition").selectOption({ label: "True positive" });
  await page.getByLabel("Root cause").fill("An unpatched appliance.");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("link", { name: "Phase", exact: true }).click();
  await page.getByLabel("Closed").check();
  await page.getByRole("button", { name: "Change phase" }).click();
  await expect(toast(page)).toContainText("Moved to Closed");
  await expect(lifecycle.locator("[aria-current=step]")).toContainText("Closed");

  await page.getByRole("link", { name: "Phase", exact: true }).click();
  await page.getByLabel("Investigating").check();
  await page.getByRole("textbox", { name: "Reason" }).fill("It came back.");
  await page.getByRole("button", { name: "Change phase" }).click();
  await expect(lifecycle.locator("[aria-current=step]")).toContainText("Investigating");
  await expect(page.getByRole("complementary", { name: "Facts and times" })).toContainText("Reopened");

  await page.getByRole("link", { name: "Times", exact: true }).click();
  // Entered anew after the step back, and still what it first was.
  await expect(page.getByRole("row", { name: /^Scope identified/ })).toContainText("2026-03-02 20:00");
  await page.getByRole("link", { name: "History", exact: true }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "It came back." })).toContainText("Closed");
});

test("a time is entered, corrected and cleared; its first value stays", async ({ page, api }) => {
  const incident = await api.open(unique("Its times"));
  await signIn(page, "analyst");
  await page.goto(`/incidents/${incident.reference}/times`);
  await hydrated(page);
  await page.getByRole("link", { name: "Enter: Malicious activity began" }).click();
  const form = page.getByRole("group", { name: "Malicious activity began" });
  await form.getByLabel("Date and time").fill("2026-02-27T23:30");
  await form.getByLabel("How exactly").selectOption({ label: "Estimated" });
  await page.getByLabel("Source").selectOption({ label: "Evidence" });
  await page.getByRole("textbox", { name: "Reason" }).fill("First beacon in the proxy log.");
  await page.getByRole("button", { name: "Save time" }).click();
  await expect(toast(page)).toContainText("The time is entered");
  const row = page.getByRole("row", { name: /^Malicious activity began/ });
  for (const words of ["2026-02-27 23:30", "Estimated", "Evidence", "Entered later", "First beacon"]) {
    await expect(row).toContainText(words);
  }
  await page.getByRole("link", { name: "Correct: Malicious activity began" }).click();
  await page.getByRole("textbox", { name: "Reason" }).fill("The log's clock was wrong.");
  await page.getByLabel("Clear it").check();
  await page.getByRole("button", { name: "Save time" }).click();
  await expect(toast(page)).toContainText("The time is cleared");
  await expect(row).toContainText("Taken back");
  await expect(row).toContainText("2026-02-27 23:30");
});

test("the report is a PDF", async ({ page, api }) => {
  const incident = await api.open(unique("Reported"));
  await signIn(page, "analyst");
  await page.goto(`/incidents/${incident.reference}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Summary as PDF" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`${incident.reference}-summary.pdf`);
  expect(readFileSync(await download.path()).subarray(0, 5).toString()).toBe("%PDF-");
});
