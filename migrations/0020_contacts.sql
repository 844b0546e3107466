-- Which external parties were informed of an incident, and when they expect to hear more.
CREATE TABLE contacts (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    fields TEXT NOT NULL,
    archived_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id)
);
CREATE INDEX contacts_in_order ON contacts (incident_id, created_at, id);
