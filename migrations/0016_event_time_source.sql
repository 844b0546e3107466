-- From where the time of an event is known. Of events that are older than this column a person said it.
ALTER TABLE events ADD COLUMN time_source TEXT NOT NULL DEFAULT 'user'
    CHECK (time_source IN ('evidence', 'alert', 'user', 'system'));
