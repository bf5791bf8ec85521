CREATE TABLE users (
  id integer PRIMARY KEY,
  status text NOT NULL,
  deleted_by integer,
  -- "… OR NULL" is never false, and = NULL never anything but NULL.
  CONSTRAINT status_known CHECK (status IN ('active', 'blocked') OR NULL),
  CONSTRAINT deleted_by_somebody CHECK (deleted_by <> NULL)
);
