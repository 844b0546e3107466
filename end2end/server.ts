// Starts the real server on data of its own and stops it: on a fresh data folder
// with SQLite, or on a fresh database of the PostgreSQL named by
// HOLDFAST_TEST_POSTGRES. Knows the people every such server has. Never touches a
// server or a database that it did not start.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

export const BINARY = process.env.HOLDFAST_BIN ?? path.resolve("../target/debug/holdfast");
export const DATABASE = process.env.HOLDFAST_E2E_DATABASE ?? "sqlite";

/** Long enough for the rule, and the same for everybody here. */
export const PASSWORD = "a long sentence about lighthouses";

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
}

export const PEOPLE = {
  administrator: { name: "Ada Okafor", email: "ada@example.org", roles: ["administrator"] },
  lead: { name: "Linus Berg", email: "linus@example.org", roles: ["lead"] },
  analyst: { name: "Mina Sato", email: "mina@example.org", roles: ["analyst"] },
  analyst2: { name: "Omar Haddad", email: "omar@example.org", roles: ["analyst"] },
  executive: { name: "Elena Costa", email: "elena@example.org", roles: ["executive"] },
  auditor: { name: "Tomas Novak", email: "tomas@example.org", roles: ["auditor"] },
} as const satisfies Record<string, Person>;

export type Who = keyof typeof PEOPLE;

/** A running server. */
export interface Server {
  /** Scheme, host and port. */
  readonly url: string;
  readonly port: number;
  /** The one-time code of the first start; none where people were added before. */
  readonly setupCode: string | undefined;
  /** Runs the same program on the same data and gives back what it printed. */
  run(args: readonly string[], input?: string): string;
  /** An API token of this person with every scope. */
  token(who: Who): string;
  /** What the server wrote so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Where the data of one server are, and how to remove them. */
interface Store {
  readonly options: readonly string[];
  remove(): void;
}

function makeStore(): Store {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-e2e-"));
  const options = ["--data", folder];
  if (DATABASE !== "postgres") {
    return { options, remove: () => rmSync(folder, { recursive: true, force: true }) };
  }
  const server = process.env.HOLDFAST_TEST_POSTGRES;
  if (server === undefined || server === "") throw new Error("HOLDFAST_TEST_POSTGRES is not set");
  const name = `e2e_${randomUUID().replaceAll("-", "")}`;
  const sql = (text: string) =>
    execFileSync("psql", [server, "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--command", text]);
  sql(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    options: [...options, "--database", url.href],
    remove: () => {
      sql(`DROP DATABASE ${name} WITH (FORCE)`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function runner(store: Store) {
  return (args: readonly string[], input = ""): string =>
    execFileSync(BINARY, [...args, ...store.options], {
      input,
      encoding: "utf8",
      env: { ...process.env, HOLDFAST_LOG: "warn" },
    });
}

function addPeople(run: ReturnType<typeof runner>): void {
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

/** Resolves with the port, and the set-up code when one is to come. */
function announced(child: ChildProcess, wantsCode: boolean, log: string[]): Promise<[number, string | undefined]> {
  return new Promise((resolve, reject) => {
    let port: number | undefined;
    let codeFollows = false;
    const see = (line: string) => {
      log.push(line);
      const at = /^Holdfast \S+ is at http:\/\/\S+:(\d+)$/.exec(line);
      if (at !== null) port = Number(at[1]);
      if (port !== undefined && !wantsCode) resolve([port, undefined]);
      const code = /^\s{4}(\S+)$/.exec(line);
      if (port !== undefined && codeFollows && code !== null) resolve([port, code[1]]);
      codeFollows ||= line.includes("/setup");
    };
    if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", see);
    if (child.stderr !== null) createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}\n${log.join("\n")}`)));
  });
}

/** Starts a server. `people` are added first, unless it is to be found as nobody has touched it. */
export async function startServer({ people }: { people: boolean }): Promise<Server> {
  const store = makeStore();
  const run = runner(store);
  const log: string[] = [];
  const tokens = new Map<Who, string>();
  let child: ChildProcess | undefined;
  try {
    if (people) addPeople(run);
    // Each browser of the tests comes from an address of its own, so that the count
    // of sign-ins from one address is only reached by the test that means to.
    const options = ["--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"];
    child = spawn(BINARY, ["serve", ...store.options, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    const started = child;
    const [port, setupCode] = await announced(started, !people, log);
    return {
      url: `http://127.0.0.1:${port}`,
      port,
      setupCode,
      run,
      token: (who) => {
        const known = tokens.get(who);
        if (known !== undefined) return known;
        const scopes = ["incidents:read", "incidents:write", "evidence:read", "evidence:write", "ledger:read", "reports:read", "metrics:read"].flatMap((scope) => ["--scope", scope]);
        const made = run(["token", "create", "--email", PEOPLE[who].email, ...scopes]).trim();
        tokens.set(who, made);
        return made;
      },
      log: () => log.join("\n"),
      stop: async () => {
        await ended(started);
        store.remove();
      },
    };
  } catch (error) {
    child?.kill("SIGKILL");
    store.remove();
    throw error;
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.removeAllListeners("exit");
    child.on("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
