-- Open incidents of one severity, newest first, and all that are open in the order of their detection,
-- without reading those that ended.
CREATE INDEX incidents_open_severity_by_updated ON incidents (org_id, ended, severity, updated_at, id);
CREATE INDEX incidents_open_by_detected ON incidents (org_id, ended, detected_at, id);
