// What the list of incidents weighs as it comes over the wire, headers included, and
// that it can be used before its WebAssembly is there. Needs the site as it is
// shipped (`cargo xtask site`), not the quick build for trying things out.
import type { CDPSession, Page } from "@playwright/test";
import { Api, expect, hydrated, signIn, test } from "./site";

const FIRST_LOAD_MAX = 120_000;
const FIRST_REQUESTS_MAX = 12;
const SECOND_LOAD_MAX = 15_000;

interface Weighed {
  bytes: number;
  /** Address and bytes of each request that went over the wire. */
  requests: [string, number][];
}

/** Counts what comes over the wire from now on; what the cache answers weighs nothing. */
async function weigh(session: CDPSession): Promise<Weighed> {
  const weighed: Weighed = { bytes: 0, requests: [] };
  const urls = new Map<string, string>();
  session.on("Network.requestWillBeSent", ({ requestId, request }) => urls.set(requestId, request.url));
  session.on("Network.requestServedFromCache", ({ requestId }) => urls.delete(requestId));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId);
    if (url === undefined || encodedDataLength === 0) return;
    weighed.bytes += encodedDataLength;
    weighed.requests.push([new URL(url).pathname, encodedDataLength]);
  });
  await session.send("Network.enable");
  return weighed;
}

/** A browser with an empty cache, in which the same person is signed in. */
async function coldBrowser(page: Page): Promise<Page> {
  const cookies = await page.context().cookies();
  const context = await page.context().browser()?.newContext({ viewport: { width: 1440, height: 900 } });
  if (context === undefined) throw new Error("there is no browser");
  await context.addCookies(cookies);
  return context.newPage();
}

test("the first load of the list is light, and the second hardly anything", async ({ page, own, request }) => {
  const api = new Api(request, own, "lead");
  for (let n = 0; n < 30; n += 1) {
    await api.open(`Mailbox rule forwards invoices to an outside address, number ${n}`, { summary: "As in a true case." });
  }
  await signIn(page, "lead", own.url);
  const cold = await coldBrowser(page);
  const session = await cold.context().newCDPSession(cold);
  await cold.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given: Parameters<typeof instantiate>) => {
      const made = await instantiate(...given);
      setTimeout(() => Object.assign(window, { holdfastHydrated: true }));
      return made;
    };
  });
  const first = await weigh(session);
  await cold.goto(`${own.url}/incidents`);
  await hydrated(cold);
  await cold.waitForLoadState("networkidle");
  const [bytes, requests] = [first.bytes, [...first.requests]];
  console.log(`first load: ${bytes} bytes in ${requests.length} requests`, requests);
  expect(requests.some(([path]) => path.endsWith(".wasm"))).toBe(true);
  expect(requests.length).toBeLessThanOrEqual(FIRST_REQUESTS_MAX);
  expect(bytes).toBeLessThan(FIRST_LOAD_MAX);

  first.bytes = 0;
  first.requests.length = 0;
  await cold.goto(`${own.url}/incidents`);
  await hydrated(cold);
  await cold.waitForLoadState("networkidle");
  console.log(`second load: ${first.bytes} bytes in ${first.requests.length} requests`, first.requests);
  expect(first.bytes).toBeLessThan(SECOND_LOAD_MAX);
  await cold.context().close();
});

test("the list can be used while its WebAssembly is still on the way", async ({ page, own, request }) => {
  const api = new Api(request, own, "lead");
  const incident = await api.open("Usable at once");
  await signIn(page, "lead", own.url);
  const cold = await coldBrowser(page);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  await cold.route(/\.wasm$/, async (route) => {
    asked += 1;
    await held;
    // The page that asked may be gone by now.
    await route.continue().catch(() => undefined);
  });
  await cold.goto(`${own.url}/incidents`, { waitUntil: "commit" });
  await expect(cold.getByRole("link", { name: "Usable at once" })).toBeVisible();
  await cold.getByRole("link", { name: "Usable at once" }).click();
  await expect(cold.getByRole("heading", { level: 1, name: "Usable at once" })).toBeVisible();
  await expect(cold).toHaveURL(`${own.url}/incidents/${incident.reference}`);
  expect(asked).toBeGreaterThan(0);
  release();
  await cold.context().close();
});
