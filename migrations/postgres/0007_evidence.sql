-- What happened to evidence is added, never changed or taken out.
CREATE FUNCTION custody_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'custody is append-only'; END $$;
CREATE TRIGGER custody_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON custody_events
FOR EACH STATEMENT EXECUTE FUNCTION custody_is_append_only();
CREATE TRIGGER evidence_no_delete BEFORE DELETE OR TRUNCATE ON evidence
FOR EACH STATEMENT EXECUTE FUNCTION custody_is_append_only();
