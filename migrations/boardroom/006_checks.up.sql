-- NOT VALID, as the foreign keys: new rows are held to them at once, the others from 007 on.
ALTER TABLE users
    ADD CONSTRAINT ck_users_email
        CHECK (email ~ '^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
                       '@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+'
                       '[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$') NOT VALID,
    ADD CONSTRAINT ck_users_full_name
        CHECK (full_name ~ '[^[:space:]]' AND char_length(full_name) <= 255) NOT VALID;
ALTER TABLE boardrooms
    ADD CONSTRAINT ck_boardrooms_name
        CHECK (name ~ '[^[:space:]]' AND char_length(name) <= 255) NOT VALID,
    ADD CONSTRAINT ck_boardrooms_max_participants
        CHECK (max_participants BETWEEN 1 AND 1000) NOT VALID;
ALTER TABLE sessions
    ADD CONSTRAINT ck_sessions_status
        CHECK (status IN ('active', 'completed', 'paused', 'cancelled')) NOT VALID,
    ADD CONSTRAINT ck_sessions_ended_at CHECK (ended_at >= started_at) NOT VALID;
ALTER TABLE threads
    ADD CONSTRAINT ck_threads_type
        CHECK (type IN ('discussion', 'decision', 'action_item', 'note')) NOT VALID,
    ADD CONSTRAINT ck_threads_priority CHECK (priority BETWEEN 1 AND 5) NOT VALID,
    ADD CONSTRAINT ck_threads_status CHECK (status IN ('active', 'closed', 'archived')) NOT VALID;
