DROP INDEX ix_threads_status;
DROP INDEX ix_threads_user_id;
DROP INDEX ix_threads_session_id;
DROP INDEX ix_sessions_status;
DROP INDEX ix_sessions_user_id;
DROP INDEX ix_sessions_boardroom_id;
DROP INDEX ix_boardrooms_owner_id;
