// What the tests share: a server per worker, a fresh one where a test asks for it,
// REST, and a watch over the browser's console that fails any test in which a page
// broke its policy, failed to hydrate or threw.
import {
  type APIRequestContext,
  type APIResponse,
  type Browser,
  type BrowserContext,
  type Page,
  test as base,
  expect,
} from "@playwright/test";
import type { TokenOwner } from "./people";
import { type Server, startServer } from "./server";

export { expect };
export { PASSWORD, PEOPLE, type Who } from "./people";
export type { Server } from "./server";
export { fillSignIn, signIn, signInByForm } from "./sign_in";

interface Each {
  /** A server that nobody has set up. */
  untouched: Server;
  /** A server with its people and nothing else, for this test alone. */
  own: Server;
  /** Complaints of every page of this test; the test fails unless there are none. */
  complaints: string[];
  /** REST as the lead. */
  api: Api;
}

export const test = base.extend<Each, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await startServer({ people: true });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  actionTimeout: ({}, use) => use(10_000),
  baseURL: ({ server }, use) => use(server.url),
  extraHTTPHeaders: ({}, use) => use({ "x-forwarded-for": nextAddress() }),
  untouched: async ({ browser }, use) => {
    const server = await startServer({ people: false });
    await use(server);
    await closeAll(browser);
    await server.stop();
  },
  own: async ({ browser }, use) => {
    const server = await startServer({ people: true });
    await use(server);
    await closeAll(browser);
    await server.stop();
  },
  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      watch(context, complaints);
      await use(complaints);
      expect(complaints, "what the browser complained of").toEqual([]);
    },
    { auto: true },
  ],
  api: async ({ server, request }, use) => use(new Api(request, server, "lead")),
});

/** Before a server goes, so that no page asks it for anything more. */
async function closeAll(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

let addresses = 0;

/** An address that no other browser of this worker has. */
function nextAddress(): string {
  addresses += 1;
  return `10.1.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`;
}

/** A new browser of its own: other cookies, another address, watched as well. */
export async function otherBrowser(page: Page, complaints: string[], options: object = {}): Promise<Page> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("the page has no browser");
  const baseURL = new URL(page.url()).origin;
  const context = await browser.newContext({
    baseURL,
    extraHTTPHeaders: { "x-forwarded-for": nextAddress() },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  watch(context, complaints);
  return context.newPage();
}

/** Notes what a browser complains of, and when a page's WebAssembly has taken over. */
export function watch(context: BrowserContext, complaints: string[]): void {
  const refused = new Set<string>();
  context.on("response", (response) => {
    // A page that answers 403 or 404 is told so in the console; that is no fault.
    // Nor is a form's refusal, where a script sent the form to show how far it is.
    const isForm = response.request().resourceType() === "xhr" && response.request().method() === "POST";
    if ((response.request().isNavigationRequest() || isForm) && response.status() >= 400) refused.add(response.url());
  });
  context.on("console", (message) => {
    const isFault = message.type() === "error" || /Content Security Policy|hydrat|panicked/i.test(message.text());
    const isStatus = message.text().startsWith("Failed to load resource: the server responded with a status of 4");
    if (!isFault || (isStatus && refused.has(message.location().url))) return;
    complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => complaints.push(`thrown: ${error.error().message}`));
  void context.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given: Parameters<typeof instantiate>) => {
      const made = await instantiate(...given);
      // After the promises that follow, of which one hydrates the page.
      setTimeout(() => Object.assign(window, { holdfastHydrated: true }));
      return made;
    };
  });
}

/** Waits until the page's WebAssembly has taken over. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => "holdfastHydrated" in window);
}

/** Opens a menu by the words on it. */
export async function openMenu(page: Page, words: string | RegExp): Promise<void> {
  await page.locator("summary").filter({ hasText: words }).click();
}

/** Moves an incident on by the button of its room, whatever tasks are open. */
export async function mark(page: Page, phase: string): Promise<void> {
  await openMenu(page, `Mark ${phase}`);
  const form = page.locator(".phase-menu form");
  const despite = form.getByRole("checkbox", { name: "although tasks are open" });
  if ((await despite.count()) > 0) await despite.check();
  await form.getByRole("button", { name: `Mark ${phase}` }).click();
}

/** What a deed came to, as the page says it. */
export function toast(page: Page) {
  return page.getByRole("status");
}

/** The summary of what a form got wrong. */
export function problems(page: Page) {
  return page.locator("#problems[role=alert]");
}

/** A title that no other test has. */
let titles = 0;
export function unique(words: string): string {
  titles += 1;
  return `${words} ${process.pid}-${titles}`;
}

/** An incident as REST answers with it; only what the tests read. */
export interface Incident {
  readonly id: string;
  readonly reference: string;
  readonly version: number;
  readonly status: string;
  readonly fields: Record<string, unknown>;
}

/** REST with one person's token. */
export class Api {
  constructor(
    private readonly request: APIRequestContext,
    private readonly server: Server,
    private readonly who: TokenOwner,
  ) {}

  as(who: TokenOwner): Api {
    return new Api(this.request, this.server, who);
  }

  private headers(more: Record<string, string> = {}): Record<string, string> {
    return { authorization: `Bearer ${this.server.token(this.who)}`, ...more };
  }

  get(path: string): Promise<APIResponse> {
    return this.request.get(`${this.server.url}/api/v1${path}`, { headers: this.headers() });
  }

  /** Sends a change of an incident, naming the version it saw. */
  change(method: "PATCH" | "POST" | "PUT", path: string, version: number, data: object): Promise<APIResponse> {
    const headers = this.headers({ "if-match": `"v${version}"` });
    return this.request.fetch(`${this.server.url}/api/v1${path}`, { method, headers, data });
  }

  async open(title: string, more: object = {}): Promise<Incident> {
    const data = { title, severity: "sev3", category: "fraud/phishing", ...more };
    const answer = await this.request.post(`${this.server.url}/api/v1/incidents`, { headers: this.headers(), data });
    expect(answer.status(), await answer.text()).toBe(201);
    return (await answer.json()) as Incident;
  }
}
