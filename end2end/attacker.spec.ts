// A page on another origin tries, in the name of a signed-in person, everything that
// Holdfast answers: every form, by POST, by GET and by fetch,
// once from another port of the same host (whose requests carry the cookie) and once
// from another host. Nothing may take effect. The list of forms is
// read from the application's own, so that none is left out.
import { readFileSync } from "node:fs";
import { type Server as HttpServer, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { Api, PASSWORD, type Server, expect, fillSignIn, signIn, test as base } from "./site";

const LISTS = readFileSync("../app/src/pages.rs", "utf8");
const OWN = [...LISTS.matchAll(/(?:form|public)!\(\s*"([^"]+)"/g)].map((found) => found[1] ?? "");
// Each item that is listed there has three forms.
const ITEMS = [...LISTS.matchAll(/\bitem!\("([^"]+)"/g)].flatMap((found) =>
  ["new", "{id}/edit", "{id}/archive"].map((form) => `/incidents/{reference}/${found[1]}/${form}`),
);
const FORMS = [...OWN, ...ITEMS];

const test = base.extend<{ attacker: number }>({
  attacker: async ({}, use) => {
    const server: HttpServer = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<!DOCTYPE html><title>Prizes</title><body>You have won.");
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    await use((server.address() as AddressInfo).port);
    await new Promise((resolve) => server.close(resolve));
  },
});

interface Target {
  readonly path: string;
  readonly fields: Record<string, string>;
}

/** Signs in somebody who may do everything, so that it is the origin that is refused and not the role. */
async function signInVictim(page: Page, own: Server): Promise<void> {
  const roles = ["administrator", "lead", "auditor"].flatMap((role) => ["--role", role]);
  own.run(["admin", "user", "add", "--email", "vera@example.org", "--name", "Vera Quist", ...roles, "--password-stdin"], PASSWORD);
  await page.goto(`${own.url}/sign-in`);
  await fillSignIn(page, "vera@example.org", PASSWORD);
  await page.waitForURL(/\/today$/);
}

/** Every form with values that would take effect if it were let through; the way out last. */
async function targets(page: Page, own: Server, api: Api): Promise<Target[]> {
  const incident = await api.open("Under attack");
  await page.goto(`${own.url}/incidents/${incident.reference}/edit`);
  const owner = page.getByRole("combobox", { name: "Owner" });
  const person = await owner.getByRole("option", { name: "Omar Haddad" }).getAttribute("value");
  expect(person).not.toBeNull();
  const fields = {
    ...{ version: String(incident.version), title: "Taken over", summary: "", severity: "sev5", category: "other" },
    ...{ tlp: "clear", pap: "clear", to: "triage", milestone: "alert", at: "2026-03-02T08:00", at_zone: "UTC" },
    ...{ detected: "2026-03-02T08:00", detected_zone: "UTC", reason: "because", name: "Taken over" },
    ...{ email: "evil@example.org", roles: "administrator", scopes: "incidents:read", days: "9", theme: "dark" },
    ...{ time_zone: "UTC", password: "the attacker's own sentence", key: "k", restricted: "on" },
  };
  return [...FORMS].sort((a, b) => Number(a === "/sign-out") - Number(b === "/sign-out")).map((path) => ({
    path: own.url + path.replace("{reference}", incident.reference).replace("{id}", person ?? "").replace("{label}", "EV-0001").replace("{kind}", "sealed"),
    fields: path.startsWith("/people/{id}") ? { ...fields, version: "1" } : fields,
  }));
}

/** What the ledger holds: whatever takes effect stands in it. */
async function deeds(api: Api): Promise<string> {
  const answer = await api.as("auditor").get("/ledger/entries?from=0");
  expect(answer.status()).toBe(200);
  return answer.text();
}

/** Sends a form as the page of another site would, and gives the status of the answer. */
async function sendForm(page: Page, attack: string, method: string, target: Target): Promise<number> {
  await page.goto(attack);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().startsWith(target.path)),
    page.evaluate(
      ([method, target]) => {
        const form = document.createElement("form");
        Object.assign(form, { method, action: target.path });
        for (const [name, value] of Object.entries(target.fields)) {
          const input = document.createElement("input");
          Object.assign(input, { type: "hidden", name, value });
          form.append(input);
        }
        document.body.append(form);
        form.submit();
      },
      [method, target] as const,
    ),
  ]);
  await page.waitForURL((url) => url.origin === new URL(target.path).origin);
  return answer.status();
}

for (const host of ["127.0.0.1", "localhost"]) {
  test(`forms sent by a page of ${host}, another origin, are refused`, async ({ page, own, request, attacker, complaints }) => {
    const api = new Api(request, own, "lead");
    await signInVictim(page, own);
    const all = await targets(page, own, api);
    expect(all.length).toBeGreaterThan(15);
    const before = await deeds(api);
    for (const target of all) {
      expect(await sendForm(page, `http://${host}:${attacker}/`, "POST", target), target.path).toBe(403);
    }
    expect(await deeds(api)).toBe(before);
    expect((await page.context().cookies(own.url)).some((cookie) => cookie.name === "theme")).toBe(false);
    complaints.length = 0;
  });

  test(`addresses opened by a page of ${host} change nothing`, async ({ page, own, request, attacker, complaints }) => {
    const api = new Api(request, own, "lead");
    await signInVictim(page, own);
    const all = await targets(page, own, api);
    const before = await deeds(api);
    for (const target of all) {
      const status = await sendForm(page, `http://${host}:${attacker}/`, "GET", target);
      expect([200, 303, 403, 404, 405, 422], `${target.path} ${status}`).toContain(status);
    }
    expect(await deeds(api)).toBe(before);
    complaints.length = 0;
  });

  test(`scripts of a page of ${host} neither change nor read anything`, async ({ page, own, request, attacker, complaints }) => {
    const api = new Api(request, own, "lead");
    await signInVictim(page, own);
    const all = await targets(page, own, api);
    const before = await deeds(api);
    const logged = own.log().length;
    await page.goto(`http://${host}:${attacker}/`);
    const paths = [...all.map((target) => target.path), `${own.url}/api/v1/incidents`];
    const read = await page.evaluate(
      async ([paths, url, fields]) => {
        const read: string[] = [];
        const body = () => new URLSearchParams(fields);
        for (const path of paths) {
          await fetch(path, { method: "POST", mode: "no-cors", credentials: "include", body: body() }).catch(() => undefined);
          // A beacon of JSON needs no preflight when it calls itself text.
          const text = JSON.stringify({ title: "Taken over", severity: "sev5", category: "other" });
          await fetch(path, { method: "POST", mode: "no-cors", credentials: "include", body: text }).catch(() => undefined);
        }
        for (const path of ["/incidents", "/api/v1/incidents", "/ledger/checkpoint", "/ledger/entries?from=0", "/healthz"]) {
          await fetch(url + path, { credentials: "include" }).then(
            async (answer) => read.push(`${path}: ${await answer.text()}`),
            () => undefined,
          );
        }
        for (const path of ["/incidents", "/api/v1/incidents", "/ledger"]) {
          const source = new EventSource(url + path, { withCredentials: true });
          const end = await new Promise<string>((resolve) => {
            source.onopen = () => resolve("open");
            source.onerror = () => resolve("closed");
          });
          source.close();
          if (end === "open") read.push(`${path}: as events`);
        }
        for (const path of ["/incidents", "/ledger/entries?from=0", "/api/v1/me"]) {
          const script = document.createElement("script");
          script.src = url + path;
          const end = await new Promise<string>((resolve) => {
            script.onload = () => resolve("ran");
            script.onerror = () => resolve("stopped");
            document.body.append(script);
          });
          if (end === "ran") read.push(`${path}: as a script`);
        }
        return read;
      },
      [paths, own.url, all[0]?.fields ?? {}] as const,
    );
    expect(read).toEqual([]);
    // The browser keeps even the status from that page; the server knows it.
    const answered = () => own.log().slice(logged).split("\n").filter((line) => line.includes("method=POST"));
    await expect.poll(() => answered().length).toBe(paths.length * 2);
    expect(answered().filter((line) => !line.includes("status=403"))).toEqual([]);
    expect(await deeds(api)).toBe(before);
    complaints.length = 0;
  });
}

test("the same forms are let through from this origin", async ({ page, own, request }) => {
  const api = new Api(request, own, "lead");
  await signInVictim(page, own);
  const before = await deeds(api);
  for (const target of await targets(page, own, api)) {
    const headers = { "sec-fetch-site": "same-origin", origin: own.url };
    const answer = await page.request.post(target.path, { form: target.fields, headers, maxRedirects: 0 });
    // Done, or refused for what it asks, as the set-up that is over; never for where it comes from.
    expect([200, 303, 404, 409, 422], `${target.path} ${answer.status()}`).toContain(answer.status());
  }
  const kinds = (await deeds(api)).slice(before.length);
  for (const kind of ["incident.edited", "person.added", "token.created", "session.signed_out"]) expect(kinds).toContain(kind);
});

test("no page of another origin frames this one or keeps a hold on its window", async ({ page, own, attacker, complaints }) => {
  await signIn(page, "lead", own.url);
  await page.goto(`http://localhost:${attacker}/`);
  const framed = await page.evaluate(async (url) => {
    const frame = document.createElement("iframe");
    frame.src = `${url}/incidents`;
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
    document.body.append(frame);
    await loaded;
    return frame.contentDocument?.body.innerText ?? "kept out";
  }, own.url);
  expect(framed).toBe("kept out");
  expect(page.frames().some((frame) => frame.url().startsWith(own.url))).toBe(false);
  const [opened] = await Promise.all([
    page.waitForEvent("popup"),
    page.evaluate((url) => Object.assign(window, { held: window.open(`${url}/incidents`) }), own.url),
  ]);
  await opened.waitForURL(/\/incidents/);
  expect(await page.evaluate(() => (window as unknown as { held: Window }).held.closed)).toBe(true);
  complaints.length = 0;
});
