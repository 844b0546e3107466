-- The incidents of a category, for the list's search by what a category is called.
CREATE INDEX incidents_by_category ON incidents (org_id, category, id);
