// WCAG 2.2 AA by axe, in several looks of one page. Axe is put into a document once and
// runs there for each look, by all its rules each time: a page of its own to gather the
// results in, as axe's own adapter opens for each run, is only needed where there are
// frames, and no page of ours has one.
import { type Page, expect } from "@playwright/test";
import axe from "axe-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export interface Look {
  readonly width: number;
  readonly system: "light" | "dark";
  readonly chosen?: "light" | "dark";
}

const WIDE_AND_NARROW: readonly Look[] = [
  { width: 1440, system: "light" },
  { width: 390, system: "dark" },
];

const EVERY_LOOK: readonly Look[] = [
  { width: 1440, system: "light" },
  { width: 1440, system: "dark" },
  { width: 1440, system: "light", chosen: "dark" },
  { width: 390, system: "dark" },
  { width: 390, system: "dark", chosen: "light" },
];

/** What axe finds on the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  expect(page.frames(), `${page.url()} has frames, which this does not look into`).toHaveLength(1);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    // What listens to the window's size or to the colour scheme has answered two frames later.
    await new Promise<void>((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())));
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.html.slice(0, 160)}`),
    );
  }, RULES);
}

/** No violation and no sideways scrolling in this look, which the page keeps. */
export async function clean(page: Page, name: string, { width, system, chosen }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: system });
  await page.setViewportSize({ width, height: 900 });
  const where = `${name} (${width} px, ${chosen ?? system})`;
  expect.soft(await violations(page), where).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect.soft(overflow, `${where}: wider than the window`).toBeLessThanOrEqual(0);
}

async function wideAndLight(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Clean wide and light, and narrow and dark; leaves the page wide and light. */
export async function accessible(page: Page, name: string): Promise<void> {
  for (const look of WIDE_AND_NARROW) await clean(page, name, look);
  await wideAndLight(page);
}

/** Clean in every look, by the system's setting and by choice; leaves the page wide and light. */
export async function accessibleInEveryLook(page: Page, name: string): Promise<void> {
  for (const look of EVERY_LOOK) {
    await page.evaluate((chosen) => {
      if (chosen === undefined) delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = chosen;
    }, look.chosen);
    await clean(page, name, look);
  }
  await wideAndLight(page);
}
