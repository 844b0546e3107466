// How `cargo xtask shots` runs: the tests' browser, with the pictures of shots.ts in
// place of the tests. HOLDFAST_URL is a demo server, HOLDFAST_SERVER_LOG what it
// printed, HOLDFAST_BIN the program (a second server is started, on which nothing was
// done yet), HOLDFAST_SHOTS the folder that the pictures are written to.
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

export default defineConfig(tests, {
  testMatch: "shots.ts",
  // The server without people needs no prepared one.
  globalSetup: undefined,
  outputDir: "test-results/shots",
  // One after another: a picture would show what is done for another one.
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  use: { trace: "off", screenshot: "off" },
});
