-- Browsers in which a person has signed in before. The cookie's secret is kept as its SHA-256 only.
-- It opens nothing: it says whose count of wrong passwords a try belongs to.

CREATE TABLE devices (
    secret_hash BYTEA PRIMARY KEY NOT NULL,
    person_id UUID NOT NULL REFERENCES people (id),
    seen_at BIGINT NOT NULL
);
CREATE INDEX devices_by_person ON devices (person_id, seen_at);
CREATE INDEX devices_by_age ON devices (seen_at);

-- When the try before the last one was, which is restored when the last one was right.
ALTER TABLE throttles ADD COLUMN before_at BIGINT NOT NULL DEFAULT 0;
