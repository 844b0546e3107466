-- Entries from before this step name the other incident in clear.
INSERT INTO ledger_concerns (org_id, seq, incident_id)
SELECT e.org_id, e.seq, i.id
FROM ledger_entries e JOIN incidents i ON i.org_id = e.org_id AND i.id = unhex(replace(CASE WHEN json_valid(e.entry)
    THEN coalesce(e.entry ->> '$.data.other', e.entry ->> '$.data.incident', e.entry ->> '$.data.merged_into')
    END, '-', ''))
WHERE e.kind LIKE 'link.%' OR e.kind IN ('access.denied', 'incident.phase_changed');
INSERT INTO ledger_concerns (org_id, seq, incident_id)
SELECT e.org_id, e.seq, r.incident_id
FROM ledger_entries e JOIN reports r ON r.org_id = e.org_id AND r.id = unhex(replace(e.subject_id, '-', ''))
WHERE e.subject_kind = 'report' AND r.incident_id IS NOT NULL;
-- The evidence log of a period does not say which incidents are in it: those that its author saw may be.
INSERT INTO ledger_concerns (org_id, seq, incident_id)
SELECT e.org_id, e.seq, i.id
FROM ledger_entries e JOIN incidents i ON i.org_id = e.org_id AND i.restricted
JOIN incident_members m ON m.incident_id = i.id AND m.person_id = e.actor_id
WHERE e.kind = 'evidence.log_exported' AND e.subject_kind = 'org'
    AND EXISTS (SELECT 1 FROM evidence v WHERE v.incident_id = i.id);

CREATE TRIGGER ledger_concerns_no_update BEFORE UPDATE ON ledger_concerns
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_concerns_no_delete BEFORE DELETE ON ledger_concerns
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
