#include "check/checks.h"

#define NEEDS_SERVER "a folder of migrations and a throwaway server"

/* Of the run and the climb. */
const PgsCheck pgs_checks_climb[] = {
    {
        .id = "run.completed",
        .title = "whether a system could be verified at all",
        .severity = PGS_STATUS_FAILED,
        .needs = "nothing",
        .what = "When several systems are verified, tells of the one whose folder cannot be read, "
                "or whose server does not start; the others are verified all the same.",
        .why = "What was not verified must not pass for verified.",
        .mend = "The finding says what is wrong.",
        .example =
            "pgstair verify db/migrations docs\n"
            "-- docs holds no migrations: db/migrations is verified, and the run fails for docs\n",
    },
    {
        .id = "run.shards",
        .title = "the parts of a split run are all there, and of one split",
        .severity = PGS_STATUS_FAILED,
        .needs = "records of pgstair verify --shard",
        .what =
            "When pgstair report reads the records of a run that was split (--shard 2/5), tells "
            "of parts that are missing, of parts that were made with other folders, checks or "
            "--durations than the rest, and of a part that is there twice.",
        .why =
            "What was not verified must not pass for verified, and parts of different splits may "
            "leave out the same revision.",
        .mend =
            "Give pgstair report the records of all parts of one run; run all parts on the same "
            "commit with the same options and the same file for --durations.",
        .example = "pgstair report part-1.xml part-3.xml\n"
                   "-- of a run in three parts: what part 2 was to verify was verified by nobody\n",
    },
    {
        .id = "run.same",
        .title = "merged records are of the same migrations",
        .severity = PGS_STATUS_FAILED,
        .needs = "several records for pgstair report",
        .what = "When pgstair report makes one record of several, compares what they say of the "
                "same system: the content of each file, the list of revisions, the commit, whether "
                "the tree was clean, requirements, acceptances. Another content or another list is "
                "an error; all else is a warning, and the first record's word is taken.",
        .why = "What one run has proven of a file says nothing of a file that was changed since; "
               "together they would look like the proof of something that nobody has run.",
        .mend = "Make all records of one clean checkout of one commit. A record that was kept "
                "from an earlier run does not belong to this one.",
        .example = "pgstair report monday.xml tuesday.xml\n"
                   "-- 0007_users.up.sql was edited in between: it was verified in part only\n",
    },
    {
        .id = "cycle.up",
        .title = "base to head in one run",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SERVER,
        .what = "Runs every upgrade in order on an empty database, in one session, as the tool "
                "would on a new machine.",
        .why = "A new developer, a test database and a disaster recovery all begin so. What one "
               "migration sets in its session (search_path, role) is felt by the next.",
        .mend =
            "The finding names file, line and the server's message. If the same revision passes "
            "in stairway.up, an earlier migration left something set in the session.",
        .example = "-- 001_import.up.sql, from a dump\n"
                   "SELECT pg_catalog.set_config('search_path', '', false);\n"
                   "-- 002_orders.up.sql: ERROR: no schema has been selected to create in\n"
                   "CREATE TABLE orders (id int);\n"
                   "-- mended: without the first line, or RESET search_path behind it\n",
    },
    {
        .id = "cycle.down",
        .title = "head to base restores the empty database",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SERVER,
        .what = "Runs every downgrade in order, from head to base (or to --floor), and compares "
                "the whole catalog with what was there before the first upgrade.",
        .why = "What is left behind makes the next upgrade fail, or makes it build something else.",
        .mend = "The stairway names the revision that leaves it; complete its downgrade. Give "
                "--floor REVISION when the older revisions are irreversible on purpose.",
        .example = "-- 001_orders.up.sql\n"
                   "CREATE TYPE order_state AS ENUM ('open', 'paid');\n"
                   "CREATE TABLE orders (id int, state order_state);\n"
                   "-- 001_orders.down.sql leaves the type behind\n"
                   "DROP TABLE orders;\n"
                   "-- mended: DROP TYPE order_state; as well\n",
    },
    {
        .id = "cycle.again",
        .title = "the second way up makes the same head",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SERVER,
        .what = "Runs every upgrade once more and compares the whole catalog with the first head. "
                "Where there is no way down it is climbed in another new database, and what the "
                "tool runs again and again (Flyway's R__ files) is run twice.",
        .why = "An upgrade that depends on what an earlier run left, on time or on chance gives "
               "each database another schema.",
        .mend = "The finding lists what differs; look for IF NOT EXISTS over something that a "
                "downgrade left.",
        .example = "-- another schema in each database\n"
                   "DO $$ BEGIN EXECUTE format('CREATE TABLE log_%s (at timestamptz)', "
                   "current_database()); END $$;\n"
                   "-- mended:\n"
                   "CREATE TABLE log (at timestamptz);\n",
    },
    {
        .id = "stairway.up",
        .title = "each upgrade, from a clean database at the revision before",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SERVER,
        .what = "Runs each revision's upgrade as a run of the tool of its own.",
        .why = "This is what a deployment does.",
        .mend = "The finding names file, line and the server's message.",
        .example =
            "-- 002_index.up.sql, of a tool that wraps each file in a transaction\n"
            "CREATE INDEX CONCURRENTLY orders_state_idx ON orders (state);\n"
            "-- mended: the tool's mark for a file without one (goose: -- +goose NO TRANSACTION)\n",
    },
    {
        .id = "stairway.down",
        .title = "each downgrade restores the revision before",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SERVER,
        .what = "Runs each revision's downgrade right after its upgrade and compares the whole "
                "catalog with what was there before the upgrade: every object, every attribute.",
        .why = "A rollback in production is this step. A downgrade that forgets an enum type, a "
               "default, a comment or a privilege leaves a schema that no revision describes.",
        .mend =
            "Add what the finding lists to the downgrade. Give --floor REVISION for revisions "
            "that are irreversible on purpose, --tolerate NAME for differences that you accept.",
        .example =
            "-- 002_numeric.up.sql; priority was: text DEFAULT 'normal'\n"
            "ALTER TABLE tickets ALTER priority DROP DEFAULT, ALTER priority TYPE int USING 1;\n"
            "-- 002_numeric.down.sql forgets the default\n"
            "ALTER TABLE tickets ALTER priority TYPE text;\n"
            "-- mended:\n"
            "ALTER TABLE tickets ALTER priority TYPE text, ALTER priority SET DEFAULT 'normal';\n",
    },
    {
        .id = "stairway.again",
        .title = "each second upgrade gives what the first gave",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SERVER,
        .what = "Runs each revision's upgrade again after its downgrade and compares the whole "
                "catalog with what the first upgrade made. A repeatable migration is run again "
                "right away, and must change nothing.",
        .why = "A rollback is followed by another try. An upgrade that fails then, or builds "
               "something else, blocks the release.",
        .mend = "Usually the downgrade left something behind: see stairway.down of the same "
                "revision. A repeatable migration has to be written so that it can be run again.",
        .example = "-- 001_orders.up.sql; its downgrade drops the table only, so that the second "
                   "upgrade says\n"
                   "-- ERROR: type \"order_state\" already exists\n"
                   "CREATE TYPE order_state AS ENUM ('open', 'paid');\n"
                   "-- mended, in the downgrade: DROP TYPE order_state;\n",
    },
    {
        .id = "stairway.verify",
        .title = "each verify script succeeds behind its upgrade, and at head",
        .severity = PGS_STATUS_FAILED,
        .needs = "a folder of migrations with verify scripts and a throwaway server",
        .what = "Runs a revision's verify script behind its first and its second upgrade, and all "
                "of them once more at head, without those of changes that were reworked since. A "
                "script fails by an error, as its tool has it, and must change nothing.",
        .why = "Such a script is what tells whether a deployment did its work; one that fails on a "
               "sound database, or that changes it, is worse than none.",
        .mend = "The finding names file, line and the server's message. A script that fails at "
                "head alone looks for what a later revision has changed: rework the change.",
        .example =
            "-- verify/orders.sql\n"
            "SELECT 1/count(*) FROM information_schema.tables WHERE table_name = 'order';\n"
            "-- mended:\n"
            "SELECT 1/count(*) FROM information_schema.tables WHERE table_name = 'orders';\n",
    },
    {
        .id = "graph.path",
        .title = "every way up to a merge makes the same schema",
        .severity = PGS_STATUS_FAILED,
        .needs = "a graph of revisions (Alembic's) and a throwaway server",
        .what = "For each revision that has several below it: climbs to one of them with its own "
                "ancestors alone, then all else that the merge needs, and the merge; compares the "
                "catalog with that of the list's order; goes back down to that one, whose catalog "
                "must come back, and up again.",
        .why = "Two branches are worked on side by side. Who had the other one first has run the "
               "same revisions in another order, and must end with the same schema.",
        .mend = "Let a revision name what it depends on (depends_on), or put the branches into one "
                "line.",
        .example =
            "# two branches above 1a, joined by a merge: which comment stays depends on the order\n"
            "def upgrade(): op.execute(\"COMMENT ON TABLE orders IS 'paid'\")       # branch a\n"
            "def upgrade(): op.execute(\"COMMENT ON TABLE orders IS 'shipped'\")    # branch b\n"
            "# mended, in branch b:\n"
            "depends_on = \"a\"\n",
    },
    {0},
};
