CREATE ROLE pgstair_report_reader NOLOGIN;

CREATE TABLE reports (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body text NOT NULL
);
GRANT SELECT ON reports TO pgstair_report_reader;
