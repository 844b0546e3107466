// The main job from a blank incident to a board's PDF, as a new user would do it: the incident is
// opened, walks its phases, is told, worked on and written up; a file is registered and handed
// over; reports are issued and read by an executive on a phone. Foreign tools then say whether the
// PDFs are what they claim to be.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Download, Page } from "@playwright/test";
import { accessible } from "./axe";
import { BINARY } from "./server";
import { PASSWORD, PEOPLE, expect, fillSignIn, hydrated, mark, otherBrowser, problems, signIn, signInByForm, test, toast, unique } from "./site";

const run = (tool: string, args: readonly string[]): string => execFileSync(tool, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** The PDF is valid, says PDF/A-3A and PDF/UA-1, and carries its data as it says. */
function conforms(file: string): string {
  run("qpdf", ["--check", file]);
  const plain = `${file}.qdf`;
  run("qpdf", ["--qdf", "--object-streams=disable", file, plain]);
  const xmp = readFileSync(plain, "latin1");
  for (const claim of ["pdfaid:part>3", "pdfaid:conformance>A", "pdfuaid:part>1"]) expect(xmp, file).toContain(claim);
  const folder = `${file}.attached`;
  if (!existsSync(folder)) mkdirSync(folder);
  run("pdfdetach", ["-saveall", "-o", folder, file]);
  const data = readdirSync(folder);
  expect(data).toEqual(["data.json"]);
  return createHash("sha256").update(readFileSync(path.join(folder, "data.json"))).digest("hex");
}

async function saved(page: Page, click: () => Promise<void>, to: string): Promise<string> {
  const [download]: [Download, void] = await Promise.all([page.waitForEvent("download"), click()]);
  await download.saveAs(to);
  return to;
}

async function walk(page: Page, phase: string): Promise<void> {
  await mark(page, phase);
  await expect(toast(page)).toContainText(new RegExp(`Moved to ${phase}`, "i"));
}

async function told(page: Page, room: string): Promise<void> {
  for (const [title, when, techniques] of [
    ["A mail with a macro was opened", "2026-03-01T08:12", "T1566.001"],
    ["The macro fetched a tool", "2026-03-01T08:20", "T1105"],
  ]) {
    await page.goto(`${room}/timeline/new`);
    await page.getByRole("textbox", { name: "What happened" }).fill(title);
    await page.locator("#occurred").fill(when);
    await page.getByLabel("ATT&CK techniques").fill(techniques);
    await page.getByRole("checkbox", { name: "In reports" }).check();
    await page.getByRole("button", { name: "Add event" }).click();
    await expect(toast(page)).toContainText("Event added");
  }
}

test("from a blank incident to a board's PDF", { tag: "@db" }, async ({ page, api, server, complaints }, info) => {
  test.setTimeout(300_000);
  await signInByForm(page, "lead");
  await expect(page).toHaveURL(/\/today$/);
  await accessible(page, "an empty day");
  await page.getByRole("link", { name: "Open an incident" }).click();
  const title = unique("Invoice fraud by a look-alike domain");
  await page.getByRole("textbox", { name: "Title" }).fill(title);
  await page.getByRole("combobox", { name: "Severity" }).selectOption({ index: 1 });
  await page.getByRole("textbox", { name: "Summary" }).fill("A supplier's domain was copied, and an invoice paid.");
  await page.getByRole("button", { name: "Open incident" }).click();
  await expect(page).toHaveURL(/\/incidents\/INC-/);
  const reference = /INC-\d+-\d+/.exec(page.url())?.[0] ?? "";
  const room = `/incidents/${reference}`;
  for (const phase of ["triage", "investigating", "containing", "contained"]) await walk(page, phase);
  await told(page, room);

  // Tasks: the usual ones, one of our own, its order by keyboard and by dragging.
  await page.goto(`${room}/tasks`);
  await accessible(page, "no task yet");
  await page.getByRole("button", { name: "Add the usual tasks of a response" }).click();
  await page.getByRole("link", { name: "Add a task" }).click();
  await accessible(page, "a new task");
  await page.getByRole("textbox", { name: "What to do" }).fill("Call the bank");
  await page.getByRole("checkbox", { name: PEOPLE.lead.name }).check();
  await page.getByRole("combobox", { name: "Status" }).selectOption({ label: "Blocked" });
  await page.getByRole("button", { name: "Add task" }).click();
  await expect(problems(page)).toContainText("Say what it waits on");
  await expect(page.getByRole("textbox", { name: "What to do" })).toHaveValue("Call the bank");
  await page.getByRole("combobox", { name: "Status" }).selectOption({ label: "To do" });
  await page.getByRole("button", { name: "Add task" }).click();
  await hydrated(page);
  const rows = page.locator("tr.task");
  await expect(rows.last()).toContainText("Call the bank");
  await page.getByRole("button", { name: "Move up: Call the bank" }).click();
  await expect(rows.nth(7)).toContainText("Call the bank");
  await hydrated(page);
  await rows.nth(7).dragTo(rows.nth(0), { targetPosition: { x: 20, y: 4 } });
  await expect(rows.nth(0)).toContainText("Call the bank");
  await accessible(page, "tasks");
  await page.getByRole("link", { name: "Call the bank" }).click();
  await page.getByRole("textbox", { name: "Your comment" }).fill("They **froze** the payment.");
  await page.getByRole("button", { name: "Comment" }).click();
  await expect(page.getByText("They froze the payment.")).toBeVisible();
  await accessible(page, "a task");
  await page.goto("/today");
  await accessible(page, "a day");
  await page.getByRole("button", { name: "Begin: Call the bank" }).click();
  await page.getByRole("button", { name: "Done: Call the bank" }).click();
  await expect(toast(page)).toContainText("Done. The timeline shows it.");

  // Evidence, handed over to somebody who accepts from an account of their own.
  await page.goto(`${room}/evidence/new`);
  const bytes = Buffer.alloc(50 * 1024 * 1024, `POST /invoice ${reference}\n`);
  const file = info.outputPath("mail.eml");
  writeFileSync(file, bytes);
  await page.getByRole("textbox", { name: "What it is" }).fill("Mailbox export");
  await page.locator("#file").setInputFiles(file);
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page).toHaveURL(/\/evidence\/EV-0001/);
  await page.getByRole("link", { name: "Hand over" }).click();
  await page.getByRole("combobox", { name: "To" }).selectOption({ label: PEOPLE.analyst.name });
  await page.getByRole("textbox", { name: "How" }).fill("in person");
  await page.getByRole("textbox", { name: "Purpose or reason" }).fill("analysis");
  await page.getByRole("button", { name: "Hand over" }).click();
  const receiver = await otherBrowser(page, complaints);
  await signIn(receiver, "analyst");
  await receiver.goto(`${room}/evidence/EV-0001`);
  await receiver.getByRole("link", { name: "Accept" }).click();
  await receiver.getByRole("button", { name: "Accept" }).click();
  await expect(receiver.getByRole("row").filter({ hasText: "Transfer accepted" })).toContainText(PEOPLE.analyst.name);

  // Written up, drafted, issued.
  await page.goto(`${room}/reports`);
  await accessible(page, "no report yet");
  await page.getByRole("link", { name: "Write" }).click();
  await accessible(page, "write");
  await page.getByRole("textbox", { name: "Bottom line" }).fill("One invoice of EUR 18,400 was paid to a fraudster; the bank froze it.");
  await page.getByRole("textbox", { name: "Decisions needed" }).fill("Approve a second reader for bank changes | Friday");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(toast(page)).toContainText("The texts are saved");
  await page.getByRole("link", { name: "Add a recommendation" }).click();
  await accessible(page, "recommend");
  await page.getByRole("textbox", { name: "What should change" }).fill("Call back before bank details change");
  await page.getByRole("button", { name: "Add a recommendation" }).click();
  for (const kind of ["Executive report", "Post-incident review"]) {
    await page.goto(`${room}/reports/issue`);
    await accessible(page, "issue");
    await page.getByRole("combobox", { name: "Which report" }).selectOption({ label: kind });
    await page.getByRole("button", { name: "Check the report" }).click();
    await expect(page.getByRole("heading", { name: /^It goes to \d+ (person|people)$/ })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Page 1 of \d+$/ })).toBeVisible();
    await accessible(page, "check");
    await page.getByRole("button", { name: /^Issue to/ }).click();
    await expect(toast(page)).toContainText("issued and kept");
  }
  await accessible(page, "issued");

  // The executive reads on a phone, and foreign tools read after them.
  const phone = await otherBrowser(page, complaints, { viewport: { width: 390, height: 844 } });
  await phone.goto("/sign-in");
  await fillSignIn(phone, PEOPLE.executive.email, PASSWORD);
  await expect(phone).toHaveURL(/\/reports$/);
  const issued = (await (await api.get("/reports")).json()).rows as { kind: string; sha256: string; data_sha256: string; title: string }[];
  for (const [kind, label, facts] of [
    ["executive", "Executive report", [title, "EUR 18,400", "second reader", "TLP:AMBER"]],
    ["post-incident-review", "Post-incident review", [title, "T1566.001", "Call back before bank details", "EV-0001"]],
  ] as const) {
    const card = phone.locator(".report").filter({ hasText: title }).filter({ hasText: label });
    const pdf = await saved(phone, () => card.getByRole("link").click(), info.outputPath(`${kind}.pdf`));
    const row = issued.find((report) => report.kind === kind && report.title === title);
    expect(createHash("sha256").update(readFileSync(pdf)).digest("hex")).toBe(row?.sha256);
    expect(conforms(pdf)).toBe(row?.data_sha256);
    const text = run("pdftotext", ["-layout", pdf, "-"]).replace(/\u200b/g, "");
    for (const fact of facts) expect(text.replace(/\s+/g, " ")).toContain(fact);
  }
  await phone.goto("/metrics");
  await accessible(phone, "metrics of an executive");

  // The auditor takes the log, as a file that verifies and as paper.
  const auditor = await otherBrowser(page, complaints);
  await signIn(auditor, "auditor");
  await auditor.goto(`${room}/evidence/log`);
  await accessible(auditor, "evidence log");
  await auditor.getByRole("textbox", { name: "Purpose" }).fill("Yearly audit");
  const log = await saved(auditor, () => auditor.getByRole("button", { name: "Save as JSON" }).click(), info.outputPath("log.json"));
  const key = server.run(["ledger", "vkey"]).trim();
  expect(run(BINARY, ["verify", log, "--key", key])).toContain("good");
  for (const [button, name] of [["Save as PDF", "log.pdf"], ["Custody form to sign", "form.pdf"]] as const) {
    const paper = await saved(auditor, () => auditor.getByRole("button", { name: button }).click(), info.outputPath(name));
    conforms(paper);
    expect(run("pdftotext", ["-layout", paper, "-"])).toContain(PEOPLE.analyst.name);
  }
  // The checkpoint, by a script that needs a shell, coreutils, awk and OpenSSL 3.
  const note = info.outputPath("checkpoint");
  writeFileSync(note, await (await api.as("auditor").get("/ledger/checkpoint")).body());
  run("sh", [path.resolve("../docs/verify.sh"), key, note]);
});

test("metrics: every number leads to what is behind it", { tag: "@db" }, async ({ page, api }) => {
  const incident = await api.open(unique("Counted"));
  await signIn(page, "analyst");
  await page.goto("/metrics?period=this-month");
  await accessible(page, "metrics");
  await page.getByRole("link", { name: "Time to contain (MTTC)" }).click();
  const behind = page.getByRole("row").filter({ hasText: incident.reference });
  await expect(behind.getByRole("link")).toHaveAttribute("href", `/incidents/${incident.reference}`);
  await accessible(page, "a metric");
  const pdf = await page.request.get(`${new URL(page.url()).origin}/metrics/report.pdf?period=this-month`);
  expect(pdf.status()).toBe(200);
});

test("import: a flow becomes an incident, a broken file leaves nothing", { tag: "@db" }, async ({ page }) => {
  await signIn(page, "lead");
  await page.goto("/import");
  await accessible(page, "import");
  const data = path.resolve("../crates/interop/tests/data/attack-flow/equifax-breach.json");
  const broken = { name: "broken.json", mimeType: "application/json", buffer: Buffer.from('{"name": 7}') };
  const whole = { name: "equifax.json", mimeType: "application/json", buffer: readFileSync(data) };
  await page.locator("#file").setInputFiles([whole, broken]);
  await page.getByRole("button", { name: "Import" }).click();
  await expect(page.locator(".notice").filter({ hasText: "broken.json" })).toContainText("nothing was imported");
  await accessible(page, "imported");
  await page.locator(".notice").filter({ hasText: "equifax.json" }).getByRole("link").click();
  await expect(page).toHaveURL(/\/incidents\/INC-/);
  await page.getByRole("link", { name: "Timeline" }).click();
  await expect(page.locator(".timeline-entry").first()).toContainText("time unknown");
});
