-- Up Migration
CREATE INDEX CONCURRENTLY people_mood ON people (mood);

-- Down Migration
DROP INDEX people_mood;
