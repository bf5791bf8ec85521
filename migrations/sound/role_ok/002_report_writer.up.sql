DO $$
BEGIN
    CREATE ROLE pgstair_report_writer NOLOGIN IN ROLE pgstair_report_reader;
END
$$;
GRANT INSERT ON reports TO pgstair_report_writer;
