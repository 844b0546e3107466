// Hostile text in every field that people fill, seen on every page that shows it: it
// stays text. Nothing runs, no element of it stands in the document, no link leads to
// script, and the page's policy has nothing to stop.
import { oneLine, staysText } from "./foreign";
import { PAYLOADS } from "./payloads";
import { Api, expect, hydrated, openMenu, problems, signIn, signInByForm, test } from "./site";

test.beforeEach(({ page }) => {
  page.on("dialog", (dialog) => {
    // The warning before leaving a form with text that was not sent is our own.
    if (dialog.type() !== "beforeunload") throw new Error(`a dialog opened: ${dialog.message()}`);
    void dialog.accept();
  });
});

const GROUP = 15;
for (let first = 0; first < PAYLOADS.length; first += GROUP) {
  const payloads = PAYLOADS.slice(first, first + GROUP);
  test(`hostile texts ${first + 1} to ${first + payloads.length} in an incident stay text`, async ({ page, own, request }) => {
    test.slow();
    const api = new Api(request, own, "lead");
    await signIn(page, "lead", own.url);
    for (const payload of payloads) {
      const opened = await api.open(oneLine(payload), { summary: payload });
      const at = `/incidents/${opened.reference}`;
      const moved = await api.change("POST", `${at}/phase`, opened.version, { to: "contained", reason: payload });
      expect(moved.status(), await moved.text()).toBe(200);
      const { version } = await moved.json();
      const edited = await api.change("PATCH", at, version, { root_cause: payload, severity: "sev2", reason: oneLine(payload) });
      expect(edited.status(), await edited.text()).toBe(200);
      for (const tab of ["", "/history", "/edit", "/phase", "/times"]) {
        await page.goto(own.url + at + tab);
        await staysText(page);
        await hydrated(page);
        await staysText(page);
        if (tab !== "/edit") continue;
        await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue(oneLine(payload));
        await expect(page.getByLabel("Summary")).toHaveValue(payload);
        await expect(page.getByLabel("Root cause")).toHaveValue(payload);
      }
    }
    await page.goto(`${own.url}/incidents`);
    await hydrated(page);
    await staysText(page);
    const titles = page.locator("td.title a");
    await expect(titles).toHaveCount(payloads.length);
    // The same by a click, where the browser makes the page itself.
    await titles.first().click();
    await expect(page.getByRole("navigation", { name: "Incident" })).toBeVisible();
    await staysText(page);
  });
}

test("hostile texts that a page gives back stay text: search, filters, forms, conflicts", async ({ page, own, request }) => {
  test.slow();
  await signIn(page, "lead", own.url);
  const api = new Api(request, own, "lead");
  const incident = await api.open("Given back");
  for (const payload of PAYLOADS.filter((_, n) => n % 3 === 0)) {
    const text = encodeURIComponent(oneLine(payload));
    for (const path of [`/incidents?q=${text}`, `/incidents?status=${text}&owner=${text}&sort=${text}`, `/${text}`, `/incidents/${text}`]) {
      await page.goto(own.url + path);
      await hydrated(page);
      await staysText(page);
    }
    await page.goto(`${own.url}/incidents/new`);
    await page.getByRole("textbox", { name: "Title" }).fill(oneLine(payload));
    await page.getByLabel("Summary").fill(payload);
    await page.getByRole("group", { name: "Detected" }).getByLabel("Time zone").fill(oneLine(payload).slice(0, 60));
    await page.getByRole("button", { name: "Open incident" }).click();
    await expect(problems(page)).toBeVisible();
    await hydrated(page);
    await staysText(page);
    await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue(oneLine(payload));
  }
  for (const payload of PAYLOADS.filter((_, n) => n % 6 === 1)) {
    await page.goto(`${own.url}/incidents/${incident.reference}/edit`);
    const now = await (await api.get(`/incidents/${incident.reference}`)).json();
    const theirs = await api.change("PATCH", `/incidents/${incident.reference}`, now.version, { summary: `theirs ${payload}` });
    expect(theirs.status(), await theirs.text()).toBe(200);
    await page.getByLabel("Summary").fill(`mine ${payload}`);
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByLabel("Your summary")).toHaveValue(`mine ${payload}`);
    await hydrated(page);
    await staysText(page);
  }
});

test("hostile names of people, organisation, tokens and browsers stay text", async ({ page, own }) => {
  test.slow();
  const names = PAYLOADS.map(oneLine).filter((name) => name.trim() === name && !/[\u2028\u2029]/.test(name)).filter((_, n) => n % 4 === 0);
  for (const [n, name] of names.entries()) {
    own.run(
      ["admin", "user", "add", "--email", `x${n}@example.org`, "--role", "analyst", "--password-stdin", `--name=${name}`],
      "a sentence for a hostile name",
    );
  }
  await page.setExtraHTTPHeaders({ "user-agent": "\"><img src=x onerror=pwned=1>" });
  await signInByForm(page, "administrator", own.url);
  await page.goto(`${own.url}/settings`);
  await page.getByLabel("Name of the organisation").fill("</title><script>pwned=1</script>");
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto(`${own.url}/tokens`);
  await page.getByRole("textbox", { name: "Name" }).fill("<svg onload=pwned=1>");
  await page.getByRole("button", { name: "Make token" }).click();
  for (const path of ["/people", "/sessions", "/tokens", "/settings", "/ledger", "/account", "/incidents"]) {
    await page.goto(own.url + path);
    await hydrated(page);
    await staysText(page);
  }
  await page.goto(`${own.url}/people`);
  for (const name of names) {
    const link = page.getByRole("link", { name, exact: true });
    await expect(link).toHaveCount(1);
  }
  await page.getByRole("link", { name: names[0] ?? "", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue(names[0] ?? "");
  await staysText(page);
  await openMenu(page, "Account menu");
  await page.getByRole("button", { name: "Sign out" }).click();
  await signInByForm(page, "lead", own.url);
  await page.goto(`${own.url}/incidents/new`);
  await hydrated(page);
  await staysText(page);
});
