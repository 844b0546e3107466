-- What metrics need beside the incidents themselves. Times of phases that were taken back are gone,
-- so each closing is kept, with the reopening that followed it.

CREATE TABLE incident_closures (
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    closed_at BIGINT NOT NULL,
    reopened_at BIGINT,
    PRIMARY KEY (incident_id, closed_at)
);
CREATE INDEX incident_closures_by_time ON incident_closures (org_id, closed_at);

-- Closings from before: the one that stands, and the first one where it was taken back.
INSERT INTO incident_closures (org_id, incident_id, closed_at, reopened_at)
SELECT t.org_id, t.incident_id, COALESCE(t.at, t.first_at), CASE WHEN t.at IS NULL THEN t.recorded_at ELSE NULL END
FROM incident_times t JOIN incidents i ON i.id = t.incident_id
WHERE t.milestone = 'close' AND (t.at IS NULL OR i.status = 'closed');

CREATE INDEX incidents_by_detected ON incidents (org_id, detected_at, id);
