// How the browser tests run. Servers are started by the tests' own fixtures, each
// on data of its own, most on a copy of what prepare.ts makes once: HOLDFAST_BIN is
// the server, HOLDFAST_E2E_DATABASE picks sqlite or postgres, HOLDFAST_TEST_POSTGRES
// is a PostgreSQL that may be asked for databases. `cargo xtask test --only browser`
// sets them all.
//
// Every test runs on SQLite; those with the tag @db run on PostgreSQL as well. A test
// has the tag where another database could change its outcome: it begins with an
// empty database, or it depends on how rows are searched, ordered, paged, counted or
// compared by time, on two changes meeting each other, on a change being taken back
// whole, on something being taken only once, or on what the ledger keeps. A test has
// no tag where it is about what a page looks like, says or lets run: those pages are
// made from the same rows, which the HTTP stories read on both databases.
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// The distribution's browser: none is downloaded. The headless shell is the same engine
// without windows, and takes a third less time than Chromium with --headless.
const executablePath =
  process.env.HOLDFAST_CHROMIUM ??
  ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    .map((name) => `/usr/bin/${name}`)
    .find((path) => existsSync(path));

const database = process.env.HOLDFAST_E2E_DATABASE ?? "sqlite";
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  globalSetup: "./prepare.ts",
  outputDir: `test-results/${database}`,
  // Two cores: more workers only make each test's waits longer.
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // A test that passes at the second try has found a fault.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    screenshot: "only-on-failure",
    // Recording every step takes a third of the time; where a test fails by hand, it helps.
    trace: process.env.CI === undefined ? "retain-on-failure" : "off",
    launchOptions: {
      executablePath,
      args: [
        // Chromium refuses its sandbox to root; the pages are our own.
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
});
