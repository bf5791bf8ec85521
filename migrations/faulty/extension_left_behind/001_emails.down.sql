-- Wrong: the extension citext stays behind; IF NOT EXISTS hides it from the second upgrade.
DROP TABLE emails;
