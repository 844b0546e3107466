-- What was not what it was when it was last verified, newest first, which the register shows before all else.
CREATE INDEX evidence_altered ON evidence (org_id, created_at, id) WHERE altered;
