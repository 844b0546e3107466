-- Which incidents belong together. Each link is kept once, whichever end it was made from: a child as the
-- parent's link, two related ones in the order of their ids.
CREATE TABLE links (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    from_id UUID NOT NULL REFERENCES incidents (id),
    to_id UUID NOT NULL REFERENCES incidents (id),
    kind TEXT NOT NULL CHECK (kind IN ('related', 'duplicate', 'parent', 'caused-by')),
    note TEXT NOT NULL,
    archived_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id),
    CHECK (from_id <> to_id)
);
CREATE UNIQUE INDEX links_once ON links (from_id, to_id, kind) WHERE archived_at IS NULL;
CREATE INDEX links_to ON links (to_id);
CREATE INDEX incidents_merged_into ON incidents (merged_into_id) WHERE merged_into_id IS NOT NULL;
