// Undo in the notice after an action: offered for thirty seconds, with scripts and without, taken back whole,
// and refused with its reason. And the button of the phase: since when, and one more question over open tasks.
import type { Page } from "@playwright/test";
import { type Incident, expect, mark, openMenu, otherBrowser, problems, signIn, test, toast, unique } from "./site";

const undo = (page: Page) => toast(page).getByRole("button", { name: "Undo" });
const current = (page: Page) => page.getByRole("list", { name: "Lifecycle" }).locator("[aria-current=step]");

/** Lets the time of every animation of the page pass. */
const secondsLater = (page: Page, seconds: number) =>
  page.evaluate((ms) => {
    for (const animation of document.getAnimations()) animation.currentTime = ms;
  }, seconds * 1000);

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? "with scripts" : "without scripts";
  test(`a misclicked phase is taken back ${scripts}`, async ({ page, api, complaints }) => {
    const incident = await api.open(unique("Misclicked"));
    await page.goto("/sign-in");
    const other = await otherBrowser(page, complaints, { javaScriptEnabled });
    await other.goto("/sign-in");
    await signIn(other, "lead");
    const room = `/incidents/${incident.reference}`;
    await other.goto(room);
    await mark(other, "triage");
    await expect(toast(other)).toContainText("Moved to Triage.");
    await expect(current(other)).toContainText("Triage");
    await undo(other).click();
    await expect(toast(other)).toContainText("Undone: the incident is in New again.");
    await expect(undo(other)).toHaveCount(0);
    expect(new URL(other.url()).pathname).toBe(room);
    await expect(current(other)).toContainText("New");
    await other.goto(`${room}/times`);
    await expect(other.getByRole("row", { name: /^Acknowledged/ })).not.toContainText(/\d\d:\d\d/);
    await other.goto(`${room}/history`);
    await expect(other.getByRole("listitem").filter({ hasText: /undid an action on incident .*: #\d+, changed the status of an incident/ })).toBeVisible();
  });
}

test("the button goes when its thirty seconds are over, whatever motion is wanted", async ({ page, api }) => {
  const incident = await api.open(unique("Timed"));
  await signIn(page, "lead");
  for (const reducedMotion of ["no-preference", "reduce"] as const) {
    await page.emulateMedia({ reducedMotion });
    await page.goto(`/incidents/${incident.reference}/assets/new`);
    await page.getByRole("textbox", { name: "Name" }).fill(unique("mx"));
    await page.getByRole("button", { name: "Add an asset", exact: true }).click();
    await expect(undo(page)).toBeVisible();
    await secondsLater(page, 29);
    await expect(undo(page)).toBeVisible();
    await secondsLater(page, 31);
    await expect(page.locator(".undo-offer")).toBeHidden();
    await expect(undo(page)).toHaveCount(0);
    await expect(toast(page)).toContainText("Asset added.");
  }
});

test("what somebody built on is not undone, and the page says so", { tag: "@db" }, async ({ page, api }) => {
  const incident = await api.open(unique("Built on"));
  const room = `/incidents/${incident.reference}`;
  await signIn(page, "lead");
  await page.goto(room);
  await mark(page, "triage");
  await expect(undo(page)).toBeVisible();
  const now = (await (await api.get(`${room}`)).json()) as Incident;
  const changed = await api.as("analyst").change("PATCH", room, now.version, { summary: "Seen." });
  expect(changed.status()).toBe(200);
  await undo(page).click();
  await expect(problems(page)).toContainText("changed this incident after you did. Nothing was undone");
  await page.getByRole("link", { name: "Go back" }).click();
  await expect(current(page)).toContainText("Triage");
});

test("a phase is entered at an earlier time, and asked about while tasks are open", async ({ page, api }) => {
  const incident = await api.open(unique("Contained"));
  const room = `/incidents/${incident.reference}`;
  const step = { to: "containing", reason: "so it is" };
  expect((await api.change("POST", `${room}/phase`, incident.version, step)).status()).toBe(200);
  await signIn(page, "lead");
  await page.goto(`${room}/tasks/new`);
  await page.getByRole("textbox", { name: "What to do" }).fill("Isolate WS-042");
  await page.getByRole("button", { name: "Add task" }).click();
  await expect(toast(page)).toContainText("Task added.");
  await expect(undo(page)).toHaveCount(0);

  await openMenu(page, "Mark contained");
  const form = page.locator(".phase-menu form");
  await expect(form).toContainText("A task is open:");
  await expect(form.getByRole("link", { name: "Isolate WS-042" })).toBeVisible();
  await expect(form).toContainText("Time in Europe/Berlin");
  await form.getByLabel("Since").fill("2026-09-01T08:30");
  await form.getByLabel("Precision").selectOption({ label: "Estimated" });
  await form.getByLabel("Reason").fill("The log shows it.");
  await form.getByRole("button", { name: "Mark contained" }).click();
  // The browser itself asks for the tick.
  await expect(form.getByRole("checkbox")).toBeFocused();
  await form.getByRole("checkbox", { name: "although tasks are open" }).check();
  await form.getByRole("button", { name: "Mark contained" }).click();
  await expect(toast(page)).toContainText("Moved to Contained.");
  await page.goto(`${room}/times`);
  const row = page.getByRole("row", { name: /^Contained/ });
  await expect(row).toContainText("08:30");
  await expect(row).toContainText("Estimated");
});
