-- What an incident touched and what was seen of the attacker: assets, indicators, vulnerabilities.
-- value_key says which are the same thing; within an incident each is there once, unless archived.

CREATE TABLE indicators (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    kind TEXT NOT NULL CHECK (kind IN ('ipv4', 'ipv6', 'domain', 'url', 'email', 'md5', 'sha1', 'sha256',
        'filename', 'registry-key', 'mutex', 'user-agent', 'other')),
    value TEXT NOT NULL,
    value_key TEXT NOT NULL,
    tlp TEXT NOT NULL CHECK (tlp IN ('clear', 'green', 'amber', 'amber+strict', 'red')),
    confidence TEXT NOT NULL CHECK (confidence IN ('not-rated', 'low', 'medium', 'high')),
    description TEXT NOT NULL,
    first_seen BIGINT,
    last_seen BIGINT,
    archived_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id)
);
CREATE UNIQUE INDEX indicators_once ON indicators (incident_id, kind, value_key) WHERE archived_at IS NULL;
CREATE INDEX indicators_in_order ON indicators (incident_id, kind, value_key, id);
CREATE INDEX indicators_by_value ON indicators (org_id, kind, value_key);

CREATE TABLE assets (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    kind TEXT NOT NULL CHECK (kind IN ('host', 'server', 'workstation', 'account', 'mailbox', 'network-device',
        'cloud-resource', 'application', 'data-store', 'person', 'other')),
    name TEXT NOT NULL,
    identifier TEXT NOT NULL,
    value_key TEXT NOT NULL,
    owner TEXT NOT NULL,
    criticality TEXT NOT NULL CHECK (criticality IN ('low', 'medium', 'high', 'critical')),
    compromise TEXT NOT NULL CHECK (compromise IN ('unknown', 'suspected', 'confirmed', 'not-compromised',
        'recovered')),
    notes TEXT NOT NULL,
    first_seen BIGINT,
    last_seen BIGINT,
    archived_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id)
);
CREATE UNIQUE INDEX assets_once ON assets (incident_id, kind, value_key) WHERE archived_at IS NULL;
CREATE INDEX assets_in_order ON assets (incident_id, kind, value_key, id);
CREATE INDEX assets_by_value ON assets (org_id, kind, value_key);

CREATE TABLE vulnerabilities (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    cve TEXT NOT NULL,
    title TEXT NOT NULL,
    value_key TEXT NOT NULL,
    cvss_score TEXT NOT NULL,
    cvss_vector TEXT NOT NULL,
    affected TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'mitigated', 'fixed', 'accepted')),
    notes TEXT NOT NULL,
    archived_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id)
);
CREATE UNIQUE INDEX vulnerabilities_once ON vulnerabilities (incident_id, value_key) WHERE archived_at IS NULL;
CREATE INDEX vulnerabilities_in_order ON vulnerabilities (incident_id, value_key, id);
CREATE INDEX vulnerabilities_by_value ON vulnerabilities (org_id, value_key);
