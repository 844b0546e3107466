-- Full text. The documents are rows of their own, so that the index never depends on hidden row
-- numbers; triggers keep the index in the transaction that writes the document.
CREATE TABLE search_docs (
    docid INTEGER PRIMARY KEY,
    org_id UUID NOT NULL REFERENCES orgs (id),
    kind TEXT NOT NULL,
    object_id UUID NOT NULL,
    incident_id UUID NOT NULL REFERENCES incidents (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, object_id)
);
CREATE VIRTUAL TABLE search_index USING fts5(
    title, body, content = 'search_docs', content_rowid = 'docid',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER search_docs_insert AFTER INSERT ON search_docs BEGIN
    INSERT INTO search_index (rowid, title, body) VALUES (NEW.docid, NEW.title, NEW.body);
END;
CREATE TRIGGER search_docs_delete AFTER DELETE ON search_docs BEGIN
    INSERT INTO search_index (search_index, rowid, title, body) VALUES ('delete', OLD.docid, OLD.title, OLD.body);
END;
CREATE TRIGGER search_docs_update AFTER UPDATE ON search_docs BEGIN
    INSERT INTO search_index (search_index, rowid, title, body) VALUES ('delete', OLD.docid, OLD.title, OLD.body);
    INSERT INTO search_index (rowid, title, body) VALUES (NEW.docid, NEW.title, NEW.body);
END;
