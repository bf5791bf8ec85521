#include "check/checks.h"

#define NEEDS                                                                                      \
    "a folder of migrations and a throwaway server; rows are made up, on a copy of head that is "  \
    "thrown away"
#define HOW                                                                                        \
    "The tables are filled with rows made from the schema alone (10,000 each, or --rows; the "     \
    "same ones for the same --seed) and ANALYZEd. Then plans of the same data are compared: as "   \
    "it is, with the index and its twins out of sight, with everything else out of sight. No "     \
    "absolute cost and no time is a threshold. Chosen: the planner takes the index by itself. "    \
    "Servable: it could, and something else is cheaper. Useless: it cannot serve the query, with " \
    "the reason; where another index would, it was built for the try, and the planner took it."

/* Queries, and the indexes that must serve them. */
const PgsCheck pgs_checks_plan[] = {
    {
        .id = "plan.query",
        .title = "queries are served by the indexes that were made for them",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS ", and queries in pgstair.yaml (plans:), or a test suite's assertions",
        .what = "Asks the server for the plans of each query that was declared. " HOW
                " A sequential scan of the table that is filtered fails, and so does an index that "
                "cannot serve; another index that is cheaper is a warning, or passes where the "
                "query says \"verdict: servable\". Without the index the table must be read "
                "sequentially in the end: that proves that the query needed one.",
        .why = "An index is there or not: that says nothing of whether a query gets it. One on the "
               "wrong column, with the wrong operator class, with a predicate that the query does "
               "not imply, or left INVALID costs every write and serves nobody.",
        .mend = "The finding has the plans, what was compared with their costs, why the index "
                "cannot serve, and where one was found, the CREATE INDEX that does. Mend the index "
                "in a migration, or the query.",
        .example = "CREATE INDEX users_email_idx ON users (email);\n"
                   "-- pgstair.yaml:\n"
                   "--   plans: [{query: SELECT * FROM users WHERE lower(email) = lower($1), "
                   "index: users_email_idx}]\n"
                   "-- mended:\n"
                   "CREATE INDEX users_email_idx ON users (lower(email));\n",
    },
    {
        .id = "plan.index",
        .title = "indexes serve the queries that they were made for",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS "; wanted by \"plans: {derive: true}\", or by name (--only plan)",
        .what =
            "Derives queries from each index's definition: equality and a range on its leading "
            "keys, its order, its predicate, its expressions, its operator class's operators, "
            "the look-up of children that a foreign key needs; values are picked from the rows "
            "by how selective they are. " HOW
            " Passed: all of them chosen. Another index that is cheaper is a note, a table that "
            "is read sequentially even for a selective value a warning; an index that can "
            "serve none (INVALID) fails.",
        .why = "An index that nothing can use is paid for with each write. One that another makes "
               "superfluous is, too.",
        .mend = "The finding names what is cheaper, and why. Drop the index, or mend it, in a "
                "migration; declare the query that it is there for (plans:). What is so on purpose "
                "can be accepted (accept:) with its object, \"index public.ix_a\".",
        .example = "CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);\n"
                   "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO "
                   "('2027-01-01');\n"
                   "CREATE INDEX events_id ON ONLY events (id);    -- invalid: it serves no query\n"
                   "-- mended:\n"
                   "CREATE INDEX events_2026_id ON events_2026 (id);\n"
                   "ALTER INDEX events_id ATTACH PARTITION events_2026_id;\n",
    },
    {
        .id = "plan.volume",
        .title = "how many rows plans were made on",
        .severity = PGS_STATUS_INFO,
        .needs = NEEDS,
        .what = "Lists the tables that were filled, how many rows each got, why one has fewer than "
                "were wanted, the seed number, and the planner's settings that were in force.",
        .why = "A plan is worth what its data is worth, and has to be seen again.",
        .mend =
            "The reasons say what kept a table from being filled: \"plans: {fill: …}\" runs SQL "
            "of your own behind the rest.",
        .example = "-- fewer rows than were wanted: a boolean key has no more\n"
                   "CREATE TABLE switches (is_on boolean PRIMARY KEY);\n",
    },
    {0},
};
