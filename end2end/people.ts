// The people that every prepared server has.

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

/** Those who have an API token with every scope. */
export const TOKEN_OWNERS = ["lead", "analyst", "analyst2", "auditor"] as const satisfies readonly Who[];

export type TokenOwner = (typeof TOKEN_OWNERS)[number];
