#include "check/checks.h"

#define NEEDS_FOLDER "a folder of migrations"
#define NEEDS_SERVER "a folder of migrations and a throwaway server"

/* Of the run, the folder and the climb. */
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
    },
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
    },
    {
        .id = "cycle.again",
        .title = "the second way up makes the same head",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SERVER,
        .what = "Runs every upgrade once more and compares the whole catalog with the first head.",
        .why = "An upgrade that depends on what an earlier run left gives each database another "
               "schema.",
        .mend = "The finding lists what differs; look for IF NOT EXISTS over something that a "
                "downgrade left.",
    },
    {
        .id = "stairway.up",
        .title = "each upgrade, from a clean database at the revision before",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SERVER,
        .what = "Runs each revision's upgrade as a run of the tool of its own.",
        .why = "This is what a deployment does.",
        .mend = "The finding names file, line and the server's message.",
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
    },
    {
        .id = "stairway.again",
        .title = "each second upgrade gives what the first gave",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_SERVER,
        .what = "Runs each revision's upgrade again after its downgrade and compares the whole "
                "catalog with what the first upgrade made.",
        .why = "A rollback is followed by another try. An upgrade that fails then, or builds "
               "something else, blocks the release.",
        .mend = "Usually the downgrade left something behind: see stairway.down of the same "
                "revision.",
    },
    {0},
};
