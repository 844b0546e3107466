-- A handle stays with its person: records that were printed name it.
CREATE TRIGGER people_handle_stays BEFORE UPDATE OF handle ON people WHEN NEW.handle <> OLD.handle
BEGIN SELECT RAISE(ABORT, 'a handle never changes'); END;
