-- +goose ENVSUB ON
-- +goose Up
CREATE TABLE ${HARBOUR}_log (
	$HARBOUR text,
	${NO_SUCH:-other}_a text,
	${NOTHING-other}_b text,
	${NOTHING:-other}_c text
);
-- +goose ENVSUB OFF
CREATE TABLE ${HARBOUR}_log ($HARBOUR text);
-- +goose StatementBegin
DO $$
-- +goose ENVSUB ON
BEGIN
    RAISE NOTICE '$HARBOUR \$HARBOUR $$HARBOUR';
-- +goose ENVSUB OFF
END $$;
-- +goose StatementEnd
-- +goose Down
-- +goose ENVSUB ON
DROP TABLE ${HARBOUR}_log;
