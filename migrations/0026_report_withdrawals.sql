-- Reports that were issued by mistake. The report and its file stay as they are; this says that it no longer holds.
CREATE TABLE report_withdrawals (
    report_id UUID PRIMARY KEY NOT NULL REFERENCES reports (id),
    org_id UUID NOT NULL REFERENCES orgs (id),
    reason TEXT NOT NULL,
    withdrawn_at BIGINT NOT NULL,
    withdrawn_by UUID NOT NULL REFERENCES people (id)
);
