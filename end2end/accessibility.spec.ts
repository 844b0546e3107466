// WCAG 2.2 AA by axe on every page there is, with what it looks like when something
// was wrong: light and dark, by the system's setting and by choice, wide and narrow.
// And by keyboard alone: everything is reached, and one sees where one is.
import type { Page } from "@playwright/test";
import { accessibleInEveryLook, violations } from "./axe";
import { Api, type Server, type Who, expect, hydrated, openMenu, otherBrowser, problems, signIn, test } from "./site";

async function visit(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await hydrated(page);
  await accessibleInEveryLook(page, name);
}

/** An incident in which something of everything has happened. */
async function eventful(api: Api): Promise<string> {
  const me = await (await api.get("/me")).json();
  const opened = await api.open("Ransomware note on a branch office file server with a title as long as titles get to be in a real life", {
    severity: "sev1",
    summary: "# Heading\n\nFiles on **fs-branch-3**.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\n\n`code` and [a link](https://example.org)\n\n```\na block that is much longer than a narrow window is wide, so that it has to scroll by itself\n```",
    owner_id: me.person_id ?? me.id,
    detected: { at: "2026-03-02T07:00:00Z", precision: "hour", source: "alert" },
  });
  const at = `/incidents/${opened.reference}`;
  const step = async (version: number, body: object) => {
    const answer = await api.change("POST", `${at}/phase`, version, body);
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()).version as number;
  };
  let version = await step(opened.version, { to: "triage" });
  const entered = { at: "2026-03-02T09:00:00Z", precision: "minute", source: "user" };
  version = await step(version, { to: "containing", entered, reason: "From the shift log." });
  version = await step(version, { to: "investigating", reason: "A second host answers." });
  await step(version, { to: "contained", reason: "It was quick." });
  return at;
}

/** One such incident of each server, for tests that change nothing of it. */
const rooms = new Map<string, Promise<string>>();

function room(server: Server, api: Api): Promise<string> {
  const made = rooms.get(server.url) ?? eventful(api);
  rooms.set(server.url, made);
  return made;
}

test("before the door: set-up, sign-in, joining, and what is wrong there", async ({ page, untouched }) => {
  test.slow();
  await visit(page, `${untouched.url}/setup`, "set-up");
  await page.getByLabel("Setup code").fill("wrong");
  for (const input of await page.getByRole("textbox").all()) {
    if ((await input.inputValue()) === "") await input.fill("x@example.org");
  }
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(problems(page)).toBeVisible();
  await accessibleInEveryLook(page, "set-up refused");
});

test("signing in and joining", async ({ page, baseURL }) => {
  await visit(page, `${baseURL}/sign-in`, "sign-in");
  await page.getByLabel("Mail address").fill("nobody@example.org");
  await page.getByLabel("Password").fill("not the right sentence");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(problems(page)).toBeVisible();
  await accessibleInEveryLook(page, "sign-in refused");
  await visit(page, `${baseURL}/join`, "join");
  await page.getByLabel("Invitation code").fill("wrong");
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(problems(page)).toBeVisible();
  await accessibleInEveryLook(page, "join refused");
});

const PATHS: Record<string, [Who, readonly string[]]> = {
  "list and room": ["lead", ["/incidents", "/incidents?q=nothing-is-called-this", "/incidents?status=open&severity=sev1&owner=me&q=note", "/incidents?sort=asleep", "", "/edit"]],
  "tabs of the room": ["lead", ["/contacts", "/contacts/new", "/links", "/links/new", "/phase", "/times", "/times?milestone=start", "/access", "/history", "/take", "/tasks", "/tasks/new", "/reports", "/reports/write", "/reports/issue", "/recommendations/new"]],
  "metrics, reports, import": ["lead", ["/today", "/metrics", "/metrics/mttd", "/metrics/issue", "/reports", "/import", "/metrics?period=never"]],
  "ledger and account": ["lead", ["/incidents/new", "/ledger", "/people", "/account", "/account/password", "/account/sessions", "/sign-out"]],
  administration: ["administrator", ["/people", "/people/new", "/sessions", "/settings", "/settings/logo", "/tokens", "/tokens/0199aaaa-0000-7000-8000-000000000000/revoke", "/account/theme"]],
  "errors within the frame": ["auditor", ["/incidents/INC-1999-0001", "/people/new", "/edit", "/nowhere", "/incidents/INC-1999-0001/nowhere", "/ledger/proof/999999"]],
  "who sees little": ["executive", ["/account", "/incidents"]],
};

// Few pages to a test, so that both workers have something to do until the end.
const GROUP = 4;
for (const [name, [who, paths]] of Object.entries(PATHS)) {
  for (let first = 0; first < paths.length; first += GROUP) {
    const group = paths.slice(first, first + GROUP);
    test(`pages: ${name}, ${first + 1} to ${first + group.length}`, async ({ page, api, server, baseURL }) => {
      test.slow();
      const incident = await room(server, api);
      await signIn(page, who);
      for (const path of group) {
        const isTab = path === "" || /^\/(edit|phase|times|access|history|take|tasks|reports\/)/.test(path);
        await page.goto(`${baseURL}${isTab ? incident : ""}${path}`);
        if ((await page.locator("script[type=module]").count()) > 0) await hydrated(page);
        await accessibleInEveryLook(page, `${who} ${path}`);
      }
    });
  }
}

test("states: an empty organisation, menus that are open, dialogs", async ({ page, own }) => {
  test.slow();
  await signIn(page, "lead", own.url);
  await visit(page, `${own.url}/incidents`, "no incident yet");
  await new Api(page.request, own, "lead").open("One");
  await page.goto(`${own.url}/incidents`);
  await hydrated(page);
  for (const menu of ["Columns", "Severity", "Account menu"]) {
    await openMenu(page, menu);
    await accessibleInEveryLook(page, `menu ${menu}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await openMenu(page, /^Menu$/);
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${own.url}/account`);
  await hydrated(page);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await accessibleInEveryLook(page, "shortcuts");
});

test("states: refusals, conflicts, what is shown once, a session that ended", async ({ page, api, complaints, context }) => {
  test.slow();
  const incident = await eventful(api);
  await signIn(page, "lead");
  const reference = incident.replace("/incidents/", "");
  const button = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await page.goto(`${incident}/edit`);
  await page.getByLabel("Severity").selectOption("sev4");
  await button("Save changes");
  await expect(problems(page)).toBeVisible();
  await accessibleInEveryLook(page, "edit refused");

  await page.goto(`${incident}/edit`);
  const other = await otherBrowser(page, complaints);
  await signIn(other, "analyst");
  await other.goto(`/incidents/${reference}/edit`);
  await other.getByLabel("Summary").fill("theirs");
  await other.getByLabel("TLP").selectOption("red");
  await other.getByRole("button", { name: "Save changes" }).click();
  await page.getByLabel("Summary").fill("mine");
  await button("Save changes");
  await expect(page.getByLabel("Your summary")).toBeVisible();
  await accessibleInEveryLook(page, "conflict");

  await page.goto(`${incident}/phase`);
  await page.getByLabel("Rejected").check();
  await button("Change phase");
  await expect(problems(page)).toBeVisible();
  await accessibleInEveryLook(page, "phase refused");
  await page.goto(`${incident}/times?milestone=start`);
  await page.getByRole("textbox", { name: "Reason" }).fill("x");
  await button("Save time");
  await expect(problems(page)).toBeVisible();
  await accessibleInEveryLook(page, "time refused");
  await page.goto("/tokens");
  await page.getByRole("textbox", { name: "Name" }).fill("for axe");
  await button("Make token");
  await expect(page.getByRole("heading", { name: "Your new token" })).toBeVisible();
  await accessibleInEveryLook(page, "token made");
  await page.goto("/incidents/new");
  await page.getByRole("textbox", { name: "Title" }).fill("Kept");
  await context.clearCookies();
  await button("Open incident");
  await expect(page.getByRole("heading", { name: "Your session has ended" })).toBeVisible();
  await accessibleInEveryLook(page, "session ended");
});

test("an invitation as it is shown once", async ({ page }) => {
  await signIn(page, "administrator");
  await page.goto("/people/new");
  await page.getByRole("textbox", { name: "Name" }).fill("Axel");
  await page.getByLabel("Mail address").fill(`axel${process.pid}@example.org`);
  await page.getByRole("button", { name: "Add person" }).click();
  await expect(page.getByRole("heading", { name: "Invitation code" })).toBeVisible();
  await accessibleInEveryLook(page, "invitation");
});

/** What the keyboard is on: a mark of it, and whether one sees it. */
function focused(page: Page): Promise<{ mark: string; seen: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const style = getComputedStyle(element);
    const outlined = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
    const box = element.getBoundingClientRect();
    const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const all = [...document.querySelectorAll("*")];
    return { mark: String(all.indexOf(element)), seen: (outlined || style.boxShadow !== "none") && within };
  });
}

async function walk(page: Page, origin: string, path: string, server: Server): Promise<void> {
  await page.goto(origin + path);
  await hydrated(page);
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll("*")];
    const stops = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    return [...document.querySelectorAll<HTMLElement>(stops)]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches(":disabled"))
      // Of radio buttons with one name the keyboard stops at one.
      .filter((element) => !(element instanceof HTMLInputElement && element.type === "radio" && !element.checked))
      .map((element) => ({ mark: String(all.indexOf(element)), html: element.outerHTML.slice(0, 100) }));
  });
  const reached = new Set<string>();
  const shown = new Set<string>();
  for (let press = 0; press < wanted.length + 10; press += 1) {
    await page.keyboard.press("Tab");
    const { mark, seen } = await focused(page);
    reached.add(mark);
    // A date field has stops within, of which the browser marks some by itself.
    if (seen) shown.add(mark);
  }
  const missed = wanted.filter(({ mark }) => !reached.has(mark)).map(({ html }) => html);
  expect.soft(missed, `${path}: not reached by the Tab key`).toEqual([]);
  const hidden = wanted.filter(({ mark }) => reached.has(mark) && !shown.has(mark)).map(({ html }) => html);
  expect.soft(hidden, `${path}: has the focus and does not show it`).toEqual([]);
  expect(server.url).toBe(origin);
}

test("the keyboard alone reaches everything and shows where it is", async ({ page, own, request }) => {
  const api = new Api(request, own, "lead");
  const incident = await eventful(api);
  await api.open("Another");
  await signIn(page, "lead", own.url);
  for (const path of ["/incidents", incident, `${incident}/edit`, `${incident}/phase`, "/ledger", "/account"]) {
    await walk(page, own.url, path, own);
  }
});

test("the first Tab offers to skip to the content", async ({ page }) => {
  await signIn(page, "lead");
  await page.goto("/incidents");
  await hydrated(page);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
});
