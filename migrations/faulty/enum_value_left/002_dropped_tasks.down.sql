-- Wrong: the rows are changed, but the label 'dropped' stays: PostgreSQL cannot remove one.
UPDATE tasks SET state = 'done' WHERE state = 'dropped';
