-- Nothing that was entered can be changed or removed. Rights of the application's role are set
-- after migrations (see crates/store/src/migrate.rs).
CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;

CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();
CREATE TRIGGER ledger_nodes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_nodes
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();
CREATE TRIGGER ledger_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();
CREATE TRIGGER ledger_openings_no_update BEFORE UPDATE OR TRUNCATE ON ledger_openings
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();
CREATE TRIGGER ledger_heads_forward BEFORE UPDATE ON ledger_heads
FOR EACH ROW WHEN (NEW.size < OLD.size) EXECUTE FUNCTION ledger_refuses();
CREATE TRIGGER ledger_heads_no_delete BEFORE DELETE OR TRUNCATE ON ledger_heads
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();
