ALTER TABLE threads
    DROP CONSTRAINT fk_threads_user_id,
    DROP CONSTRAINT fk_threads_session_id;
ALTER TABLE sessions
    DROP CONSTRAINT fk_sessions_user_id,
    DROP CONSTRAINT fk_sessions_boardroom_id;
ALTER TABLE boardrooms
    DROP CONSTRAINT fk_boardrooms_owner_id;
