DROP TRIGGER threads_timestamps ON threads;
DROP TRIGGER sessions_timestamps ON sessions;
DROP TRIGGER boardrooms_timestamps ON boardrooms;
DROP TRIGGER users_timestamps ON users;
DROP FUNCTION keep_timestamps();
