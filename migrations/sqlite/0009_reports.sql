-- What was issued is never changed or taken back.
CREATE TRIGGER reports_no_update BEFORE UPDATE ON reports
BEGIN SELECT RAISE(ABORT, 'issued reports are kept'); END;
CREATE TRIGGER reports_no_delete BEFORE DELETE ON reports
BEGIN SELECT RAISE(ABORT, 'issued reports are kept'); END;
CREATE TRIGGER report_recipients_no_update BEFORE UPDATE ON report_recipients
BEGIN SELECT RAISE(ABORT, 'issued reports are kept'); END;
CREATE TRIGGER report_recipients_no_delete BEFORE DELETE ON report_recipients
BEGIN SELECT RAISE(ABORT, 'issued reports are kept'); END;
