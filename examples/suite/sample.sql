INSERT INTO authors (email) VALUES ('ada@example.org') ON CONFLICT DO NOTHING;
