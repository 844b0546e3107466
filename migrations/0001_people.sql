-- Organisations, the people in them, and how they come in.

CREATE TABLE orgs (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE people (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    password_hash TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID,
    updated_at BIGINT NOT NULL,
    updated_by UUID
);
CREATE INDEX people_by_org ON people (org_id, name, id);

-- A browser session. The cookie's secret is kept as its SHA-256 only.
CREATE TABLE sessions (
    secret_hash BYTEA PRIMARY KEY NOT NULL,
    id UUID NOT NULL UNIQUE,
    person_id UUID NOT NULL REFERENCES people (id),
    data TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE tokens (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    person_id UUID NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    secret_hash BYTEA NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX tokens_by_person ON tokens (org_id, person_id, created_at);

-- One-time codes: the first set-up (no person), invitations and new passwords.
CREATE TABLE codes (
    code_hash BYTEA PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('setup', 'password')),
    person_id UUID REFERENCES people (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Failed sign-ins by account and by address; the key is a hash, so that typed passwords or
-- addresses never rest here.
CREATE TABLE throttles (
    throttle_key BYTEA PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX throttles_by_age ON throttles (updated_at);

-- Gapless numbers. The row is the lock.
CREATE TABLE counters (
    org_id UUID NOT NULL REFERENCES orgs (id),
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (org_id, name)
);

-- What a retried request made the first time.
CREATE TABLE idempotency_keys (
    org_id UUID NOT NULL REFERENCES orgs (id),
    person_id UUID NOT NULL REFERENCES people (id),
    idempotency_key TEXT NOT NULL,
    fingerprint BYTEA NOT NULL,
    made TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, person_id, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
