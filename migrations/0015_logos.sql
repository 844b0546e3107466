-- The picture at the head of reports, as it was encoded anew here; an organisation has one or none.
CREATE TABLE org_logos (
    org_id UUID PRIMARY KEY NOT NULL REFERENCES orgs (id),
    png BYTEA NOT NULL,
    sha256 TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    set_at BIGINT NOT NULL
);
