-- What queries filter on: every foreign key, the statuses.  (uq_users_email serves the address.)
CREATE INDEX ix_boardrooms_owner_id ON boardrooms (owner_id);
CREATE INDEX ix_sessions_boardroom_id ON sessions (boardroom_id);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE INDEX ix_sessions_status ON sessions (status);
CREATE INDEX ix_threads_session_id ON threads (session_id);
CREATE INDEX ix_threads_user_id ON threads (user_id);
CREATE INDEX ix_threads_status ON threads (status);
