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
    },
    {0},
};
