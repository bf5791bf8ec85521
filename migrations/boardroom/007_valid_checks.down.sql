-- A constraint cannot be made NOT VALID again; it is made anew as 006 made it.
ALTER TABLE threads
    DROP CONSTRAINT ck_threads_type,
    DROP CONSTRAINT ck_threads_priority,
    DROP CONSTRAINT ck_threads_status,
    ADD CONSTRAINT ck_threads_type
        CHECK (type IN ('discussion', 'decision', 'action_item', 'note')) NOT VALID,
    ADD CONSTRAINT ck_threads_priority CHECK (priority BETWEEN 1 AND 5) NOT VALID,
    ADD CONSTRAINT ck_threads_status CHECK (status IN ('active', 'closed', 'archived')) NOT VALID;
ALTER TABLE sessions
    DROP CONSTRAINT ck_sessions_status,
    DROP CONSTRAINT ck_sessions_ended_at,
    ADD CONSTRAINT ck_sessions_status
        CHECK (status IN ('active', 'completed', 'paused', 'cancelled')) NOT VALID,
    ADD CONSTRAINT ck_sessions_ended_at CHECK (ended_at >= started_at) NOT VALID;
ALTER TABLE boardrooms
    DROP CONSTRAINT ck_boardrooms_name,
    DROP CONSTRAINT ck_boardrooms_max_participants,
    ADD CONSTRAINT ck_boardrooms_name
        CHECK (name ~ '[^[:space:]]' AND char_length(name) <= 255) NOT VALID,
    ADD CONSTRAINT ck_boardrooms_max_participants
        CHECK (max_participants BETWEEN 1 AND 1000) NOT VALID;
ALTER TABLE users
    DROP CONSTRAINT ck_users_email,
    DROP CONSTRAINT ck_users_full_name,
    ADD CONSTRAINT ck_users_email
        CHECK (email ~ '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
                       '@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+'
                       '[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$') NOT VALID,
    ADD CONSTRAINT ck_users_full_name
        CHECK (full_name ~ '[^[:space:]]' AND char_length(full_name) <= 255) NOT VALID;
