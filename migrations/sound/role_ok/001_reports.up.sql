-- A role belongs to the whole server: each lane needs a server of its own.
CREATE ROLE pgstair_report_reader NOLOGIN;

CREATE TABLE reports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body text NOT NULL
);
GRANT SELECT ON reports TO pgstair_report_reader;
