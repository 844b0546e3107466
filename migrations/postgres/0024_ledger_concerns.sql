-- Entries from before this step name the other incident in clear.
INSERT INTO ledger_concerns (org_id, seq, incident_id)
SELECT e.org_id, e.seq, i.id
FROM ledger_entries e JOIN incidents i ON i.org_id = e.org_id AND i.id::text = substring(e.entry from
    '"(?:other|incident|merged_into)":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"')
WHERE e.kind LIKE 'link.%' OR e.kind IN ('access.denied', 'incident.phase_changed');
INSERT INTO ledger_concerns (org_id, seq, incident_id)
SELECT e.org_id, e.seq, r.incident_id
FROM ledger_entries e JOIN reports r ON r.org_id = e.org_id AND r.id::text = e.subject_id
WHERE e.subject_kind = 'report' AND r.incident_id IS NOT NULL;
-- The evidence log of a period does not say which incidents are in it: those that its author saw may be.
INSERT INTO ledger_concerns (org_id, seq, incident_id)
SELECT e.org_id, e.seq, i.id
FROM ledger_entries e JOIN incidents i ON i.org_id = e.org_id AND i.restricted
JOIN incident_members m ON m.incident_id = i.id AND m.person_id = e.actor_id
WHERE e.kind = 'evidence.log_exported' AND e.subject_kind = 'org'
    AND EXISTS (SELECT 1 FROM evidence v WHERE v.incident_id = i.id);

CREATE TRIGGER ledger_concerns_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_concerns
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();
