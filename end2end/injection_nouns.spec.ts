// Hostile text in everything that hangs on an incident: events, tasks and what is said of them,
// indicators, assets, vulnerabilities, evidence and its custody, report texts, recommendations, files of
// other tools. A sample of what the server's own stories send whole, looked at in a browser.
import type { APIRequestContext } from "@playwright/test";
import { oneLine, staysText } from "./foreign";
import { PAYLOADS } from "./payloads";
import { Api, type Server, expect, hydrated, signIn, test } from "./site";

const TEXTS = ["bottom_line", "business_impact", "detection", "lessons", "went_wrong", "asks", "impact_money"];

/** Gives one payload after another, as a text of several lines or of one. */
function typist(first: number) {
  let at = first;
  const text = () => PAYLOADS[at++ % PAYLOADS.length] ?? "";
  return { text, line: () => oneLine(text()).slice(0, 180).trim() || "x" };
}

async function made(answer: { status(): number; text(): Promise<string>; json(): Promise<any> }): Promise<any> {
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  return answer.status() === 204 ? null : answer.json();
}

/** An incident with one of every thing; gives the pages that show them. */
async function furnish(api: Api, request: APIRequestContext, own: Server, first: number): Promise<string[]> {
  const { text, line } = typist(first);
  const incident = await api.open(line(), { summary: text() });
  const at = `/incidents/${incident.reference}`;
  const post = async (path: string, data: object) => made(await api.change("POST", at + path, 0, data));
  const stated = { at: "2026-09-01T08:00:00Z", precision: "hour", source: "evidence" };
  const event = await post("/events", { lane: "attack", title: line(), description: text(), source: line(), occurred: stated, in_report: true });
  const task = await post("/tasks", { title: line(), description: text(), phase: "analysis", status: "blocked", status_reason: text() });
  await post(`/tasks/${task.id}/comments`, { body: text() });
  const indicator = await post("/indicators", { kind: "other", value: line(), description: text() });
  const asset = await post("/assets", { kind: "server", name: line(), owner: line(), identifier: line(), notes: text() });
  const hole = await post("/vulnerabilities", { title: line(), affected: line(), notes: text() });
  const advice = await post("/recommendations", { body: text(), kind: "prevent", priority: "high", owner: line(), tracker: line() });
  const narrative = Object.fromEntries(TEXTS.map((name) => [name, text()]));
  await made(await api.change("PATCH", `${at}/narrative`, 0, narrative));
  const names = ["title", "description", "original_filename", "serial", "source_host", "source_path", "tool", "authority", "location"];
  const query = new URLSearchParams({ kind: "document", ...Object.fromEntries(names.map((name) => [name, line()])) });
  const item = await made(
    await request.post(`${own.url}/api/v1${at}/evidence?${query}`, {
      headers: { authorization: `Bearer ${own.token("lead")}`, "content-type": "application/octet-stream" },
      data: Buffer.from(text()),
    }),
  );
  await post(`/evidence/${item.label}/custody`, { kind: "analysed", details: { tool: text(), reason: text() } });
  const below = [
    ...["", "/timeline", `/timeline/${event.id}/edit`, "/tasks", `/tasks/${task.id}`, `/tasks/${task.id}/edit`],
    ...["/indicators", `/indicators/${indicator.id}`, `/assets/${asset.id}`, `/assets/${asset.id}/edit`, `/vulnerabilities/${hole.id}`],
    ...["/evidence", `/evidence/${item.label}`, "/reports", "/reports/write", `/recommendations/${advice.id}/edit`, "/history"],
  ];
  return below.map((path) => at + path);
}

test.beforeEach(({ page }) => {
  page.on("dialog", (dialog) => {
    if (dialog.type() !== "beforeunload") throw new Error(`a dialog opened: ${dialog.message()}`);
    void dialog.accept();
  });
});

for (const first of [0, 30]) {
  test(`hostile texts ${first + 1} and on stay text in everything an incident has`, async ({ page, own, request }) => {
    test.slow();
    const api = new Api(request, own, "lead");
    await signIn(page, "lead", own.url);
    const pages = await furnish(api, request, own, first);
    const found = encodeURIComponent("pwned");
    for (const path of [...pages, "/today", "/evidence", "/metrics", "/reports", "/ledger", `/search?q=${found}`, "/search?q=evil.example"]) {
      const answer = await page.goto(own.url + path);
      expect(answer?.status(), path).toBe(200);
      await hydrated(page);
      await staysText(page);
    }
  });
}

test("hostile files of other tools and their names stay text", async ({ page, own }) => {
  await signIn(page, "lead", own.url);
  await page.goto(`${own.url}/import`);
  const name = "<img src=x onerror=pwned=1>.json";
  const content = { status: "success", data: { case: { case_name: "<svg onload=pwned=1>", case_description: "[x](javascript:pwned=1)" }, timeline: "<script>pwned=1</script>" } };
  await page.locator("input[type=file]").setInputFiles([
    { name, mimeType: "application/json", buffer: Buffer.from(JSON.stringify(content)) },
    { name: "\"><script>pwned=1</script>.json", mimeType: "application/json", buffer: Buffer.from("<script>pwned=1</script>") },
  ]);
  await page.getByRole("main").locator("form button.btn-primary").click();
  await expect(page.getByText(name)).toBeVisible();
  await hydrated(page);
  await staysText(page);
});
