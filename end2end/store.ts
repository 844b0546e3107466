// Where the data of one server are: a data folder, and beside it a database of its own
// where HOLDFAST_E2E_DATABASE asks for PostgreSQL. A store is empty, or a copy of one
// whose server has stopped. Never touches a folder or a database that it did not make.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const DATABASE = process.env.HOLDFAST_E2E_DATABASE ?? "sqlite";

/** What a copy is made of. */
export interface Original {
  readonly folder: string;
  /** The name of the PostgreSQL database; none where SQLite keeps it in the folder. */
  readonly database?: string | undefined;
}

export interface Store extends Original {
  /** What makes a command of the program work on this store. */
  readonly options: readonly string[];
  remove(): void;
}

/** Makes an empty store, or a copy: the master key in the folder belongs to what the database holds. */
export function makeStore(original?: Original): Store {
  const folder = mkdtempSync(path.join(tmpdir(), "holdfast-e2e-"));
  if (original !== undefined) cpSync(original.folder, folder, { recursive: true });
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  const options = ["--data", folder];
  if (DATABASE !== "postgres") return { folder, options, remove: removeFolder };
  const database = `e2e_${randomUUID().replaceAll("-", "")}`;
  try {
    sql(`CREATE DATABASE ${database}${original?.database === undefined ? "" : ` TEMPLATE ${original.database}`}`);
  } catch (error) {
    removeFolder();
    throw error;
  }
  const url = new URL(postgres());
  url.pathname = `/${database}`;
  return {
    folder,
    database,
    options: [...options, "--database", url.href],
    remove: () => {
      sql(`DROP DATABASE ${database} WITH (FORCE)`);
      removeFolder();
    },
  };
}

function postgres(): string {
  const server = process.env.HOLDFAST_TEST_POSTGRES;
  if (server === undefined || server === "") throw new Error("HOLDFAST_TEST_POSTGRES is not set");
  return server;
}

function sql(text: string): void {
  execFileSync("psql", [postgres(), "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--command", text]);
}
