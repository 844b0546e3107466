// Runs the real server on data of its own and stops it: on an empty store, or on a copy
// of the one that prepare.ts made for the run. Never touches a server that it did not
// start.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { TokenOwner } from "./people";
import { prepared } from "./prepared";
import { type Store, makeStore } from "./store";

export const BINARY = process.env.HOLDFAST_BIN ?? path.resolve("../target/debug/holdfast");

/** Runs the program on some data and gives back what it printed. */
export type Run = (args: readonly string[], input?: string) => string;

/** A running server. */
export interface Server {
  /** Scheme, host and port. */
  readonly url: string;
  readonly port: number;
  /** The one-time code of the first start; none where people were added before. */
  readonly setupCode: string | undefined;
  /** Runs the same program on the same data. */
  readonly run: Run;
  /** This person's API token with every scope; only where there are people. */
  token(who: TokenOwner): string;
  /** What the server wrote so far. */
  log(): string;
  stop(): Promise<void>;
}

export function runner(store: Store): Run {
  return (args, input = "") =>
    execFileSync(BINARY, [...args, ...store.options], {
      input,
      encoding: "utf8",
      env: { ...process.env, HOLDFAST_LOG: "warn" },
    });
}

/** A process that serves a store. */
export interface Serving {
  readonly url: string;
  readonly port: number;
  readonly setupCode: string | undefined;
  log(): string;
  /** Ends the process and leaves the data. */
  end(): Promise<void>;
}

/** Serves a store; `wantsCode` where nobody is in it yet. */
export async function serve(store: Store, wantsCode: boolean): Promise<Serving> {
  const log: string[] = [];
  // Each browser of the tests comes from an address of its own, so that the count
  // of sign-ins from one address is only reached by the test that means to.
  const options = ["--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"];
  const child = spawn(BINARY, ["serve", ...store.options, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  try {
    const [port, setupCode] = await announced(child, wantsCode, log);
    const url = `http://127.0.0.1:${port}`;
    return { url, port, setupCode, log: () => log.join("\n"), end: () => ended(child) };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
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

/** Starts a server with the prepared people, or, without, as nobody has touched it. */
export async function startServer({ people }: { people: boolean }): Promise<Server> {
  const store = makeStore(people ? prepared() : undefined);
  try {
    const { end, ...serving } = await serve(store, !people);
    return {
      ...serving,
      run: runner(store),
      token: (who) => prepared().tokens[who],
      stop: async () => {
        await end();
        store.remove();
      },
    };
  } catch (error) {
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
