-- Targets hold from a time on. Those of before hold from the beginning, as they did.
UPDATE orgs SET targets = '[{"from":"1970-01-01T00:00:00Z","targets":' || targets || '}]' WHERE targets IS NOT NULL;
