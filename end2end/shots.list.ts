// The pictures: what each shows, who looks, and what is done to get there. A page of
// app/src/pages.rs that is named by none of them fails `cargo xtask shots`.
import type { Page } from "@playwright/test";

/** Who looks: an account of the demo, nobody, or somebody of an organisation on its first day. */
export type Who =
  | "lead"
  | "analyst"
  | "auditor"
  | "executive"
  | "administrator"
  | "nobody"
  | "nobody yet"
  | "first";

export interface Shot {
  readonly name: string;
  readonly who: Who;
  /** The page as pages.rs has it; none where the picture is of something else. */
  readonly page?: string;
  readonly go: (page: Page) => Promise<unknown>;
}

/** Pages that only a form is posted to: asked for by an address, they show what another one does. */
export const SHOWN_BY_OTHERS: Readonly<Record<string, string>> = {
  "/incidents/{reference}/tasks/usual": "tasks",
  "/incidents/{reference}/tasks/{id}/status": "task",
  "/incidents/{reference}/tasks/{id}/place": "tasks",
  "/incidents/{reference}/tasks/{id}/comment": "task",
  "/incidents/{reference}/evidence/{label}/verify": "evidence-item",
  "/account/theme": "account",
  "/ledger/verify": "ledger",
};

const RANSOM = "Ransomware note";
const RESTRICTED = "design files";
const REPORTED = "turbine workshop";

/** Opens an address. */
const at = (address: string) => (page: Page) => page.goto(address);

/** The room of the incident with these words in its title, at a place below it. */
const room = (words: string, tail = "") => async (page: Page) => {
  await page.goto(`/incidents?q=${encodeURIComponent(words)}`);
  const address = await page.locator("td.title a").first().getAttribute("href");
  await page.goto(`${address}${tail}`);
};

/** The first link of the page that leads to such an address, followed; then what comes after it. */
async function follow(page: Page, address: RegExp, tail = ""): Promise<void> {
  const all = await page.locator("main a[href]").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const found = all.map((href) => address.exec(href ?? "")).find((match) => match !== null);
  if (found === undefined || found === null) throw new Error(`${page.url()} links to nothing like ${address}`);
  await page.goto(found[0] + tail);
}

const ID = "[0-9a-f]{8}-[0-9a-f-]{27}";

/** An id where a page asks before a deed and looks nothing up. */
const ANY = "00000000-0000-0000-0000-000000000000";

/** Something in a list of an incident: the list, how its links begin, and what follows. */
const within = (words: string, list: string, below = list, tail = "") => async (page: Page) => {
  await room(words, list)(page);
  await follow(page, new RegExp(`^/incidents/[^/]+${below}/${ID}`), tail);
};

const item = (words: string, label: string, tail = "") => room(words, `/evidence/${label}${tail}`);

async function conflict(page: Page): Promise<void> {
  await room("Lost laptop", "/edit")(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel("Summary").fill(`The device was found at ${new Date().toISOString()}.`);
  await other.getByRole("button", { name: "Save changes" }).click();
  await other.locator(".toasts .notice").waitFor();
  await other.close();
  await page.getByLabel("Summary").fill("The device is still lost; its certificates are revoked.");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.locator("#problems").waitFor();
}

async function refused(page: Page): Promise<void> {
  await page.goto("/incidents/new");
  await page.getByLabel("Title").fill("Odd sign-ins from a hosting range");
  await page.getByRole("group", { name: "Detected" }).getByLabel("Date and time").fill("2199-01-01T08:00");
  await page.getByRole("button", { name: "Open incident" }).click();
  await page.locator("#problems").waitFor();
}

async function token(page: Page): Promise<void> {
  await page.goto("/tokens");
  await page.getByLabel("Name").fill("splunk-forwarder");
  await page.getByRole("button", { name: "Make token" }).click();
  await page.getByRole("heading", { name: "Your new token" }).waitFor();
}

async function invited(page: Page): Promise<void> {
  await page.goto("/people/new");
  await page.getByLabel("Name").fill("Iris Lindqvist");
  await page.getByLabel("Mail address").fill(`iris.${Date.now()}@demo.example`);
  await page.getByLabel("Analyst").check();
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator(".copyable").first().waitFor();
}

async function imported(page: Page): Promise<void> {
  await page.goto("/import");
  const flow = { type: "bundle", id: "bundle--1", objects: [] };
  const file = { name: "not-a-flow.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(flow)) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.locator("main form button.btn-primary").click();
  await page.waitForLoadState("networkidle");
}

async function menu(page: Page): Promise<void> {
  await page.goto("/incidents");
  await page.locator("summary").filter({ hasText: "Account menu" }).click();
}

async function shortcuts(page: Page): Promise<void> {
  await page.goto("/incidents");
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("?");
  await page.locator("#shortcuts").waitFor({ state: "visible" });
}

async function focused(page: Page): Promise<void> {
  await page.goto("/incidents");
  await page.locator("td.title a").first().focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
}

const shot = (name: string, who: Who, page: string | undefined, go: Shot["go"]): Shot => ({ name, who, page, go });

/** A page whose address has no variable part. */
const plain = (name: string, who: Who, page: string): Shot => shot(name, who, page, at(page));

/** A page of the ransomware incident, of which the demo tells most. */
const ransom = (name: string, tail: string): Shot => shot(name, "lead", `/incidents/{reference}${tail}`, room(RANSOM, tail));

const GATES: readonly Shot[] = [
  plain("setup", "nobody yet", "/setup"),
  plain("sign-in", "nobody", "/sign-in"),
  plain("join", "nobody", "/join"),
  plain("sign-out", "lead", "/sign-out"),
];

const INCIDENTS: readonly Shot[] = [
  plain("incidents", "lead", "/incidents"),
  shot("incidents-filtered", "lead", undefined, at("/incidents?status=open&severity=sev1&owner=me")),
  shot("incidents-none", "lead", undefined, at("/incidents?q=nothing-is-called-this")),
  shot("incidents-focus", "lead", undefined, focused),
  shot("menu", "lead", undefined, menu),
  shot("shortcuts", "lead", undefined, shortcuts),
  plain("incident-new", "lead", "/incidents/new"),
  shot("incident-new-refused", "lead", undefined, refused),
  ransom("incident", ""),
  shot("incident-closed", "lead", undefined, room("Beaconing")),
  shot("incident-restricted", "lead", undefined, room(RESTRICTED)),
  ransom("incident-edit", "/edit"),
  shot("incident-conflict", "lead", undefined, conflict),
  ransom("incident-phase", "/phase"),
  shot("incident-phase-button", "lead", undefined, async (page) => {
    await room(RANSOM)(page);
    await page.locator(".phase-menu summary").click();
  }),
  plain("undo", "lead", "/undo"),
  ransom("incident-times", "/times"),
  shot("incident-time", "lead", undefined, room(RANSOM, "/times?milestone=start")),
  shot("incident-access", "lead", "/incidents/{reference}/access", room(RESTRICTED, "/access")),
  ransom("incident-take", "/take"),
  ransom("history", "/history"),
  ransom("timeline", "/timeline"),
  ransom("event-new", "/timeline/new"),
  shot("event-edit", "lead", "/incidents/{reference}/timeline/{id}/edit", within(RANSOM, "/timeline", "/timeline", "/edit")),
  shot("event-remove", "lead", "/incidents/{reference}/timeline/{id}/remove", within(RANSOM, "/timeline", "/timeline", "/remove")),
];

const WORK: readonly Shot[] = [
  plain("today", "lead", "/today"),
  ransom("tasks", "/tasks"),
  ransom("task-new", "/tasks/new"),
  shot("task", "lead", "/incidents/{reference}/tasks/{id}", within(RANSOM, "/tasks")),
  shot("task-edit", "lead", "/incidents/{reference}/tasks/{id}/edit", within(RANSOM, "/tasks", "/tasks", "/edit")),
  plain("search", "lead", "/search"),
  shot("search-found", "lead", undefined, at("/search?q=ransom")),
  shot("search-none", "lead", undefined, at("/search?q=nothing-is-called-this")),
  plain("import", "lead", "/import"),
  shot("import-refused", "lead", undefined, imported),
];

const EVIDENCE: readonly Shot[] = [
  plain("register", "lead", "/evidence"),
  plain("evidence-period-log", "auditor", "/evidence/log"),
  ransom("evidence", "/evidence"),
  ransom("evidence-new", "/evidence/new"),
  shot("evidence-item", "lead", "/incidents/{reference}/evidence/{label}", item(RANSOM, "EV-0001")),
  shot("evidence-thing", "lead", undefined, item(RESTRICTED, "EV-0001")),
  shot("custody-offer", "lead", "/incidents/{reference}/evidence/{label}/custody/{kind}", item(RANSOM, "EV-0001", "/custody/offered")),
  shot("custody-out", "lead", undefined, item(RANSOM, "EV-0001", "/custody/checked_out")),
  ransom("evidence-log", "/evidence/log"),
];

const FINDINGS: readonly Shot[] = [
  ransom("indicators", "/indicators"),
  ransom("indicators-many", "/indicators/many"),
  ransom("indicator-new", "/indicators/new"),
  ransom("assets", "/assets"),
  ransom("asset-new", "/assets/new"),
  ransom("vulnerabilities", "/vulnerabilities"),
  ransom("vulnerability-new", "/vulnerabilities/new"),
  ...[
    ["indicator", "indicators", RANSOM],
    ["asset", "assets", RANSOM],
    ["vulnerability", "vulnerabilities", "Known flaw in the VPN gateway"],
  ].flatMap(([name, list, words]) =>
    ["", "/edit", "/archive"].map((tail) =>
      shot(
        `${name}${tail.replace("/", "-")}`,
        "lead",
        `/incidents/{reference}/${list}/{id}${tail}`,
        within(words ?? "", `/${list}`, `/${list}`, tail),
      ),
    ),
  ),
];

const REPORTS: readonly Shot[] = [
  plain("metrics", "lead", "/metrics"),
  shot("metric", "lead", "/metrics/{kind}", at("/metrics/mttc")),
  plain("metrics-issue", "lead", "/metrics/issue"),
  plain("reports", "lead", "/reports"),
  shot("reports-executive", "executive", undefined, at("/reports")),
  ransom("incident-reports", "/reports"),
  ransom("report-write", "/reports/write"),
  ransom("report-issue", "/reports/issue"),
  ransom("report-check", "/reports/issue/check?kind=executive&executives=on"),
  plain("metrics-check", "lead", "/metrics/issue/check?executives=on"),
  ransom("recommendation-new", "/recommendations/new"),
  ransom("contacts", "/contacts"),
  ransom("contact-new", "/contacts/new"),
  ransom("links", "/links"),
  ransom("link-new", "/links/new"),
  ...["", "/edit", "/archive"].map((tail) =>
    shot(`contact${tail.replace("/", "-")}`, "lead", `/incidents/{reference}/contacts/{id}${tail}`, within(RANSOM, "/contacts", "/contacts", tail)),
  ),
  shot("link-archive", "lead", "/incidents/{reference}/links/{id}/archive", within(RANSOM, "/links", "/links", "/archive")),
  shot("recommendations", "lead", "/incidents/{reference}/recommendations", room(REPORTED, "/recommendations")),
  ...["", "/edit", "/archive"].map((tail) =>
    shot(
      `recommendation${tail.replace("/", "-")}`,
      "lead",
      `/incidents/{reference}/recommendations/{id}${tail}`,
      within(REPORTED, "/reports", "/recommendations", tail),
    ),
  ),
];

const ADMINISTRATION: readonly Shot[] = [
  plain("ledger", "auditor", "/ledger"),
  shot("ledger-filtered", "auditor", "/ledger", at("/ledger?kind=evidence")),
  shot("ledger-entry", "auditor", "/ledger/{seq}", async (page) => {
    await page.goto("/ledger?kind=incident.edited");
    await follow(page, /^\/ledger\/\d+$/);
  }),
  plain("people", "administrator", "/people"),
  plain("person-new", "administrator", "/people/new"),
  shot("person-invited", "administrator", undefined, invited),
  shot("person", "administrator", "/people/{id}", async (page) => {
    await page.goto("/people");
    await follow(page, new RegExp(`^/people/${ID}`));
  }),
  shot("person-invite", "administrator", "/people/{id}/invite", async (page) => {
    await page.goto("/people");
    await follow(page, new RegExp(`^/people/${ID}`), "/invite");
  }),
  plain("settings", "administrator", "/settings"),
  plain("logo", "administrator", "/settings/logo"),
  shot("token-made", "lead", undefined, token),
  plain("tokens", "lead", "/tokens"),
  shot("token-revoke", "lead", "/tokens/{id}/revoke", async (page) => {
    await token(page);
    await page.goto("/tokens");
    await follow(page, new RegExp(`^/tokens/${ID}/revoke`));
  }),
  plain("sessions", "administrator", "/sessions"),
  shot("session-end", "administrator", "/sessions/{id}/revoke", at(`/sessions/${ANY}/revoke`)),
  plain("account", "lead", "/account"),
  plain("account-password", "lead", "/account/password"),
  plain("account-sessions", "lead", "/account/sessions"),
  shot("account-session-end", "lead", "/account/sessions/{id}/revoke", at(`/account/sessions/${ANY}/revoke`)),
];

const ERRORS: readonly Shot[] = [
  shot("not-found", "lead", undefined, at("/incidents/INC-1999-0001")),
  shot("no-page", "lead", undefined, at("/nowhere")),
  shot("forbidden", "executive", undefined, at("/incidents")),
  shot("session-over", "nobody", undefined, async (page) => {
    // As a form that is sent after its session has ended.
    await page.goto("/sign-in");
    await page.evaluate(() => {
      const form = document.querySelector("form");
      if (form !== null) form.action = "/incidents/new";
      form?.removeAttribute("data-guard");
    });
    await page.getByLabel("Mail address").fill("somebody@demo.example");
    await page.getByLabel("Password").fill("kept for the form that comes back");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Send again" }).waitFor();
  }),
];

/** What an organisation sees on its first day. */
const FRESH: readonly Shot[] = ["/incidents", "/today", "/evidence", "/metrics", "/reports", "/search", "/ledger"].map(
  (page) => shot(`fresh-${page.slice(1)}`, "first", undefined, at(page)),
);

const NEW_ROOM: readonly Shot[] = ["", "/timeline", "/tasks", "/evidence", "/indicators", "/assets", "/vulnerabilities", "/reports", "/history"].map(
  (tab) =>
    shot(`fresh-room${tab.replace("/", "-")}`, "first", undefined, async (page) => {
      await page.goto("/incidents");
      if ((await page.locator("td.title a").count()) === 0) {
        await page.goto("/incidents/new");
        await page.getByLabel("Title").fill("Odd sign-ins from a hosting range");
        await page.getByLabel("Severity").selectOption("sev3");
        await page.getByRole("button", { name: "Open incident" }).click();
        await page.waitForURL(/\/incidents\/INC-/);
      }
      await room("Odd sign-ins", tab)(page);
    }),
);

export const SHOTS: readonly Shot[] = [
  ...GATES,
  ...INCIDENTS,
  ...WORK,
  ...EVIDENCE,
  ...FINDINGS,
  ...REPORTS,
  ...ADMINISTRATION,
  ...ERRORS,
  ...FRESH,
  ...NEW_ROOM,
];
