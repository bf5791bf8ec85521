#include "check/checks.h"

#define NEEDS_FOLDER "a folder of migrations"
#define NEEDS_BASE "a folder of migrations in a git repository, and a git base"

/* Of the folder itself, before anything runs. */
const PgsCheck pgs_checks_folder[] = {
    {
        .id = "folder.format",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "which tool's rules the folder follows",
        .severity = PGS_STATUS_INFO,
        .needs = NEEDS_FOLDER,
        .what = "Recognises the migration tool from the folder's own signs and from the manifests "
                "above it, and says when that was an assumption.",
        .why = "Tools send the same file in different ways: one wraps it in a transaction, another "
               "does not. A verdict by the wrong tool's rules is no verdict.",
        .mend = "Give --format when the assumption is wrong.",
        .example =
            "-- 003_index.up.sql: golang-migrate sends it as one message, which fails; sqlx would "
            "run it\n"
            "CREATE TABLE logins (at timestamptz);\n"
            "CREATE INDEX CONCURRENTLY ON logins (at);\n"
            "-- which tool is it?  Say so: --format golang-migrate, or format: in pgstair.yaml\n",
    },
    {
        .id = "folder.unmatched",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "SQL files that no rule of the tool matches",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Lists files in the folder that end in .sql and that the tool would pass over.",
        .why = "A migration with a mistyped name is never run, and nobody is told.",
        .mend = "Rename the file by the tool's pattern, or move it out of the folder.",
        .example = "001_orders.up.sql    001_orders.down.sql\n"
                   "002_state.upp.sql    -- nobody ever runs this one\n"
                   "-- mended: 002_state.up.sql\n",
    },
    {
        .id = "folder.encoding",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "files that are no UTF-8, where the tool runs them all the same",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what =
            "Names the first byte that is no UTF-8 in a file that node-pg-migrate or postgrator "
            "runs: they put U+FFFD in its place.",
        .why = "What the migration stores is not what the file says, and nobody is told.",
        .mend = "Save the file as UTF-8.",
        .example = "-- saved as ISO 8859-1: the ü is one byte, and U+FFFD is what the row gets\n"
                   "INSERT INTO cities (name) VALUES ('Zürich');\n"
                   "-- mended: iconv -f latin1 -t utf8\n",
    },
    {
        .id = "folder.orphan-down",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "downgrades without an upgrade",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Lists down files whose version has no up file.",
        .why = "Such a downgrade undoes nothing that was done, or its upgrade has another version.",
        .mend = "Give both files one version, or remove the downgrade.",
        .example = "001_orders.up.sql    001_orders.down.sql\n"
                   "                     002_state.down.sql    -- of which upgrade?\n",
    },
    {
        .id = "folder.metadata",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "settings of a migration that cannot be read",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Reads the metadata.toml beside a diesel migration, which says whether it runs in "
                "a transaction.",
        .why = "A setting that is not understood is not followed, and diesel refuses the file.",
        .mend = "Write it as TOML: run_in_transaction = false.",
        .example = "# migrations/2024-01-01-000000_index/metadata.toml\n"
                   "run_in_transaction: false\n"
                   "# mended:\n"
                   "run_in_transaction = false\n",
    },
    {
        .id = "folder.name-mismatch",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "up and down files of one revision that differ in name",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Lists pairs whose version is the same and whose names are not.",
        .why = "Tools that pair files by their whole name never find such a downgrade.",
        .mend = "Rename one of the two files.",
        .example = "002-state.up.sql     002-status.down.sql    -- maragudk/migrate pairs whole "
                   "names: no way down from 002\n"
                   "-- mended: 002-state.down.sql\n",
    },
    {
        .id = "folder.edited",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "merged migrations that were changed since",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_BASE,
        .what = "Compares each migration with what the git base has (--since-git, git-base: in "
                "pgstair.yaml): an upgrade that was edited, renamed or removed is found, with the "
                "first line that differs; a downgrade that was mended is told, and no failure. So "
                "is a change in comments and white space alone, unless the tool keeps checksums.",
        .why = "Databases that have run a migration never run it again: what is changed in it "
               "reaches new databases only, and the two differ from then on. Tools that keep "
               "checksums refuse to go on.",
        .mend = "Put the file back (git checkout BASE -- FILE) and write a new migration for the "
                "change.",
        .example = "-- 001_orders.up.sql, merged and deployed; then, in a merge request:\n"
                   "-CREATE TABLE orders (id int);\n"
                   "+CREATE TABLE orders (id bigint);\n"
                   "-- mended: 001_orders.up.sql as it was, and 002_wider_id.up.sql:\n"
                   "ALTER TABLE orders ALTER id TYPE bigint;\n",
    },
    {
        .id = "folder.out-of-order",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "new migrations below one that is merged",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_BASE,
        .what =
            "Holds the versions that a merge request adds against those of the git base, as they "
            "will stand once it is merged, and says what the tool does with one that comes too "
            "late: some pass it over for good, some refuse, some run it behind the others.",
        .why = "A database that stands above such a version never gets it, or gets it in another "
               "order than the next one does.",
        .mend = "Give the new migration a version above all that are merged.",
        .example = "origin/main:        001_orders, 003_state\n"
                   "the merge request:  002_customers    -- databases that stand at 003 never get "
                   "it, or get it last\n"
                   "-- mended: 004_customers\n",
    },
    {
        .id = "folder.duplicate",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "two migrations with one version",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_BASE,
        .what = "Finds a version that both the git base and the merge request have given to a "
                "migration of their own. Two in the folder itself keep it from being read at all.",
        .why = "Each branch is fine by itself. Merged, the tool refuses both, or runs just one of "
               "them.",
        .mend = "Give the new migration a version of its own, and merge the base into the branch.",
        .example = "origin/main:        002_state.up.sql\n"
                   "the merge request:  002_customers.up.sql\n"
                   "-- mended: 003_customers.up.sql\n",
    },
    {
        .id = "folder.behind",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "migrations that the git base has and the branch has not",
        .severity = PGS_STATUS_INFO,
        .needs = NEEDS_BASE,
        .what = "Lists what the git base has got since the branch was made. It is not verified "
                "together with what the branch adds.",
        .why = "Two migrations that pass each by itself may fail one after the other.",
        .mend = "Merge the base into the branch, or rebase it, and verify again.",
        .example =
            "origin/main:        001_orders, 002_state\n"
            "the merge request:  001_orders, 003_customers    -- made before 002_state was merged\n"
            "-- mended: git merge origin/main\n",
    },
    {
        .id = "folder.missing-down",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "upgrades without a downgrade",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_FOLDER,
        .what = "With \"downs: required\" in pgstair.yaml: finds each migration without a "
                "downgrade, whatever the others have.",
        .why = "Where a release must be able to go back, one migration without a downgrade ends "
               "every rollback.",
        .mend = "Write the downgrade; a migration that cannot be undone says so with a downgrade "
                "that raises an error, and --floor.",
        .example = "-- pgstair.yaml: downs: required\n"
                   "001_orders.up.sql    001_orders.down.sql\n"
                   "002_state.up.sql\n"
                   "-- mended: 002_state.down.sql\n",
    },
    {
        .id = "folder.checksum",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "files that do not match the tool's own checksums",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_FOLDER,
        .what = "Computes what the tool's file of checksums should hold (atlas.sum), and compares.",
        .why = "The tool refuses to run a folder whose checksums do not match.",
        .mend = "If the change is meant, have the tool write the file anew (atlas migrate hash), "
                "and review it.",
        .example =
            "-- a migration was edited after \"atlas migrate hash\" wrote its sum to atlas.sum\n"
            "-- mended, if the change is meant: atlas migrate hash\n",
    },
    {
        .id = "folder.heads",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "several heads",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_FOLDER,
        .what = "Finds branches of a graph of revisions that nothing joins; with a git base, also "
                "a new revision on one that another has been put upon meanwhile.",
        .why = "\"alembic upgrade head\" refuses several heads. Two merge requests make them, each "
               "of which passes by itself.",
        .mend = "Give the newer revision the other one as its down_revision, or join them: alembic "
                "merge heads. If several are meant, say alembic.heads: all in pgstair.yaml.",
        .example = "# two merge requests, each upon 3f1a\n"
                   "revision = \"7c20\"; down_revision = \"3f1a\"\n"
                   "revision = \"9d44\"; down_revision = \"3f1a\"\n"
                   "# mended:\n"
                   "revision = \"9d44\"; down_revision = \"7c20\"\n",
    },
    {
        .id = "folder.sort",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "names that the tool sorts otherwise than people read them",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Reads the numbers and dates in the names as people do, and holds their order "
                "against the one in which the tool runs the files: 10_b before 2_a where a tool "
                "goes by the name, 20240315 before 20240101120000 where it goes by the number.",
        .why = "Whoever adds a file believes that it runs last. It runs somewhere in between, and "
               "fails there, or never runs.",
        .mend = "Give all names the same number of digits.",
        .example = "1_orders.sql  2_state.sql  10_customers.sql    -- by name: 1, 10, 2\n"
                   "-- mended: 01_orders.sql  02_state.sql  10_customers.sql\n",
    },
    {
        .id = "folder.case",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "names that differ in upper and lower case only",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Compares the names of the migrations' files without regard to case.",
        .why = "On a file system that knows no difference, as macOS and Windows have it, only one "
               "of the files is checked out.",
        .mend = "Rename one of them.",
        .example = "002_State.up.sql  002_state.up.sql    -- one file on macOS and Windows\n",
    },
    {
        .id = "folder.mark",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "marks that the tool takes no notice of",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Finds lines that look like one of the tool's marks, and are none to it: \"-- "
                "+migrate up\" for \"-- +migrate Up\".",
        .why = "What stands behind such a line belongs to the section in front of it, or to none, "
               "and is run at another time than it was written for.",
        .mend = "Write the mark as the tool reads it; the finding says how.",
        .example = "-- +migrate up\n"
                   "CREATE TABLE orders (id int);\n"
                   "-- mended:\n"
                   "-- +migrate Up\n"
                   "CREATE TABLE orders (id int);\n",
    },
    {
        .id = "folder.variable",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "placeholders without a value",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Finds placeholders and variables in migrations for which neither the tool's own "
                "configuration nor placeholders: in pgstair.yaml has a value.",
        .why = "The tool refuses them, or puts nothing in their place.",
        .mend = "Give the value under placeholders: in pgstair.yaml, as production has it.",
        .example = "CREATE TABLE ${schema}.orders (id int);\n"
                   "-- mended, in pgstair.yaml: placeholders: {schema: app}\n",
    },
    {
        .id = "folder.external",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "changes that the folder requires and does not hold",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Finds Sqitch changes that require one of another project, or an id that only the "
                "registry of a database knows.",
        .why = "The tool refuses to deploy them where these are not deployed. Here nothing can be "
               "asked of that.",
        .mend = "Have prepare: in pgstair.yaml make what the other project's change makes.",
        .example = "# sqitch.plan\n"
                   "orders [accounts:users] 2026-01-05T10:00:00Z Ada <ada@example.com> # users is "
                   "another project's\n"
                   "# mended, in pgstair.yaml: prepare: CREATE TABLE users (id int PRIMARY KEY)\n",
    },
    {
        .id = "folder.code",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "migrations in a programming language, which pgstair leaves out",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_FOLDER,
        .what = "Finds migrations among the SQL files that the tool runs as programs: Flyway's in "
                "Java, Kotlin, Groovy or Scala (also where Maven and Gradle keep the classes), and "
                "its scripts (.sh, .py, .ps1, …).",
        .why = "The tool runs them between the others. pgstair goes on without them, so that what "
               "it verifies is another schema than the tool makes.",
        .mend = "Have the tool itself run the folder (commands: in pgstair.yaml), or, where the "
                "schema does not depend on them, say so: severity: {folder.code: warning}, or an "
                "accept: of each (title: \"*V2__x.java\").",
        .example = "V1__users.sql  V2__SplitNames.java  V3__index.sql    -- V2 is run by Flyway, "
                   "and not here\n",
    },
    {
        .id = "folder.beyond",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "what the tool does with the folder and pgstair does not",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_FOLDER,
        .what = "Names what the tool itself would run or skip and pgstair leaves out: "
                "callbacks, changesets of another database or context, versions below a "
                "baseline.",
        .why = "What is left out is not verified, and the schema may be another without it.",
        .mend = "The finding says what it is. Where the schema needs it, have prepare: in "
                "pgstair.yaml make it, or let the tool itself run the folder (commands:).",
        .example = "V1__users.sql  beforeEachMigrate.sql    -- a callback that another database "
                   "would need\n"
                   "-- mended, in pgstair.yaml, where the schema needs it: prepare: (what the "
                   "callback makes)\n",
    },
    {0},
};
