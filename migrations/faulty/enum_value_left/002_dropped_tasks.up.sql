ALTER TYPE task_state ADD VALUE 'dropped' BEFORE 'done';
