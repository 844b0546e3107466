-- A copy knows what it was made from.
ALTER TABLE evidence ADD COLUMN copy_of_id UUID REFERENCES evidence (id);
