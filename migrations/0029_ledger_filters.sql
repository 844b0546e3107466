-- The ledger by person, by kind, by time, and by the incidents that entries say something of: each in the order of
-- the log, so that a page of a filtered list is read from its index.
CREATE INDEX ledger_entries_by_actor ON ledger_entries (org_id, actor_id, seq);
CREATE INDEX ledger_entries_by_kind ON ledger_entries (org_id, kind, seq);
CREATE INDEX ledger_entries_by_time ON ledger_entries (org_id, recorded_at, seq);
CREATE INDEX ledger_concerns_by_incident ON ledger_concerns (org_id, incident_id, seq);
