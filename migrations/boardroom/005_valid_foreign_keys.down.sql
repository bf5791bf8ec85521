-- A constraint cannot be made NOT VALID again; it is made anew as 004 made it.
ALTER TABLE threads
    DROP CONSTRAINT fk_threads_session_id,
    DROP CONSTRAINT fk_threads_user_id,
    ADD CONSTRAINT fk_threads_session_id
        FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE NOT VALID,
    ADD CONSTRAINT fk_threads_user_id
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE sessions
    DROP CONSTRAINT fk_sessions_boardroom_id,
    DROP CONSTRAINT fk_sessions_user_id,
    ADD CONSTRAINT fk_sessions_boardroom_id
        FOREIGN KEY (boardroom_id) REFERENCES boardrooms (id) ON DELETE CASCADE NOT VALID,
    ADD CONSTRAINT fk_sessions_user_id
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE boardrooms
    DROP CONSTRAINT fk_boardrooms_owner_id,
    ADD CONSTRAINT fk_boardrooms_owner_id
        FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;
