-- Open tasks in the order in which they are due, so that those that are late are found without reading
-- every open one.
CREATE INDEX tasks_open_by_due ON tasks (org_id, open, due_at, id);
