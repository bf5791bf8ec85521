-- Wrong: the column's first default, 'normal', is not restored.
ALTER TABLE tickets ALTER COLUMN priority DROP DEFAULT;
ALTER TABLE tickets ALTER COLUMN priority TYPE text
    USING CASE priority WHEN 2 THEN 'high' WHEN 1 THEN 'normal' ELSE 'low' END;
