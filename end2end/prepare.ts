// Runs once before all tests: makes the store that every server with people is a copy
// of, with the organisation, its people, their tokens and a session of each. It is
// removed when the last test has run.
import { type Cookie, request } from "@playwright/test";
import { PASSWORD, PEOPLE, type Person, TOKEN_OWNERS, type TokenOwner, type Who } from "./people";
import { hand } from "./prepared";
import { type Run, runner, serve } from "./server";
import { postSignIn } from "./sign_in";
import { type Store, makeStore } from "./store";

export default async function prepare(): Promise<() => void> {
  const store = makeStore();
  try {
    const run = runner(store);
    addPeople(run);
    const tokens = Object.fromEntries(TOKEN_OWNERS.map((who) => [who, addToken(run, who)])) as Record<TokenOwner, string>;
    const signedInAt = Date.now();
    const cookies = await signEverybodyIn(store);
    hand({ folder: store.folder, database: store.database, tokens, cookies, signedInAt });
  } catch (error) {
    store.remove();
    throw error;
  }
  return () => store.remove();
}

function addPeople(run: Run): void {
  for (const { name, email, roles } of Object.values<Person>(PEOPLE)) {
    run(
      [
        ...["admin", "user", "add", "--email", email, "--name", name, "--password-stdin"],
        ...roles.flatMap((role) => ["--role", role]),
        ...["--time-zone", "Europe/Berlin", "--organisation", "Northwind Energy"],
        ...["--log-name", "soc.example.org/ledger"],
      ],
      PASSWORD,
    );
  }
}

const SCOPES = ["incidents:read", "incidents:write", "evidence:read", "evidence:write", "ledger:read", "reports:read", "metrics:read"];

function addToken(run: Run, who: TokenOwner): string {
  const scopes = SCOPES.flatMap((scope) => ["--scope", scope]);
  return run(["token", "create", "--email", PEOPLE[who].email, ...scopes]).trim();
}

/** Begins a session of each person, at a server that has stopped when this returns. */
async function signEverybodyIn(store: Store): Promise<Record<Who, Cookie>> {
  const serving = await serve(store, false);
  try {
    const cookies: [Who, Cookie][] = [];
    for (const who of Object.keys(PEOPLE) as Who[]) {
      const context = await request.newContext();
      await postSignIn(context, serving.url, who);
      const cookie = (await context.storageState()).cookies.find(({ name }) => name === "holdfast");
      await context.dispose();
      if (cookie === undefined) throw new Error(`${who} got no session`);
      cookies.push([who, cookie]);
    }
    return Object.fromEntries(cookies) as Record<Who, Cookie>;
  } finally {
    await serving.end();
  }
}
