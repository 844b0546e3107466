-- A recommendation is an item like others: archived since a time, listed in the order in which they were made.
ALTER TABLE recommendations ADD COLUMN archived_at BIGINT;
UPDATE recommendations SET archived_at = updated_at WHERE archived;
DROP INDEX recommendations_by_incident;
ALTER TABLE recommendations DROP COLUMN archived;
ALTER TABLE recommendations DROP COLUMN position;
CREATE INDEX recommendations_in_order ON recommendations (incident_id, created_at, id);
