// Takes a picture of every page of a demo server, at three widths, light and dark:
// {page}-{width}-{theme}.png in HOLDFAST_SHOTS, and a gallery of them, index.html. What
// is taken is shots.list.ts; this file signs in, resizes and writes.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Browser, type Page, expect, test as base } from "@playwright/test";
import { type Server, startServer } from "./server";
import { SHOTS, SHOWN_BY_OTHERS, type Who } from "./shots.list";

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

const FOLDER = setting("HOLDFAST_SHOTS");
mkdirSync(FOLDER, { recursive: true });

const WIDTHS = { 1440: 900, 1024: 768, 390: 844 } as const;
const THEMES = ["light", "dark"] as const;
const FIRST_PASSWORD = "seven geese over the estuary";

/** A page of somebody who is signed in, kept for the pictures that follow. */
type Looks = (who: Who) => Promise<Page>;

const test = base.extend<object, { looks: Looks }>({
  looks: [
    async ({ browser }, use) => {
      const pages = new Map<Who, Page>();
      let fresh: Server | undefined;
      await use(async (who) => {
        const known = pages.get(who);
        if (known !== undefined) return known;
        const isFresh = who === "first" || who === "nobody yet";
        if (isFresh) fresh ??= await startServer({ people: false });
        const page = await newPage(browser, isFresh && fresh ? fresh.url : setting("HOLDFAST_URL"));
        pages.set(who, page);
        if (who === "first") await setUp(page, fresh?.setupCode ?? "");
        else if (!who.startsWith("nobody")) await signIn(page, `${who}@demo.example`, demoPassword());
        return page;
      });
      await Promise.all([...pages.values()].map((page) => page.context().close()));
      await fresh?.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

async function newPage(browser: Browser, baseURL: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  });
  return context.newPage();
}

function demoPassword(): string {
  const printed = /all with the password\s+(\S+)/.exec(readFileSync(setting("HOLDFAST_SERVER_LOG"), "utf8"));
  if (printed?.[1] === undefined) throw new Error("the server's log names no password");
  return printed[1];
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Account menu").waitFor({ state: "attached" });
}

async function setUp(page: Page, code: string): Promise<void> {
  await page.goto("/setup");
  await page.getByLabel("Setup code").fill(code);
  await page.getByRole("group", { name: "Organisation" }).getByRole("textbox", { name: "Name", exact: true }).fill("Harbour Water");
  await page.getByLabel("Time zone").fill("Europe/Berlin");
  await page.getByLabel("Name of the ledger").fill("harbour.example/ledger");
  await page.getByRole("group", { name: "First administrator" }).getByRole("textbox", { name: "Name", exact: true }).fill("Ada Okafor");
  await page.getByLabel("Mail address").fill("first@demo.example");
  await page.getByLabel("Password").fill(FIRST_PASSWORD);
  await page.getByRole("button", { name: "Set up" }).click();
  await page.waitForURL(/\/sign-in/);
  await signIn(page, "first@demo.example", FIRST_PASSWORD);
}

/** The pages of the application, as the list that routes are built from has them. */
function pages(): string[] {
  const source = readFileSync(path.resolve("../app/src/pages.rs"), "utf8");
  const own = [...source.matchAll(/\bpage!\(\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  const items = [...source.matchAll(/\bitem!\("([^"]+)"/g)].flatMap((match) =>
    ["", "/new", "/{id}", "/{id}/edit", "/{id}/archive"].map((tail) => `/incidents/{reference}/${match[1]}${tail}`),
  );
  return [...own, ...items];
}

test("every page is in the list of pictures", () => {
  const shown = new Set([...SHOTS.map((shot) => shot.page), ...Object.keys(SHOWN_BY_OTHERS)]);
  const all = pages();
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter((page) => !shown.has(page)), "pages of app/src/pages.rs without a picture in shots.list.ts").toEqual([]);
  const gone = [...shown].filter((page) => page !== undefined && !all.includes(page));
  expect(gone, "pictures in shots.list.ts of pages that are gone").toEqual([]);
});

for (const { name, who, go } of SHOTS) {
  test(name, async ({ looks }) => {
    const page = await looks(who);
    await page.setViewportSize({ width: 1440, height: WIDTHS[1440] });
    await go(page);
    await page.waitForLoadState("networkidle");
    for (const [width, height] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width: Number(width), height });
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        const file = path.join(FOLDER, `${name}-${width}-${colorScheme}.png`);
        await page.screenshot({ path: file, fullPage: true, animations: "disabled" });
      }
    }
  });
}

test.afterAll(() => writeFileSync(path.join(FOLDER, "index.html"), gallery()));

/** All pictures of the folder, a row for each page. */
function gallery(): string {
  const looks = Object.keys(WIDTHS).reverse().flatMap((width) => THEMES.map((theme) => `${width}-${theme}`));
  const there = new Set(readdirSync(FOLDER));
  const rows = SHOTS.map(({ name }) => {
    const cells = looks.map((look) => `${name}-${look}.png`).map((file) =>
      there.has(file) ? `<td><a href="${file}"><img src="${file}" alt="${file}" loading="lazy"></a>` : "<td>",
    );
    return `<tr id="${name}"><th>${name}${cells.join("")}`;
  });
  const heads = looks.map((look) => `<th>${look.replace("-", " px, ")}`).join("");
  return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Holdfast, every page</title>
<style>body{font:14px sans-serif}td,th{vertical-align:top;padding:8px;text-align:left}img{max-width:320px;max-height:420px;border:1px solid #999}</style>
<table><tr><th>page${heads}
${rows.join("\n")}
</table>
`;
}
