-- The texts that search found, as they were written, to show the match in.
ALTER TABLE search_docs ADD COLUMN title_text TEXT NOT NULL DEFAULT '';
ALTER TABLE search_docs ADD COLUMN body_text TEXT NOT NULL DEFAULT '';
UPDATE search_docs SET title_text = i.reference || ' ' || i.title, body_text = i.summary
FROM incidents i WHERE i.id = search_docs.object_id AND search_docs.kind = 'incident';

-- Values sort by code point, as on SQLite.
ALTER TABLE indicators ALTER COLUMN value_key TYPE TEXT COLLATE "C";
ALTER TABLE assets ALTER COLUMN value_key TYPE TEXT COLLATE "C";
ALTER TABLE vulnerabilities ALTER COLUMN value_key TYPE TEXT COLLATE "C";
