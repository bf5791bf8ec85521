DROP VIEW app.report;
