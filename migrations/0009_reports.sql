-- What people write for readers outside the response, what is to change, and the reports that were
-- issued. An issued report is never changed: a correction is a new version.

CREATE TABLE narratives (
    incident_id UUID PRIMARY KEY NOT NULL REFERENCES incidents (id),
    org_id UUID NOT NULL REFERENCES orgs (id),
    -- The texts by name, as JSON.
    texts TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id)
);

CREATE TABLE recommendations (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    position BIGINT NOT NULL,
    body TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('prevent', 'detect', 'mitigate', 'process')),
    owner TEXT NOT NULL,
    due_at BIGINT,
    priority TEXT NOT NULL CHECK (priority IN ('low', 'medium', 'high')),
    tracker TEXT NOT NULL,
    done_at BIGINT,
    archived BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id)
);
CREATE INDEX recommendations_by_incident ON recommendations (incident_id, position);

CREATE TABLE reports (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    -- Absent for reports that are about no single incident.
    incident_id UUID REFERENCES incidents (id),
    kind TEXT NOT NULL CHECK (kind IN ('executive', 'post-incident-review', 'metrics')),
    -- What it is a version of: the incident, or the period of a metrics report.
    subject TEXT NOT NULL,
    number BIGINT NOT NULL,
    title TEXT NOT NULL,
    tlp TEXT NOT NULL CHECK (tlp IN ('clear', 'green', 'amber', 'amber+strict', 'red')),
    as_of BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    data_sha256 TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    to_executives BOOLEAN NOT NULL,
    issued_at BIGINT NOT NULL,
    issued_by UUID NOT NULL REFERENCES people (id),
    UNIQUE (org_id, kind, subject, number)
);
CREATE INDEX reports_by_time ON reports (org_id, issued_at, id);
CREATE INDEX reports_by_incident ON reports (incident_id, issued_at);
CREATE INDEX reports_by_file ON reports (sha256);

CREATE TABLE report_recipients (
    org_id UUID NOT NULL REFERENCES orgs (id),
    report_id UUID NOT NULL REFERENCES reports (id),
    person_id UUID NOT NULL REFERENCES people (id),
    PRIMARY KEY (report_id, person_id)
);
CREATE INDEX report_recipients_by_person ON report_recipients (person_id, report_id);
