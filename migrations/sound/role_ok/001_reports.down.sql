DROP TABLE reports;
DROP ROLE pgstair_report_reader;
