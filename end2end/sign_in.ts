// Three ways of signing in: by taking over the session that was prepared, which is what
// a test does that needs somebody signed in; by sending the form without a page, where
// that session is too old; and by the form as people fill it, for tests that are about
// signing in, signing out or the list of sessions.
import { type APIRequestContext, type Page, expect } from "@playwright/test";
import { PASSWORD, PEOPLE, type Who } from "./people";
import { prepared } from "./prepared";

/**
 * How long a prepared session is used. What changes who gets in takes a session of the last
 * 15 minutes (FRESH_S in crates/domain/src/session.rs), and the test's own time comes on top.
 */
const PREPARED_MS = 10 * 60_000;

/** Sends the form; the session is in the context's cookies then. */
export async function postSignIn(request: APIRequestContext, origin: string, who: Who): Promise<void> {
  const answer = await request.post(`${origin}/sign-in`, {
    form: { email: PEOPLE[who].email, password: PASSWORD },
    headers: { "sec-fetch-site": "same-origin" },
    maxRedirects: 0,
  });
  expect(answer.status(), `${who} signs in`).toBe(303);
}

/** Signs the page's browser in. The page itself stays where it is; the session is shared with other tests. */
export async function signIn(page: Page, who: Who, origin = ""): Promise<void> {
  const { cookies, signedInAt } = prepared();
  if (Date.now() - signedInAt < PREPARED_MS) await page.context().addCookies([cookies[who]]);
  else await postSignIn(page.request, origin, who);
  const me = await page.request.get(`${origin}/api/v1/me`);
  expect(await me.json(), `${who} is signed in`).toMatchObject({ name: PEOPLE[who].name });
}

/** Signs in by the form, with a session of this browser's own, and stays on the page that follows. */
export async function signInByForm(page: Page, who: Who, origin = ""): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await fillSignIn(page, PEOPLE[who].email, PASSWORD);
  await expect(page.getByText(PEOPLE[who].name).first()).toBeVisible();
}

export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("Mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
