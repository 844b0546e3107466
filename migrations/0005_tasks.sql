-- What has to be done in an incident, by whom and by when, and what people say about it.

CREATE TABLE tasks (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    incident_id UUID NOT NULL REFERENCES incidents (id),
    -- The order in which people put them.
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('analysis', 'containment', 'eradication', 'recovery', 'review')),
    mandatory BOOLEAN NOT NULL,
    due_at BIGINT,
    status TEXT NOT NULL CHECK (status IN ('to-do', 'doing', 'blocked', 'done', 'dropped')),
    -- What it waits on, or why it was dropped.
    status_reason TEXT NOT NULL,
    open BOOLEAN NOT NULL,
    finished_at BIGINT,
    origin TEXT NOT NULL CHECK (origin IN ('person', 'import')),
    comments BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id),
    updated_at BIGINT NOT NULL,
    updated_by UUID NOT NULL REFERENCES people (id)
);
CREATE INDEX tasks_by_incident ON tasks (incident_id, position);
CREATE INDEX tasks_open_by_incident ON tasks (org_id, open, incident_id);

CREATE TABLE task_people (
    org_id UUID NOT NULL REFERENCES orgs (id),
    task_id UUID NOT NULL REFERENCES tasks (id),
    person_id UUID NOT NULL REFERENCES people (id),
    -- Repeated from the task, so that a person's open tasks are found without their finished ones.
    open BOOLEAN NOT NULL,
    PRIMARY KEY (task_id, person_id)
);
CREATE INDEX task_people_by_person ON task_people (person_id, open);

CREATE TABLE task_comments (
    id UUID PRIMARY KEY NOT NULL,
    org_id UUID NOT NULL REFERENCES orgs (id),
    task_id UUID NOT NULL REFERENCES tasks (id),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID NOT NULL REFERENCES people (id)
);
CREATE INDEX task_comments_by_task ON task_comments (task_id, created_at, id);
