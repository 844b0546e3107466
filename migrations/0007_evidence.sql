-- Evidence and its custody. The events are the facts; what a row of evidence repeats of them (holder,
-- seal, holds, place) is folded from them in the transaction that adds one.

CREATE TABLE evidence (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    label TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('disk', 'memory', 'pcap', 'log-export', 'email', 'mobile', 'cloud-snapshot',
        'malware-sample', 'document', 'screenshot', 'physical', 'other')),
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    original_filename TEXT NOT NULL,
    size_bytes BIGINT,
    sha256 TEXT,
    make TEXT NOT NULL,
    model TEXT NOT NULL,
    serial_no TEXT NOT NULL,
    condition_marks TEXT NOT NULL,
    source_host TEXT NOT NULL,
    source_path TEXT NOT NULL,
    source_owner TEXT NOT NULL,
    tlp TEXT NOT NULL CHECK (tlp IN ('clear', 'green', 'amber', 'amber+strict', 'red')),
    malicious BOOLEAN NOT NULL,
    contains_personal_data BOOLEAN NOT NULL,
    retain_until BIGINT,
    method TEXT NOT NULL CHECK (method IN ('dead-image', 'live-image', 'memory', 'logical', 'cloud-api', 'log-export',
        'physical-seizure', 'other')),
    tool TEXT NOT NULL,
    tool_version TEXT NOT NULL,
    authority TEXT NOT NULL,
    witness TEXT NOT NULL,
    write_blocker TEXT NOT NULL,
    clock_offset_s BIGINT,
    acquisition_notes TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('in-custody', 'returned', 'disposed')),
    holder_id UUID REFERENCES people (id),
    offered_to_id UUID REFERENCES people (id),
    checked_out BOOLEAN NOT NULL,
    seal_no TEXT,
    location TEXT NOT NULL,
    holds BIGINT NOT NULL,
    altered BOOLEAN NOT NULL,
    events BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    UNIQUE (incident_id, label)
);
CREATE INDEX evidence_by_created ON evidence (org_id, created_at, id);
CREATE INDEX evidence_by_hash ON evidence (sha256);
CREATE INDEX evidence_by_offer ON evidence (offered_to_id);

CREATE TABLE custody_events (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    evidence_id UUID NOT NULL REFERENCES evidence (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('collected', 'sealed', 'unsealed', 'offered', 'accepted', 'refused',
        'checked_out', 'checked_in', 'analysed', 'accessed', 'downloaded', 'verified', 'moved', 'hold_placed',
        'hold_released', 'disclosed', 'returned', 'disposal_requested', 'disposed', 'corrected')),
    actor_id UUID NOT NULL REFERENCES people (id),
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    details TEXT NOT NULL,
    UNIQUE (evidence_id, seq)
);
CREATE INDEX custody_events_by_incident ON custody_events (incident_id, occurred_at);
