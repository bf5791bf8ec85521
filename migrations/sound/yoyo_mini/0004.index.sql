-- depends: 0002.labels
-- transactional: false
CREATE INDEX CONCURRENTLY users_label ON users (label);
