-- The texts that search found, as they were written, to show the match in.
ALTER TABLE search_docs ADD COLUMN title_text TEXT NOT NULL DEFAULT '';
ALTER TABLE search_docs ADD COLUMN body_text TEXT NOT NULL DEFAULT '';
UPDATE search_docs SET
    title_text = (SELECT i.reference || ' ' || i.title FROM incidents i WHERE i.id = search_docs.object_id),
    body_text = (SELECT i.summary FROM incidents i WHERE i.id = search_docs.object_id)
WHERE kind = 'incident';
