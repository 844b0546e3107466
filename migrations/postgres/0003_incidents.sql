-- Titles sort by code point, as on SQLite.
ALTER TABLE incidents ALTER COLUMN title_key TYPE TEXT COLLATE "C";

CREATE TABLE search_docs (
    docid BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    org_id UUID NOT NULL REFERENCES orgs (id),
    kind TEXT NOT NULL,
    object_id UUID NOT NULL,
    incident_id UUID NOT NULL REFERENCES incidents (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    words TSVECTOR NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', body), 'B')
    ) STORED,
    UNIQUE (kind, object_id)
);
CREATE INDEX search_docs_words ON search_docs USING gin (words);
