COMMENT ON VIEW app.report IS 'how many';
