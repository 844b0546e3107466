// Takes a picture of every page of a demo server, wide and narrow, light and dark,
// into HOLDFAST_SHOTS. `cargo xtask shots` starts the server and tells where it is:
// HOLDFAST_URL, and HOLDFAST_SERVER_LOG with the accounts as they were printed.
// Arguments are parts of names: only such pictures are taken.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Browser, type Page, chromium } from "@playwright/test";

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

const URL = setting("HOLDFAST_URL");
const FOLDER = setting("HOLDFAST_SHOTS");
const PASSWORD = /all with the password\s+(\S+)/.exec(readFileSync(setting("HOLDFAST_SERVER_LOG"), "utf8"))?.[1];
const ONLY = process.argv.slice(2);

const LOOKS = [
  { name: "wide-light", width: 1440, colorScheme: "light" },
  { name: "wide-dark", width: 1440, colorScheme: "dark" },
  { name: "narrow-light", width: 390, colorScheme: "light" },
  { name: "narrow-dark", width: 390, colorScheme: "dark" },
] as const;

/** A picture: its name, who looks, and what is done to get there. */
type Shot = readonly [name: string, who: string, go: (page: Page) => Promise<unknown>];

const at = (address: string) => (page: Page) => page.goto(URL + address);

/** The room of the incident with these words in its title, at a tab. */
function room(words: string, tab = "") {
  return async (page: Page) => {
    await page.goto(`${URL}/incidents?q=${encodeURIComponent(words)}`);
    const address = await page.locator("td.title a").first().getAttribute("href");
    await page.goto(`${URL}${address}${tab}`);
  };
}

async function conflict(page: Page): Promise<void> {
  await room("Lost laptop", "/edit")(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  const now = new Date().toISOString();
  await other.getByLabel("Summary").fill(`The device was found. ${now}`);
  await other.getByRole("button", { name: "Save changes" }).click();
  await other.waitForURL(/\/incidents\/[^/]+$|done=/);
  await other.close();
  await page.getByLabel("Summary").fill("The device is still lost; its certificates are revoked.");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.locator("#problems").waitFor();
}

async function refused(page: Page): Promise<void> {
  await page.goto(`${URL}/incidents/new`);
  await page.getByLabel("Title").fill("Odd sign-ins from a hosting range");
  await page.getByRole("group", { name: "Detected" }).getByLabel("Date and time").fill("2199-01-01T08:00");
  await page.getByRole("button", { name: "Open incident" }).click();
  await page.locator("#problems").waitFor();
}

const SHOTS: readonly Shot[] = [
  ["sign-in", "", at("/sign-in")],
  ["join", "", at("/join")],
  ["incidents", "lead", at("/incidents")],
  ["incidents-filtered", "lead", at("/incidents?status=open&severity=sev1&owner=me")],
  ["incidents-none", "lead", at("/incidents?q=nothing-is-called-this")],
  ["incident-new", "lead", at("/incidents/new")],
  ["incident-new-refused", "lead", refused],
  ["incident", "lead", room("Ransomware note")],
  ["incident-closed", "lead", room("Beaconing")],
  ["incident-restricted", "lead", room("design files")],
  ["incident-edit", "lead", room("Ransomware note", "/edit")],
  ["incident-conflict", "lead", conflict],
  ["incident-phase", "lead", room("Ransomware note", "/phase")],
  ["incident-times", "lead", room("Ransomware note", "/times")],
  ["incident-time", "lead", room("Ransomware note", "/times?milestone=start")],
  ["incident-access", "lead", room("design files", "/access")],
  ["incident-history", "lead", room("Ransomware note", "/history")],
  ["ledger", "auditor", at("/ledger")],
  ["people", "administrator", at("/people")],
  ["person-new", "administrator", at("/people/new")],
  ["tokens", "lead", at("/tokens")],
  ["sessions", "administrator", at("/sessions")],
  ["settings", "administrator", at("/settings")],
  ["account", "lead", at("/account")],
  ["account-password", "lead", at("/account/password")],
  ["not-found", "lead", at("/incidents/INC-1999-0001")],
  ["no-page", "lead", at("/nowhere")],
  ["forbidden", "executive", at("/incidents")],
];

async function signedIn(browser: Browser, who: string): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", reducedMotion: "reduce" });
  const page = await context.newPage();
  if (who === "") return page;
  if (PASSWORD === undefined) throw new Error("the server's log names no password");
  await page.goto(`${URL}/sign-in`);
  await page.getByLabel("Mail address").fill(`${who}@demo.example`);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Account menu").waitFor({ state: "attached" });
  return page;
}

async function take(page: Page, name: string, go: (page: Page) => Promise<unknown>): Promise<void> {
  for (const look of LOOKS) {
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.setViewportSize({ width: look.width, height: look.width === 390 ? 844 : 900 });
    if (look === LOOKS[0]) await go(page);
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: path.join(FOLDER, `${name}-${look.name}.png`), fullPage: true, animations: "disabled" });
  }
}

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const executablePath =
    process.env.HOLDFAST_CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  const pages = new Map<string, Page>();
  for (const [name, who, go] of SHOTS) {
    if (ONLY.length > 0 && !ONLY.some((part) => name.includes(part))) continue;
    const page = pages.get(who) ?? (await signedIn(browser, who));
    pages.set(who, page);
    await take(page, name, go);
    console.log(name);
  }
  await browser.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
