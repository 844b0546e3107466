// Who sees what: a restricted incident for those outside its team, pages for roles
// that may not open them, and a browser after its person signed out.
import { PASSWORD, expect, fillSignIn, hydrated, openMenu, otherBrowser, signIn, signInByForm, test, toast, unique } from "./site";

test("a restricted incident does not exist for another analyst", { tag: "@db" }, async ({ page, api, complaints }) => {
  const title = unique("Design files copied");
  const incident = await api.open(title);
  await signIn(page, "lead");
  await page.goto(`/incidents/${incident.reference}/access`);
  await hydrated(page);
  await page.getByLabel("Its team only").check();
  const team = page.getByRole("group", { name: "Team" });
  await team.getByLabel("Linus Berg").check();
  await team.getByLabel("Mina Sato").check();
  await page.getByRole("button", { name: "Save access" }).click();
  await expect(toast(page)).toContainText("Access is changed");
  await expect(page.getByRole("complementary").getByText("Its team only")).toBeVisible();

  const other = await otherBrowser(page, complaints);
  await signIn(other, "analyst2");
  for (const query of [`q=${encodeURIComponent(title)}`, `q=${incident.reference}`, `q=${encodeURIComponent(title)}&status=new`]) {
    await other.goto(`/incidents?${query}`);
    await expect(other.getByRole("heading", { name: "No incident matches" })).toBeVisible();
    await expect(other.getByRole("table")).toHaveCount(0);
  }
  for (const path of ["", "/edit", "/phase", "/times", "/history", "/take", "/report.pdf"]) {
    const answer = await other.goto(`/incidents/${incident.reference}${path}`);
    expect(answer?.status(), path).toBe(404);
    await expect(other.getByText(title)).toHaveCount(0);
  }
  // The same words as for one that never was.
  await other.goto(`/incidents/${incident.reference}`);
  const unseen = await other.getByRole("main").innerText();
  await other.goto("/incidents/INC-1999-9999");
  expect(await other.getByRole("main").innerText()).toBe(unseen);

  const rest = api.as("analyst2");
  const hidden = await rest.get(`/incidents/${incident.reference}`);
  const absent = await rest.get("/incidents/INC-1999-9999");
  expect(hidden.status()).toBe(404);
  const { instance: _, ...body } = await hidden.json();
  const { instance: __, ...absentBody } = await absent.json();
  expect(body).toEqual(absentBody);
  expect((await rest.get(`/incidents/${incident.id}`)).status()).toBe(404);
  expect((await rest.get(`/incidents/${incident.reference}/history`)).status()).toBe(404);
  const found = await (await rest.get(`/incidents?text=${encodeURIComponent(title)}`)).json();
  expect(found.rows).toEqual([]);

  const member = await otherBrowser(page, complaints);
  await signIn(member, "analyst");
  await member.goto(`/incidents?q=${encodeURIComponent(title)}`);
  await expect(member.getByRole("link", { name: `Restricted: ${title}` })).toBeVisible();
});

test("a role that may not is told so, by link or by address", async ({ page }) => {
  await signInByForm(page, "executive");
  await expect(page).toHaveURL(/\/reports$/);
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link")).toHaveText(["Metrics", "Reports"]);
  for (const path of ["/today", "/incidents", "/import", "/ledger", "/people", "/settings", "/sessions", "/tokens"]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(403);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
});

test("an auditor reads and is offered no change", async ({ page, api }) => {
  const incident = await api.open(unique("Audited"));
  await signIn(page, "auditor");
  await page.goto(`/incidents/${incident.reference}`);
  await expect(page.getByRole("navigation", { name: "Incident" }).getByRole("link")).toHaveText(["Overview", "Timeline", "Tasks", "Evidence", "Indicators", "Contacts", "Links", "Reports", "History", "Times"]);
  await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
  expect((await page.goto(`/incidents/${incident.reference}/edit`))?.status()).toBe(403);
});

test("after signing out the back button shows nothing and the old cookie opens nothing", async ({ page, api, context }) => {
  const incident = await api.open(unique("Left behind"));
  await signInByForm(page, "analyst");
  await page.goto(`/incidents/${incident.reference}`);
  await hydrated(page);
  const cookies = await context.cookies();
  const session = cookies.find((cookie) => cookie.name.endsWith("holdfast"));
  expect(session?.httpOnly).toBe(true);
  expect(session?.sameSite).toBe("Lax");
  expect(session?.expires).toBe(-1);

  await openMenu(page, "Account menu");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(toast(page)).toContainText("You are signed out");
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await expect(page.getByText("Left behind")).toHaveCount(0);

  await context.addCookies(cookies);
  await page.goto(`/incidents/${incident.reference}`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  const answer = await page.request.get("/api/v1/me", { headers: { cookie: `${session?.name}=${session?.value}` } });
  expect(answer.status()).toBe(401);
});

test("signing in gives a new session, whatever cookie was there", async ({ page, context, baseURL }) => {
  await signInByForm(page, "analyst");
  const name = (await context.cookies()).find((cookie) => cookie.name.endsWith("holdfast"))?.name ?? "";
  await context.clearCookies();
  const planted = "AAAAAAAAAAAAAAAAAAAAAA";
  await context.addCookies([{ name, value: planted, url: baseURL ?? "" }]);
  await signInByForm(page, "analyst");
  const after = (await context.cookies()).find((cookie) => cookie.name === name)?.value;
  expect(after).not.toBe(planted);
  const replay = await page.request.get("/api/v1/me", { headers: { cookie: `${name}=${planted}` } });
  expect(replay.status()).toBe(401);
});

test("a link asked for before signing in is where signing in leads, within this site only", async ({ page, api }) => {
  const incident = await api.open(unique("Asked for before"));
  await page.goto(`/incidents/${incident.reference}/history`);
  await fillSignIn(page, "mina@example.org", PASSWORD);
  await expect(page).toHaveURL(new RegExp(`/incidents/${incident.reference}/history$`));
  await page.goto("/sign-in?next=//evil.example/x");
  await fillSignIn(page, "mina@example.org", PASSWORD);
  await expect(page).toHaveURL(/127\.0\.0\.1:\d+\/today$/);
});
