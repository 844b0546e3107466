-- More can happen: a copy is made, an offer or a request is taken back. SQLite cannot change a check, so
-- the table is made anew with the same rows, and with the triggers that keep them.
CREATE TABLE custody_events_new (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    evidence_id UUID NOT NULL REFERENCES evidence (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('collected', 'sealed', 'unsealed', 'offered', 'accepted', 'refused', 'withdrawn',
        'checked_out', 'checked_in', 'copied', 'imaged', 'analysed', 'accessed', 'downloaded', 'verified', 'moved',
        'hold_placed', 'hold_released', 'disclosed', 'returned', 'disposal_requested', 'disposal_withdrawn', 'disposed',
        'corrected')),
    actor_id UUID NOT NULL REFERENCES people (id),
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    details TEXT NOT NULL,
    UNIQUE (evidence_id, seq)
);
INSERT INTO custody_events_new (id, org_id, incident_id, evidence_id, seq, kind, actor_id, occurred_at, recorded_at, details)
SELECT id, org_id, incident_id, evidence_id, seq, kind, actor_id, occurred_at, recorded_at, details FROM custody_events;
DROP TABLE custody_events;
ALTER TABLE custody_events_new RENAME TO custody_events;
CREATE INDEX custody_events_by_incident ON custody_events (incident_id, occurred_at);
CREATE TRIGGER custody_events_no_update BEFORE UPDATE ON custody_events
BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END;
CREATE TRIGGER custody_events_no_delete BEFORE DELETE ON custody_events
BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END;
