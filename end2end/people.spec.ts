// People and what lets them in: invitations, roles, sessions, tokens, passwords, and
// that each of them can be taken away at once.
import type { Page } from "@playwright/test";
import { accessible } from "./axe";
import { PASSWORD, expect, fillSignIn, hydrated, openMenu, otherBrowser, problems, signIn, signInByForm, test, toast, unique } from "./site";

const OTHER_PASSWORD = "eleven herons on a frozen lake";

async function copied(page: Page, heading: string): Promise<string> {
  const card = page.getByRole("region", { name: heading });
  await expect(card).toContainText("Copy it now. It is shown this once");
  return (await card.locator(".copyable .hash").innerText()).trim();
}

/** Adds a person as administrator and gives back the code. */
async function invite(page: Page, name: string, email: string, roles: readonly string[]): Promise<string> {
  await page.goto("/people/new");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByLabel("Mail address").fill(email);
  const boxes = page.getByRole("group", { name: "Roles" });
  await boxes.getByRole("checkbox", { name: /^Analyst/ }).uncheck();
  for (const role of roles) await boxes.getByRole("checkbox", { name: new RegExp(`^${role}`) }).check();
  await page.getByRole("button", { name: "Add person" }).click();
  return copied(page, "Invitation code");
}

async function join(page: Page, code: string, password: string): Promise<void> {
  await page.goto("/join");
  await page.getByLabel("Invitation code").fill(code);
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
}

let mails = 0;
function newMail(): string {
  mails += 1;
  return `new${process.pid}-${mails}@example.org`;
}

test("an invitation: its code is shown once, works once, and gives the roles it was made with", { tag: "@db" }, async ({ page, complaints }) => {
  const email = newMail();
  await signIn(page, "administrator");
  const code = await invite(page, "Noor Vos", email, ["Analyst", "Auditor"]);
  await hydrated(page);
  await expect(page.getByRole("button", { name: "Copy" })).toBeVisible();
  await page.goto("/people/new");
  expect(await page.content()).not.toContain(code);
  await page.goto("/people");
  const row = page.getByRole("row", { name: new RegExp(email) });
  await expect(row).toContainText("Analyst Auditor");

  const other = await otherBrowser(page, complaints);
  await join(other, code, "short");
  await expect(problems(other)).toContainText("New password: At least 15 characters");
  await join(other, code, OTHER_PASSWORD);
  await expect(toast(other)).toContainText("Your password is set");
  await fillSignIn(other, email, OTHER_PASSWORD);
  await expect(other.getByRole("navigation", { name: "Main" }).getByRole("link")).toHaveText([
    "Today",
    "Incidents",
    "Evidence",
    "Metrics",
    "Reports",
    "Ledger",
    "People",
    "API tokens",
  ]);
  const third = await otherBrowser(page, complaints);
  await join(third, code, OTHER_PASSWORD);
  await expect(problems(third)).toBeVisible();
  await expect(third).toHaveURL(/\/join$/);
});

test("a disabled person is cut at once, in browser and in REST, and comes back when let in again", async ({ page, complaints }) => {
  const email = newMail();
  await signIn(page, "administrator");
  const code = await invite(page, "Ines Roth", email, ["Analyst"]);
  const other = await otherBrowser(page, complaints);
  await join(other, code, OTHER_PASSWORD);
  await fillSignIn(other, email, OTHER_PASSWORD);
  await other.goto("/tokens");
  await other.getByRole("textbox", { name: "Name" }).fill("her script");
  await other.getByRole("button", { name: "Make token" }).click();
  const token = await copied(other, "Your new token");
  const asToken = () => other.request.get("/api/v1/incidents", { headers: { authorization: `Bearer ${token}` } });
  expect((await asToken()).status()).toBe(200);

  const disable = async (on: boolean) => {
    await page.goto("/people");
    await page.getByRole("link", { name: "Ines Roth" }).click();
    await page.getByRole("checkbox", { name: /^Disabled/ }).setChecked(on);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(toast(page)).toContainText("The person is saved");
  };
  await disable(true);
  await expect(page.getByRole("row", { name: new RegExp(email) })).toContainText("Disabled");
  await other.goto("/incidents");
  await expect(other).toHaveURL(/\/sign-in/);
  expect((await asToken()).status()).toBe(401);
  await fillSignIn(other, email, OTHER_PASSWORD);
  await expect(problems(other)).toContainText("The address or the password is not right");
  await disable(false);
  await fillSignIn(other, email, OTHER_PASSWORD);
  await expect(other).toHaveURL(/\/incidents/);
});

test("roles count from the next request on; the last administrator stays", { tag: "@db" }, async ({ page, complaints }) => {
  const email = newMail();
  await signIn(page, "administrator");
  const code = await invite(page, "Teo Lind", email, ["Analyst"]);
  const other = await otherBrowser(page, complaints);
  await join(other, code, OTHER_PASSWORD);
  await fillSignIn(other, email, OTHER_PASSWORD);
  expect((await other.goto("/ledger"))?.status()).toBe(403);
  await page.goto("/people");
  await page.getByRole("link", { name: "Teo Lind" }).click();
  await page.getByRole("checkbox", { name: /^Auditor/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page)).toContainText("The person is saved");
  expect((await other.goto("/ledger"))?.status()).toBe(200);

  await page.getByRole("link", { name: "Ada Okafor" }).click();
  await page.getByRole("checkbox", { name: /^Administrator/ }).uncheck();
  await page.getByRole("checkbox", { name: /^Auditor/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(problems(page)).toBeVisible();
  await expect(page.getByRole("checkbox", { name: /^Auditor/ })).toBeChecked();
  expect((await page.goto("/people/new"))?.status()).toBe(200);
});

test("a token is shown once, works within its scopes, and is refused once revoked", async ({ page }) => {
  const name = unique("forwarder");
  await signIn(page, "analyst");
  await page.goto("/tokens");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByLabel("Days until it ends").fill("9999");
  await page.getByRole("button", { name: "Make token" }).click();
  await expect(problems(page)).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue(name);
  await page.getByLabel("Days until it ends").fill("7");
  await page.getByRole("button", { name: "Make token" }).click();
  const token = await copied(page, "Your new token");
  await page.goto("/tokens");
  expect(await page.content()).not.toContain(token);
  const headers = { authorization: `Bearer ${token}` };
  expect((await page.request.get("/api/v1/incidents", { headers })).status()).toBe(200);
  const data = { title: "x", severity: "sev3", category: "other" };
  expect((await page.request.post("/api/v1/incidents", { headers, data })).status()).toBe(403);
  expect((await page.request.get("/api/v1/ledger/checkpoint", { headers })).status()).toBe(403);

  await page.getByRole("link", { name: `Revoke ${name}` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(`Revoke the token “${name}”?`);
  await page.getByRole("button", { name: "Revoke token" }).click();
  await expect(toast(page)).toContainText("The token is revoked");
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("Revoked");
  const refused = await page.request.get("/api/v1/incidents", { headers });
  expect(refused.status()).toBe(401);
  expect(refused.headers()["content-type"]).toContain("application/problem+json");
});

test("one's sessions are listed, and ended one by one", async ({ page, complaints }) => {
  await signInByForm(page, "executive");
  const other = await otherBrowser(page, complaints, { userAgent: "Lynx/2.9 (the other one)" });
  await signInByForm(other, "executive");
  await page.goto("/account/sessions");
  await expect(page.getByRole("row").filter({ hasText: "This one" })).toHaveCount(1);
  const row = page.getByRole("row").filter({ hasText: "Lynx/2.9 (the other one)" });
  await row.getByRole("button").click();
  await expect(toast(page)).toContainText("The session has ended");
  await other.goto("/account");
  await expect(other).toHaveURL(/\/sign-in/);
  await page.goto("/account");
  await expect(page.getByRole("heading", { level: 1, name: "Your account" })).toBeVisible();
});

test("an administrator ends the session of somebody else", async ({ page, complaints }) => {
  await signInByForm(page, "administrator");
  const other = await otherBrowser(page, complaints, { userAgent: "Lynx/2.9 (to be ended)" });
  await signInByForm(other, "auditor");
  await page.goto("/sessions");
  await page.getByRole("row").filter({ hasText: "Lynx/2.9 (to be ended)" }).getByRole("button").click();
  await expect(toast(page)).toContainText("The session has ended");
  await other.goto("/ledger");
  await expect(other).toHaveURL(/\/sign-in/);
});

test("a new password ends the other sessions and the old password", async ({ page, complaints }) => {
  const email = newMail();
  await signIn(page, "administrator");
  const code = await invite(page, "Pia Holm", email, ["Analyst"]);
  const [one, two] = [await otherBrowser(page, complaints), await otherBrowser(page, complaints)];
  await join(one, code, OTHER_PASSWORD);
  await fillSignIn(one, email, OTHER_PASSWORD);
  await two.goto("/sign-in");
  await fillSignIn(two, email, OTHER_PASSWORD);
  await expect(two).toHaveURL(/\/today$/);
  await one.goto("/account/password");
  await one.getByLabel("Current password").fill("not the one it is at all");
  await one.getByLabel("New password").fill(PASSWORD);
  await one.getByRole("button", { name: "Change password" }).click();
  await expect(problems(one)).toBeVisible();
  await expect(one.getByLabel("New password")).toHaveValue("");
  await one.getByLabel("Current password").fill(OTHER_PASSWORD);
  await one.getByLabel("New password").fill(PASSWORD);
  await one.getByRole("button", { name: "Change password" }).click();
  await expect(toast(one)).toContainText("Your password is changed");
  await two.goto("/incidents");
  await expect(two).toHaveURL(/\/sign-in/);
  await fillSignIn(two, email, OTHER_PASSWORD);
  await expect(problems(two)).toContainText("is not right");
  await fillSignIn(two, email, PASSWORD);
  await expect(two).toHaveURL(/\/incidents/);
});

test("wrong passwords make an account wait, whatever it is called", { tag: "@db" }, async ({ page, own }) => {
  await page.goto(`${own.url}/sign-in`);
  for (const email of [newMail(), "elena@example.org"]) {
    const said: string[] = [];
    // Ten are looked at; each further one has to wait.
    for (let attempt = 0; attempt < 12 && !said.at(-1)?.includes("Too many attempts"); attempt += 1) {
      await fillSignIn(page, email, "a guess that is long enough");
      await expect(problems(page)).toBeVisible();
      await expect(page.getByLabel("Mail address")).toHaveValue(email);
      said.push(await problems(page).innerText());
    }
    expect(said.length, said.join("; ")).toBe(11);
    expect(said.at(-1)).toContain("Too many attempts. Try again in");
  }
});

test("a stranger who guesses keeps nobody out of a browser that they signed in by", { tag: "@db" }, async ({ page, own, complaints }) => {
  const email = "elena@example.org";
  const isIn = () => expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  await page.goto(`${own.url}/sign-in`);
  await fillSignIn(page, email, PASSWORD);
  await isIn();
  await openMenu(page, "Account menu");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(toast(page)).toContainText("You are signed out");

  const stranger = await otherBrowser(page, complaints);
  await stranger.goto("/sign-in");
  for (let guess = 0; guess < 11; guess += 1) {
    await fillSignIn(stranger, email, "a guess that is long enough");
    await expect(problems(stranger)).toContainText(guess < 10 ? "is not right" : "Too many attempts");
  }
  await fillSignIn(stranger, email, PASSWORD);
  await expect(problems(stranger)).toContainText("Too many attempts");
  await fillSignIn(page, email, PASSWORD);
  await isIn();
});

test("the theme that was chosen stays, also when signed out", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await signInByForm(page, "analyst");
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await openMenu(page, "Account menu");
  await page.getByRole("group", { name: "Theme" }).first().getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await background()).not.toBe(light);
  await page.goto("/incidents");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await openMenu(page, "Account menu");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.emulateMedia({ colorScheme: "dark" });
  await signInByForm(page, "analyst");
  await page.goto("/account");
  const chosen = page.getByRole("group", { name: "Theme of the pages" });
  await expect(chosen.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
  await chosen.getByRole("button", { name: "Light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  expect(await background()).toBe(light);
  await page.getByRole("group", { name: "Theme of the pages" }).getByRole("button", { name: "System" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-theme", /./);
  expect(await background()).not.toBe(light);
});

test("times are shown in the zone of the account", async ({ page, api, complaints }) => {
  const email = newMail();
  await signIn(page, "administrator");
  const code = await invite(page, "Kai Mori", email, ["Analyst"]);
  const detected = { at: "2026-03-02T20:00:00Z", precision: "minute", source: "user" };
  const incident = await api.open(unique("Across zones"), { detected });
  const other = await otherBrowser(page, complaints);
  await join(other, code, OTHER_PASSWORD);
  await fillSignIn(other, email, OTHER_PASSWORD);
  await other.goto("/account");
  await other.getByLabel("Time zone").fill("Asia/Tokyo");
  await other.getByRole("button", { name: "Save" }).click();
  await expect(toast(other)).toContainText("Your account is saved");
  await other.goto(`/incidents/${incident.reference}`);
  const time = other.getByText("2026-03-03 05:00 JST");
  await expect(time.first()).toHaveAttribute("title", "2026-03-02 20:00:00 UTC");
});

test("the organisation's settings are saved and seen by all", async ({ page, own, complaints }) => {
  await signIn(page, "administrator", own.url);
  await page.goto(`${own.url}/settings`);
  await page.getByLabel("Name of the organisation").fill("Northwind Grid");
  await page.getByLabel("Time zone").fill("nowhere");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(problems(page)).toContainText("Time zone");
  await expect(page.getByLabel("Name of the organisation")).toHaveValue("Northwind Grid");
  await page.getByLabel("Time zone").fill("Europe/Oslo");
  await page.getByLabel("SEV1: contain within hours").fill("2");
  await page.getByLabel("SEV5: acknowledge within minutes").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Give all three of a severity").first()).toBeVisible();
  for (const clock of ["contain within hours", "resolve within hours"]) await page.getByLabel(`SEV5: ${clock}`).fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page)).toContainText("The settings are saved");
  await expect(page.getByLabel("SEV1: contain within hours")).toHaveValue("2");
  await expect(page.getByLabel("SEV5: resolve within hours")).toHaveValue("");
  await accessible(page, "settings");
  const other = await otherBrowser(page, complaints);
  await signIn(other, "analyst");
  await other.goto("/today");
  await expect(other.getByRole("link", { name: "Holdfast Northwind Grid" })).toBeVisible();
});

test("a logo is set, shown as it will be printed, and removed", async ({ page, own }) => {
  await signIn(page, "administrator", own.url);
  await page.goto(`${own.url}/settings`);
  await page.getByRole("link", { name: "Logo on reports" }).click();
  await expect(page.getByRole("img", { name: "The logo" })).toHaveCount(0);
  await page.getByLabel("File").setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
  await page.getByRole("button", { name: "Set the logo" }).click();
  await expect(problems(page)).toContainText("Choose a PNG or JPEG");
  await accessible(page, "a refused logo");
  await page.getByLabel("File").setInputFiles("../crates/typeset/tests/data/logo.png");
  await page.getByRole("button", { name: "Set the logo" }).click();
  await expect(toast(page)).toContainText("The logo is set");
  const picture = page.getByRole("img", { name: "The logo" });
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBe(480);
  await accessible(page, "the logo");
  await page.getByRole("button", { name: "Remove the logo" }).click();
  await expect(toast(page)).toContainText("The logo is removed");
  await expect(picture).toHaveCount(0);
});

test("nobody takes another's name; where an administrator gives it, handles tell the two apart", async ({ page, complaints }) => {
  const emails = [newMail(), newMail()] as const;
  await signIn(page, "administrator");
  await invite(page, "Vera Holm", emails[0], ["Analyst"]);
  const code = await invite(page, "Kai Lund", emails[1], ["Analyst"]);
  const other = await otherBrowser(page, complaints);
  await join(other, code, OTHER_PASSWORD);
  await fillSignIn(other, emails[1], OTHER_PASSWORD);
  for (const name of ["Vera Holm", "VERA  HOLM", "Ver\u0430 Holm", "Ve\u200bra Holm", "\uff36\uff45\uff52\uff41 Holm"]) {
    await other.goto("/account");
    await other.getByRole("textbox", { name: "Name" }).fill(name);
    await other.getByRole("button", { name: "Save" }).click();
    await expect(problems(other)).toContainText("Name: Somebody else has or had this name");
  }
  await other.goto("/account");
  await expect(other.getByText("Handle: kai-lund")).toBeVisible();

  await page.goto("/people");
  await page.getByRole("link", { name: "Kai Lund" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Vera Holm");
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/incidents");
  const owners = page.getByLabel("Owner");
  await expect(owners.getByRole("option", { name: "Vera Holm (vera-holm)" })).toBeAttached();
  await expect(owners.getByRole("option", { name: "Vera Holm (kai-lund)" })).toBeAttached();
});
