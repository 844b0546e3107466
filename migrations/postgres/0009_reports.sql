-- What was issued is never changed or taken back.
CREATE FUNCTION issued_reports_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'issued reports are kept'; END $$;
CREATE TRIGGER reports_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reports
FOR EACH STATEMENT EXECUTE FUNCTION issued_reports_are_kept();
CREATE TRIGGER report_recipients_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON report_recipients
FOR EACH STATEMENT EXECUTE FUNCTION issued_reports_are_kept();
