-- Which incidents an entry says something of besides its subject: the other end of a link, the incident of a
-- report, those in an evidence log. To a reader who may not see one of them, the entry is restricted.
CREATE TABLE ledger_concerns (
    org_id UUID NOT NULL REFERENCES orgs (id),
    seq BIGINT NOT NULL,
    incident_id UUID NOT NULL REFERENCES incidents (id),
    PRIMARY KEY (org_id, seq, incident_id)
);
