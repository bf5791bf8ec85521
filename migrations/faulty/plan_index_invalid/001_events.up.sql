CREATE TABLE events (
  id bigint NOT NULL,
  device_id bigint NOT NULL,
  happened_on date NOT NULL
) PARTITION BY RANGE (happened_on);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
-- Invalid until each partition has one that is attached to it, which nobody came to do.
CREATE INDEX events_device_idx ON ONLY events (device_id);
