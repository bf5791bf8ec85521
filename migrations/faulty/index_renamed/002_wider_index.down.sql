-- Wrong: the index was events_kind_idx; it comes back under another name.
DROP INDEX events_kind_happened_at_idx;
CREATE INDEX ix_events_kind ON events (kind);
