REVOKE INSERT ON reports FROM pgstair_report_writer;
DROP ROLE pgstair_report_writer;
