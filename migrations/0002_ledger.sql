-- The append-only log of each organisation: entries, tree, signed checkpoints. Triggers that refuse
-- changes are in sqlite/ and postgres/.

-- The signing key, its seed encrypted with the master key.
CREATE TABLE ledger_keys (
    org_id UUID PRIMARY KEY NOT NULL REFERENCES orgs (id),
    log_name TEXT NOT NULL,
    vkey TEXT NOT NULL,
    sealed_seed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

-- Where the log ends. The row is the lock of the single writer; it repeats what the entries say.
CREATE TABLE ledger_heads (
    org_id UUID PRIMARY KEY NOT NULL REFERENCES orgs (id),
    size BIGINT NOT NULL,
    last_leaf BYTEA NOT NULL,
    last_at BIGINT NOT NULL,
    frontier BYTEA NOT NULL
);

CREATE TABLE ledger_entries (
    org_id UUID NOT NULL REFERENCES orgs (id),
    seq BIGINT NOT NULL,
    leaf_hash BYTEA NOT NULL,
    entry TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    actor_id UUID,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, seq)
);
CREATE INDEX ledger_entries_by_subject ON ledger_entries (org_id, subject_kind, subject_id, seq);

-- Complete subtrees above the leaves.
CREATE TABLE ledger_nodes (
    org_id UUID NOT NULL REFERENCES orgs (id),
    level BIGINT NOT NULL,
    position BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (org_id, level, position)
);

-- Salt and text behind each commitment. Deleting a row is erasure: the entry and its proof remain.
CREATE TABLE ledger_openings (
    org_id UUID NOT NULL REFERENCES orgs (id),
    seq BIGINT NOT NULL,
    field TEXT NOT NULL,
    salt BYTEA NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (org_id, seq, field)
);

CREATE TABLE ledger_checkpoints (
    org_id UUID NOT NULL REFERENCES orgs (id),
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, size)
);
