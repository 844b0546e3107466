-- How long each part of a response may take, as the organisation decided; NULL until it has.
ALTER TABLE orgs ADD COLUMN targets TEXT;
