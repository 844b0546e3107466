// The journey by plain forms: once with the script and the WebAssembly kept from
// arriving, once with scripts switched off in the browser. Nothing but conveniences
// may be missing.
import type { Page } from "@playwright/test";
import { PASSWORD, expect, fillSignIn, mark, openMenu, otherBrowser, problems, signIn, signInByForm, test, toast, unique } from "./site";

const PASSPHRASE = "seven geese over the estuary";

async function setUp(page: Page, url: string, code: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Setup code").fill("not this");
  await page.getByRole("group", { name: "Organisation" }).getByRole("textbox", { name: "Name", exact: true }).fill("Northwind Energy");
  await page.getByLabel("Name of the ledger").fill("soc.example.org/ledger");
  await page.getByRole("group", { name: "First administrator" }).getByRole("textbox", { name: "Name", exact: true }).fill("Ada Okafor");
  await page.getByLabel("Mail address").fill("ada@example.org");
  await page.getByLabel("Password").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(problems(page)).toContainText("This code is not good");
  await expect(page.getByLabel("Mail address")).toHaveValue("ada@example.org");
  await page.getByLabel("Setup code").fill(code);
  await page.getByLabel("Password").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(toast(page)).toContainText("Holdfast is set up");
  await fillSignIn(page, "ada@example.org", PASSPHRASE);
}

async function addPerson(page: Page): Promise<string> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "People" }).click();
  await page.getByRole("link", { name: "Add a person" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Mina Sato");
  await page.getByLabel("Mail address").fill("mina@example.org");
  await page.getByRole("button", { name: "Add person" }).click();
  return (await page.getByRole("region", { name: "Invitation code" }).locator(".copyable .hash").innerText()).trim();
}

async function openOne(page: Page, title: string): Promise<string> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Incidents" }).click();
  await page.getByRole("link", { name: /^Open / }).first().click();
  await page.getByRole("textbox", { name: "Title" }).fill(title);
  await page.getByLabel("Summary").fill("- one\n- two");
  await page.getByRole("group", { name: "Detected" }).getByLabel("Time zone").fill("nowhere at all");
  await page.getByRole("button", { name: "Open incident" }).click();
  await expect(problems(page)).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue(title);
  await expect(page.getByLabel("Summary")).toHaveValue("- one\n- two");
  await page.getByRole("group", { name: "Detected" }).getByLabel("Time zone").fill("UTC");
  await page.getByRole("button", { name: "Open incident" }).click();
  await expect(toast(page)).toContainText("The incident is open");
  return new URL(page.url()).pathname;
}

async function editAtOnce(page: Page, other: Page, incident: string): Promise<void> {
  for (const window of [page, other]) await window.goto(new URL(`${incident}/edit`, page.url()).href);
  await other.getByLabel("Summary").fill("theirs");
  await other.getByRole("button", { name: "Save changes" }).click();
  await expect(toast(other)).toContainText("Incident saved.");
  await page.getByLabel("Summary").fill("mine");
  await page.getByLabel("Disposition").selectOption({ label: "Benign" });
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(problems(page)).toContainText("Mina Sato changed incident");
  await expect(page.getByLabel("Your summary")).toHaveValue("mine");
  await page.getByRole("group", { name: "Summary" }).getByLabel("Theirs").check();
  await page.getByRole("button", { name: "Save what I chose" }).click();
  await expect(toast(page)).toContainText("Incident saved.");
  await expect(page.getByText("theirs", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("complementary")).toContainText("Benign");
}

async function phasesAndTimes(page: Page): Promise<void> {
  await mark(page, "triage");
  await expect(toast(page)).toContainText("Moved to Triage");
  await page.getByRole("link", { name: "Phase", exact: true }).click();
  await page.getByLabel("Rejected").check();
  await page.getByRole("button", { name: "Change phase" }).click();
  await expect(problems(page)).toContainText("Say why");
  await expect(page.getByLabel("Rejected")).toBeChecked();
  await page.getByRole("textbox", { name: "Reason" }).fill("A drill that nobody announced.");
  await page.getByRole("button", { name: "Change phase" }).click();
  await expect(toast(page)).toContainText("Moved to Rejected");
  await page.getByRole("link", { name: "Times", exact: true }).click();
  await page.getByRole("link", { name: "Enter: First alert" }).click();
  await page.getByRole("group", { name: "First alert" }).getByLabel("Date and time").fill("2026-03-02T08:00");
  await page.getByRole("textbox", { name: "Reason" }).fill("From the mail gateway.");
  await page.getByRole("button", { name: "Save time" }).click();
  await expect(toast(page)).toContainText("The time is entered");
}

async function accessAndToken(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Access", exact: true }).click();
  await page.getByLabel("Its team only").check();
  await page.getByRole("group", { name: "Team" }).getByLabel("Ada Okafor").check();
  await page.getByRole("button", { name: "Save access" }).click();
  await expect(toast(page)).toContainText("Access is changed");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API tokens" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("by hand");
  await page.getByRole("button", { name: "Make token" }).click();
  await expect(page.getByRole("region", { name: "Your new token" })).toBeVisible();
  await page.getByRole("link", { name: "Revoke by hand" }).click();
  await page.getByRole("button", { name: "Revoke token" }).click();
  await expect(toast(page)).toContainText("The token is revoked");
}

async function journey(page: Page, other: Page, url: string, code: string): Promise<void> {
  await setUp(page, url, code);
  const invitation = await addPerson(page);
  await other.goto(`${url}/join`);
  await other.getByLabel("Invitation code").fill(invitation);
  await other.getByLabel("New password").fill(PASSWORD);
  await other.getByRole("button", { name: "Set password" }).click();
  await fillSignIn(other, "mina@example.org", PASSWORD);
  const title = unique("By plain forms");
  const incident = await openOne(page, title);
  await editAtOnce(page, other, incident);
  await phasesAndTimes(page);
  await accessAndToken(page);
  expect((await other.goto(url + incident))?.status()).toBe(404);
  await page.goto(`${url}/incidents?q=plain&severity=sev3&sort=title&dir=asc`);
  await expect(page.getByRole("link", { name: `Restricted: ${title}` })).toBeVisible();
  await page.getByRole("columnheader", { name: "Title" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "Title" })).toHaveAttribute("aria-sort", "descending");
  await openMenu(page, "Account menu");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(toast(page)).toContainText("You are signed out");
}

test("the whole journey with script and WebAssembly kept from arriving", async ({ page, untouched, complaints }) => {
  test.slow();
  const blocked: string[] = [];
  const block = async (window: Page) => {
    await window.route(/\/pkg\/.*\.(js|wasm)$/, (route) => {
      blocked.push(route.request().url());
      return route.abort();
    });
  };
  await block(page);
  await page.goto(`${untouched.url}/setup`);
  const other = await otherBrowser(page, complaints);
  await block(other);
  await journey(page, other, untouched.url, untouched.setupCode ?? "");
  expect(blocked.some((url) => url.endsWith(".wasm"))).toBe(true);
  expect(blocked.some((url) => url.endsWith(".js"))).toBe(true);
  // What the last pages have to say is waited for: nothing is said after they are closed.
  await Promise.all([page.close(), other.close()]);
  // The browser tells of each file that was kept from it, and of nothing else.
  const others = complaints.filter((complaint) => !/ERR_FAILED.*\/pkg\/|Failed to fetch dynamically imported/.test(complaint));
  complaints.length = 0;
  complaints.push(...others);
});

test.describe("with scripts switched off", () => {
  test.use({ javaScriptEnabled: false });
  test("the whole journey", async ({ page, untouched, complaints }) => {
    test.slow();
    await page.goto(`${untouched.url}/setup`);
    const other = await otherBrowser(page, complaints, { javaScriptEnabled: false });
    await journey(page, other, untouched.url, untouched.setupCode ?? "");
  });

  test("theme, sessions and password", async ({ page, complaints }) => {
    await signIn(page, "auditor");
    await page.goto("/account");
    await page.getByRole("group", { name: "Theme of the pages" }).getByRole("button", { name: "Dark" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    const other = await otherBrowser(page, complaints, { javaScriptEnabled: false, userAgent: "Lynx/2.9 (plain)" });
    await signInByForm(other, "auditor");
    await page.goto("/account/sessions");
    await page.getByRole("row").filter({ hasText: "Lynx/2.9 (plain)" }).getByRole("button").click();
    await expect(toast(page)).toContainText("The session has ended");
  });
});
