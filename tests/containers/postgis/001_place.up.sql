CREATE TABLE place (
    id integer PRIMARY KEY,
    at geometry(Point, 4326) NOT NULL
);
CREATE INDEX place_at ON place USING gist (at);
