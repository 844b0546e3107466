-- Incidents, their teams and the times of their phases.

CREATE TABLE incidents (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    reference TEXT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    summary TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('new', 'triage', 'investigating', 'containing', 'contained',
        'eradicated', 'recovering', 'recovered', 'resolved', 'closed', 'rejected', 'merged')),
    status_rank BIGINT NOT NULL,
    ended BOOLEAN NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('sev1', 'sev2', 'sev3', 'sev4', 'sev5')),
    category TEXT NOT NULL,
    tlp TEXT NOT NULL CHECK (tlp IN ('clear', 'green', 'amber', 'amber+strict', 'red')),
    pap TEXT NOT NULL CHECK (pap IN ('clear', 'green', 'amber', 'red')),
    owner_id UUID REFERENCES people (id),
    disposition TEXT NOT NULL CHECK (disposition IN ('unknown', 'false-positive', 'true-positive',
        'disregard', 'suspicious', 'benign', 'test', 'insufficient-data', 'security-risk',
        'managed-externally', 'duplicate', 'other')),
    root_cause TEXT NOT NULL,
    on_hold BOOLEAN NOT NULL,
    is_exercise BOOLEAN NOT NULL,
    restricted BOOLEAN NOT NULL,
    merged_into_id UUID REFERENCES incidents (id),
    reopened_count BIGINT NOT NULL,
    detected_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id),
    UNIQUE (org_id, reference)
);
CREATE INDEX incidents_by_updated ON incidents (org_id, updated_at, id);
CREATE INDEX incidents_by_opened ON incidents (org_id, created_at, id);
CREATE INDEX incidents_by_severity ON incidents (org_id, severity, id);
CREATE INDEX incidents_by_status ON incidents (org_id, status_rank, id);
CREATE INDEX incidents_by_title ON incidents (org_id, title_key, id);
CREATE INDEX incidents_open_by_updated ON incidents (org_id, ended, updated_at, id);
CREATE INDEX incidents_status_by_updated ON incidents (org_id, status, updated_at, id);
CREATE INDEX incidents_severity_by_updated ON incidents (org_id, severity, updated_at, id);
CREATE INDEX incidents_owner_by_updated ON incidents (org_id, owner_id, updated_at, id);

CREATE TABLE incident_members (
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    person_id UUID NOT NULL REFERENCES people (id),
    added_at BIGINT NOT NULL,
    added_by UUID NOT NULL REFERENCES people (id),
    PRIMARY KEY (incident_id, person_id)
);
CREATE INDEX incident_members_by_person ON incident_members (person_id, incident_id);

CREATE TABLE incident_times (
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    milestone TEXT NOT NULL CHECK (milestone IN ('start', 'exfiltration', 'event', 'alert', 'detect',
        'declare', 'acknowledge', 'triage', 'identify', 'contain', 'eradicate', 'recovery-start',
        'recover', 'resolve', 'close')),
    at BIGINT,
    first_at BIGINT NOT NULL,
    precision TEXT NOT NULL CHECK (precision IN ('exact', 'minute', 'hour', 'day', 'estimated')),
    source TEXT NOT NULL CHECK (source IN ('evidence', 'alert', 'user', 'system')),
    zone TEXT,
    original TEXT,
    reason TEXT,
    recorded_at BIGINT NOT NULL,
    recorded_by UUID NOT NULL REFERENCES people (id),
    PRIMARY KEY (incident_id, milestone)
);
