// What prepare.ts made for this run and every copy of it shares: the store to copy,
// tokens, and sessions that were begun in it. Sessions and tokens are rows, so each is
// good at every server that has a copy.
import type { Cookie } from "@playwright/test";
import type { TokenOwner, Who } from "./people";
import type { Original } from "./store";

export interface Prepared extends Original {
  readonly tokens: Readonly<Record<TokenOwner, string>>;
  /** The cookie of each person's session. */
  readonly cookies: Readonly<Record<Who, Cookie>>;
  /** When these sessions began, in milliseconds since 1970. */
  readonly signedInAt: number;
}

const VARIABLE = "HOLDFAST_E2E_PREPARED";

/** Hands it to the workers, which inherit the environment. */
export function hand(made: Prepared): void {
  process.env[VARIABLE] = JSON.stringify(made);
}

let known: Prepared | undefined;

export function prepared(): Prepared {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error("nothing is prepared: run the tests by playwright.config.ts");
  return (known ??= JSON.parse(text) as Prepared);
}
