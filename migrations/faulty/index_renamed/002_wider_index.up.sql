DROP INDEX events_kind_idx;
CREATE INDEX events_kind_happened_at_idx ON events (kind, happened_at);
