SELECT n FROM app.report;
