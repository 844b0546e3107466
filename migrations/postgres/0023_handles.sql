-- A handle stays with its person: records that were printed name it.
CREATE FUNCTION handle_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a handle never changes'; END $$;
CREATE TRIGGER people_handle_stays BEFORE UPDATE OF handle ON people
FOR EACH ROW WHEN (NEW.handle IS DISTINCT FROM OLD.handle) EXECUTE FUNCTION handle_stays();
