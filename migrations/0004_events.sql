-- The timeline of an incident: what the attacker and the responders did. What phases and
-- custody say of the response is read from where it is kept, never copied here.

CREATE TABLE events (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    -- The order among neighbours; the only order of those whose time is not known.
    position BIGINT NOT NULL,
    lane TEXT NOT NULL CHECK (lane IN ('attack', 'response')),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    source TEXT NOT NULL,
    occurred_at BIGINT,
    occurred_end BIGINT,
    precision TEXT NOT NULL CHECK (precision IN ('exact', 'minute', 'hour', 'day', 'estimated')),
    zone TEXT,
    original TEXT,
    learned_at BIGINT,
    in_report BOOLEAN NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('person', 'import')),
    archived BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id)
);
CREATE INDEX events_by_incident ON events (incident_id, position);

CREATE TABLE event_techniques (
    org_id UUID NOT NULL REFERENCES orgs (id),
    event_id UUID NOT NULL REFERENCES events (id),
    technique TEXT NOT NULL,
    -- Tactics are data: a mapping keeps the version of ATT&CK it was made under.
    tactic TEXT,
    attack_version TEXT NOT NULL,
    PRIMARY KEY (event_id, technique)
);
