#include "check/checks.h"

#define NEEDS_SAMPLES "a folder of migrations, a throwaway server and sample data (seed:)"

/* Sample data, and what migrations do to rows. */
const PgsCheck pgs_checks_data[] = {
    {
        .id = "data.load",
        .title = "sample data loads at its revision",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SAMPLES,
        .what = "Loads each sample when the climb has reached the revision that it names, as the "
                "role that migrations run as. Warns of a column whose member no JSON document has, "
                "and of a key that stands in a CSV file twice.",
        .why = "Sample data that does not load is of a schema that is not there any more, or was "
               "never there; and no migration is tried with rows.",
        .mend = "The finding names file, line (or document) and the server's message. Mend the "
                "data, or say with at: the revision whose schema it fits.",
        .example =
            "-- sample.sql, loaded at head: ERROR: column \"name\" of relation \"users\" does not "
            "exist\n"
            "INSERT INTO users (name) VALUES ('Ada');\n"
            "-- mended: INSERT INTO users (full_name) …; or at: the revision that has the column\n",
    },
    {
        .id = "data.idempotent",
        .title = "loading sample data twice gives the same rows",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SAMPLES,
        .what = "Loads each sample a second time and compares all rows of the database with those "
                "after the first load: numbers, keys, references and values.",
        .why = "Sample data is loaded again whenever somebody is not sure that it was. What grows, "
               "or fails, or gets new keys and times by it breaks the tests that rest on it.",
        .mend =
            "Give the sample a key:, insert ON CONFLICT DO NOTHING, or truncate first, with "
            "keys and times that are written out. idempotent: false when it is not meant to be.",
        .example = "-- sample.sql: loaded twice there are two\n"
                   "INSERT INTO users (email) VALUES ('ada@example.com');\n"
                   "-- mended:\n"
                   "INSERT INTO users (email) VALUES ('ada@example.com') ON CONFLICT (email) DO "
                   "NOTHING;\n",
    },
    {
        .id = "data.upgrade",
        .title = "each upgrade keeps the rows",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SAMPLES,
        .what =
            "Runs each revision's upgrade with rows in the tables, and looks for all of them "
            "afterwards: their number, their keys, what they refer to and, where a column "
            "survives, "
            "its values. Renamed tables and columns are followed; rows whose keys became others "
            "(integers that become UUIDs) are found by their other columns and by what refers to "
            "them.",
        .why = "A migration that passes on empty tables can fail on rows, or lose them. In "
               "production there are rows.",
        .mend = "The finding says what is lost, table by table and column by column. Copy the "
                "values before what holds them is dropped. What is lost on purpose can be accepted "
                "(accept:).",
        .example = "-- 004_short_names.up.sql: fine on an empty table; \"Ada Lovelace\" becomes "
                   "\"Ada L\"\n"
                   "ALTER TABLE users ALTER name TYPE varchar(5) USING left(name, 5);\n"
                   "-- mended:\n"
                   "ALTER TABLE users ALTER name TYPE varchar(200);\n",
    },
    {
        .id = "data.downgrade",
        .title = "each downgrade brings the rows back as they were",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SAMPLES,
        .what = "Runs each revision's downgrade with the rows there, and compares all rows with "
                "those before the upgrade: nothing but the same.",
        .why = "A rollback is done when something is on fire. It must not be what loses the data.",
        .mend = "The finding says what is lost, table by table and column by column. A downgrade "
                "that cannot bring rows back on purpose can be accepted (accept:), or lies below "
                "floor:.",
        .example = "-- 004_split_name.down.sql: the column comes back, and nothing in it\n"
                   "ALTER TABLE users ADD name text;\n"
                   "ALTER TABLE users DROP first_name, DROP last_name;\n"
                   "-- mended, between the two:\n"
                   "UPDATE users SET name = concat_ws(' ', first_name, last_name);\n",
    },
    {
        .id = "data.again",
        .title = "each second upgrade keeps the rows, too",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SAMPLES,
        .what = "Runs each revision's upgrade again after its downgrade, and looks for all rows "
                "that were there before the first; every table must have as many rows as after the "
                "first.",
        .why = "A rollback is followed by another try, with the rows that the rollback left.",
        .mend = "Usually the downgrade has changed rows: see data.downgrade of the same revision.",
        .example = "-- 005_archive.down.sql moves rows back and leaves copies: the second upgrade "
                   "fails on the key\n"
                   "INSERT INTO orders SELECT * FROM archive;\n"
                   "-- mended: TRUNCATE archive; as well\n",
    },
    {0},
};
