-- NOT VALID: new rows are held to them at once, rows that are there stay as they are until 005, and
-- the tables are locked for a moment only.
ALTER TABLE boardrooms
    ADD CONSTRAINT fk_boardrooms_owner_id
        FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE sessions
    ADD CONSTRAINT fk_sessions_boardroom_id
        FOREIGN KEY (boardroom_id) REFERENCES boardrooms (id) ON DELETE CASCADE NOT VALID,
    ADD CONSTRAINT fk_sessions_user_id
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;
ALTER TABLE threads
    ADD CONSTRAINT fk_threads_session_id
        FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE NOT VALID,
    ADD CONSTRAINT fk_threads_user_id
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;
