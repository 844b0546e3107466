// The first start in a browser: who has the code from the console becomes the first
// administrator, once, and nobody else does.
import type { Page } from "@playwright/test";
import { expect, fillSignIn, hydrated, problems, test, toast } from "./site";

const PASSPHRASE = "seven geese over the estuary";

async function fillSetup(page: Page, code: string): Promise<void> {
  await page.getByLabel("Setup code").fill(code);
  await page.getByRole("group", { name: "Organisation" }).getByRole("textbox", { name: "Name", exact: true }).fill("Northwind Energy");
  await page.getByLabel("Time zone").fill("Europe/Berlin");
  await page.getByLabel("Name of the ledger").fill("soc.example.org/ledger");
  await page.getByRole("group", { name: "First administrator" }).getByRole("textbox", { name: "Name", exact: true }).fill("Ada Okafor");
  await page.getByLabel("Mail address").fill("ada@example.org");
  await page.getByLabel("Password").fill(PASSPHRASE);
}

test("every way leads to the set-up until it is done", async ({ page, untouched }) => {
  for (const path of ["/", "/incidents", "/people", "/sign-in"]) {
    await page.goto(untouched.url + path);
    await expect(page).toHaveURL(`${untouched.url}/setup`);
  }
});

test("a wrong code is refused and what was typed stays, except secrets", async ({ page, untouched }) => {
  await page.goto(`${untouched.url}/setup`);
  await fillSetup(page, "wrong-code");
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.getByRole("button", { name: "Set up" }).click(),
  ]);
  expect(answer.status()).toBe(422);
  await expect(problems(page)).toContainText("This code is not good");
  await expect(page.getByLabel("Setup code")).toHaveValue("");
  await expect(page.getByLabel("Setup code")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Password")).toHaveValue("");
  await expect(page.getByLabel("Mail address")).toHaveValue("ada@example.org");
  await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Berlin");
  await expect(page.getByLabel("Name of the ledger")).toHaveValue("soc.example.org/ledger");
  const source = await page.content();
  expect(source).not.toContain(PASSPHRASE);
  expect(source).not.toContain("wrong-code");
});

test("the right code makes organisation and administrator, and works once", { tag: "@db" }, async ({ page, untouched }) => {
  const code = untouched.setupCode ?? "";
  expect(code).not.toBe("");
  await page.goto(`${untouched.url}/setup`);
  await hydrated(page);
  await fillSetup(page, code);
  await expect(page.getByLabel("Also an incident lead")).toBeChecked();
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(toast(page)).toContainText("Holdfast is set up");

  await fillSignIn(page, "ada@example.org", PASSPHRASE);
  await expect(page).toHaveURL(`${untouched.url}/today`);
  await page.goto(`${untouched.url}/incidents`);
  await expect(page.getByRole("heading", { name: "No incident yet" })).toBeVisible();
  await page.goto(`${untouched.url}/account`);
  for (const role of ["Administrator", "Incident lead"]) {
    await expect(page.getByRole("main").getByText(role, { exact: true })).toBeVisible();
  }
  await expect(page.getByRole("link", { name: "Holdfast Northwind Energy" })).toBeVisible();

  await page.goto(`${untouched.url}/setup`);
  await fillSetup(page, code);
  await page.getByLabel("Mail address").fill("second@example.org");
  const [again] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.getByRole("button", { name: "Set up" }).click(),
  ]);
  expect(again.status()).toBe(409);
  await expect(problems(page)).toContainText("Holdfast is set up already");
});

test("all that is wrong with the set-up is said at once", { tag: "@db" }, async ({ page, untouched }) => {
  await page.goto(`${untouched.url}/setup`);
  await fillSetup(page, untouched.setupCode ?? "");
  await page.getByLabel("Password").fill("too short");
  await page.getByLabel("Time zone").fill("Mars/Olympus");
  await page.getByLabel("Name of the ledger").fill("with a space");
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(problems(page)).toContainText("3 things to put right");
  for (const label of ["Password", "Time zone", "Name of the ledger"]) {
    await expect(page.getByLabel(label)).toHaveAttribute("aria-invalid", "true");
  }
  // The code was not used up by that.
  await page.getByLabel("Setup code").fill(untouched.setupCode ?? "");
  await page.getByLabel("Password").fill(PASSPHRASE);
  await page.getByLabel("Time zone").fill("UTC");
  await page.getByLabel("Name of the ledger").fill("soc.example.org/ledger");
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(toast(page)).toContainText("Holdfast is set up");
});
