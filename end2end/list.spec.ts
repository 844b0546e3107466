// The list of incidents: every filter stands in the address and as a chip, columns
// and order are chosen, and pages follow one another without losing or repeating.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { PEOPLE, expect, hydrated, openMenu, signIn, test, unique } from "./site";

function titles(page: Page) {
  return page.getByRole("table", { name: "Incidents" }).getByRole("row").locator("td.title");
}

function chips(page: Page) {
  return page.getByRole("list", { name: "Filters that apply" });
}

test("filters by text, status, severity and owner stand in the address and as chips", { tag: "@db" }, async ({ page, api }) => {
  const mark = unique("filtered").replace(" ", "-");
  const me = await (await api.get("/me")).json();
  const a = await api.open(`${mark} alpha`, { severity: "sev1" });
  await api.open(`${mark} beta`, { severity: "sev2", owner_id: me.person_id ?? me.id });
  await api.open(`${mark} gamma`, { severity: "sev2" });
  const moved = await api.change("POST", `/incidents/${a.reference}/phase`, a.version, { to: "triage" });
  expect(moved.status(), await moved.text()).toBe(200);

  await signIn(page, "lead");
  await page.goto("/incidents");
  await hydrated(page);
  await page.getByRole("searchbox", { name: "Search", exact: true }).fill(mark);
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(titles(page)).toHaveCount(3);
  expect(new URL(page.url()).searchParams.get("q")).toBe(mark);
  await expect(chips(page)).toContainText(mark);

  await openMenu(page, "Severity");
  await page.getByLabel("SEV2 high").check();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(titles(page)).toHaveCount(2);
  await page.getByRole("combobox", { name: "Owner" }).selectOption({ label: "Me" });
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(titles(page)).toHaveText([`${mark} beta`]);
  const params = new URL(page.url()).searchParams;
  expect([params.get("severity"), params.get("owner")]).toEqual(["sev2", "me"]);

  // A copied address shows the same to the one who opens it.
  await page.goto(page.url());
  await hydrated(page);
  await expect(titles(page)).toHaveText([`${mark} beta`]);
  await chips(page).getByRole("link", { name: /Owner/ }).click();
  await expect(titles(page)).toHaveCount(2);
  await chips(page).getByRole("link", { name: /Severity/ }).click();
  await expect(titles(page)).toHaveCount(3);
  await openMenu(page, "Status");
  await page.getByLabel("Triage").check();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(titles(page)).toHaveText([`${mark} alpha`]);
  await page.getByRole("combobox", { name: "Owner" }).selectOption({ label: PEOPLE.analyst.name });
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("heading", { name: "No incident matches" })).toBeVisible();
  await chips(page).getByRole("link", { name: "Clear all" }).click();
  await expect(page).toHaveURL(/\/incidents$/);
});

test("a filter that means nothing is named", async ({ page }) => {
  await signIn(page, "analyst");
  await page.goto("/incidents?severity=9&status=asleep");
  await expect(page.getByRole("alert")).toContainText("“9” is not among its values");
  await expect(page.getByRole("alert")).toContainText("“asleep” is not among its values");
});

test("every column that sorts sorts both ways", { tag: "@db" }, async ({ page, api }) => {
  const mark = unique("sorted").replace(" ", "-");
  for (const [name, severity] of [["b", "sev3"], ["a", "sev5"], ["c", "sev1"]]) {
    await api.open(`${mark} ${name}`, { severity });
  }
  await signIn(page, "analyst");
  await page.goto(`/incidents?q=${mark}`);
  await hydrated(page);
  await expect(titles(page)).toHaveText(["c", "a", "b"].map((name) => `${mark} ${name}`));
  const head = (name: string) => page.getByRole("columnheader", { name });
  const order = async (column: string, way: string, names: string) => {
    await head(column).getByRole("link").click();
    await expect(head(column)).toHaveAttribute("aria-sort", way);
    await expect(titles(page)).toHaveText([...names].map((name) => `${mark} ${name}`));
  };
  await order("Title", "ascending", "abc");
  await order("Title", "descending", "cba");
  await order("Severity", "ascending", "cba");
  await order("Severity", "descending", "abc");
  await order("Updated", "descending", "cab");
  await page.reload();
  await expect(titles(page)).toHaveText(["c", "a", "b"].map((name) => `${mark} ${name}`));
});

test("columns are chosen and stay chosen", async ({ page, api }) => {
  await api.open(unique("In columns"));
  await signIn(page, "analyst");
  await page.goto("/incidents");
  await hydrated(page);
  await openMenu(page, "Columns");
  const menu = page.getByRole("group", { name: "Columns to show" });
  await expect(menu.getByLabel("Title")).toBeDisabled();
  await menu.getByLabel("TLP").check();
  await menu.getByLabel("Category").uncheck();
  await page.getByRole("button", { name: "Show these" }).click();
  const heads = page.getByRole("table", { name: "Incidents" }).getByRole("columnheader");
  const chosen = ["Reference", "Severity", "Title", "Status", "TLP", "Owner", "Detected", "Updated"];
  await expect(heads).toHaveText(chosen);
  await page.goto("/incidents");
  await expect(heads).toHaveText(chosen);
});

test("pages follow one another, forwards and back", { tag: "@db" }, async ({ page, api }) => {
  const mark = unique("paged").replace(" ", "-");
  const count = 60;
  const opened = await Promise.all(Array.from({ length: count }, (_, n) => api.open(`${mark} ${n}`)));
  expect(new Set(opened.map((incident) => incident.reference)).size).toBe(count);
  await signIn(page, "analyst");
  await page.goto(`/incidents?q=${mark}&sort=title&dir=asc`);
  await hydrated(page);
  const pages: string[][] = [];
  for (;;) {
    const seen = await titles(page).allInnerTexts();
    pages.push(seen);
    const on = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Next" });
    if ((await on.getAttribute("aria-disabled")) === "true") break;
    await on.click();
    await expect(titles(page).first()).not.toHaveText(seen[0] ?? "");
  }
  const all = pages.flat();
  expect(pages.length).toBeGreaterThan(1);
  expect(new Set(all).size).toBe(count);
  expect(all).toHaveLength(count);
  const back = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Previous" });
  for (const expected of pages.slice(0, -1).reverse()) {
    await back.click();
    await expect(titles(page).first()).toHaveText(expected[0] ?? "");
  }
  await expect(back).toHaveAttribute("aria-disabled", "true");
});

test("a click on a link leads on, and the way back leads back, each with its title", async ({ page, api }) => {
  const title = unique("Followed");
  await api.open(title);
  await signIn(page, "lead");
  await page.goto(`/incidents?q=${encodeURIComponent(title)}`);
  await hydrated(page);
  await page.getByRole("link", { name: title, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(page).toHaveTitle(new RegExp(title));
  for (const [link, heading] of [["Evidence", "Evidence"], ["Ledger", "Ledger"], ["People", "People"]] as const) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link }).click();
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    await expect(page).toHaveTitle(`${heading} · Holdfast`);
  }
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Ledger" })).toBeVisible();
});

test("last month's phishing is found by category and days of detection", { tag: "@db" }, async ({ page, api }) => {
  const mark = unique("phish").replace(" ", "-");
  const detected = (at: string) => ({ at, precision: "minute", source: "alert" });
  await api.open(`${mark} in`, { category: "fraud/phishing", detected: detected("2026-03-31T21:30:00Z") });
  await api.open(`${mark} late`, { category: "fraud/phishing", detected: detected("2026-03-31T22:30:00Z") });
  await api.open(`${mark} other`, { category: "malicious-code", detected: detected("2026-03-15T12:00:00Z") });
  await signIn(page, "lead");
  await page.goto(`/incidents?q=${mark}`);
  await hydrated(page);
  await page.getByRole("combobox", { name: "Category" }).selectOption({ label: "Phishing" });
  await openMenu(page, "Detected");
  await page.getByLabel("From", { exact: true }).fill("2026-03-01");
  await page.getByLabel("To, included").fill("2026-03-31");
  await page.getByRole("button", { name: "Apply" }).click();
  // Days are the reader's: 21:30 UTC is the 31st in Berlin, 22:30 is April already.
  await expect(titles(page)).toHaveText([`${mark} in`]);
  const params = new URL(page.url()).searchParams;
  expect([params.get("category"), params.get("from"), params.get("to")]).toEqual(["fraud/phishing", "2026-03-01", "2026-03-31"]);
  await chips(page).getByRole("link", { name: /Detected/ }).click();
  await expect(titles(page)).toHaveCount(2);
  await chips(page).getByRole("link", { name: /Category/ }).click();
  await expect(titles(page)).toHaveCount(3);
});

test("a category is found by its name, and what is found is saved as a table", { tag: "@db" }, async ({ page, api }) => {
  const mark = unique("table").replace(" ", "-");
  await api.open(`${mark} mail`, { category: "fraud/phishing" });
  await api.open(`${mark} page`, { category: "fraud/phishing" });
  await api.open(`${mark} loader`, { category: "malicious-code" });
  await signIn(page, "lead");
  await page.goto("/incidents?sort=title&dir=asc");
  await page.getByRole("searchbox", { name: "Search", exact: true }).fill(`phishing ${mark}`);
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(titles(page)).toHaveText([`${mark} mail`, `${mark} page`]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("incidents.csv");
  const lines = readFileSync(await download.path(), "utf8").trim().split("\r\n");
  expect(lines.map((line) => line.split(",")[2])).toEqual(["title", `${mark} mail`, `${mark} page`]);
});

test("the keyboard's shortcuts lead where the page does", async ({ page }) => {
  await signIn(page, "lead");
  await page.goto("/today");
  await hydrated(page);
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await expect(page.getByRole("heading", { level: 1, name: "Ledger" })).toBeVisible();
  await hydrated(page);
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
  await hydrated(page);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Search", exact: true })).toBeFocused();
  await page.getByRole("searchbox", { name: "Search", exact: true }).blur();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await page.keyboard.press("c");
  await expect(page.getByRole("heading", { level: 1, name: "Open an incident" })).toBeVisible();
});

test("text that was typed is not left behind unasked", async ({ page }) => {
  await signIn(page, "analyst");
  await page.goto("/incidents/new");
  await hydrated(page);
  await page.getByRole("textbox", { name: "Title" }).fill("half a thought");
  const asked: string[] = [];
  page.once("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Incidents" }).click({ noWaitAfter: true });
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("half a thought");
});
