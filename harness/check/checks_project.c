#include "check/checks.h"

#define NEEDS_ACCEPT "accept: in pgstair.yaml"
#define NEEDS_REQUIREMENTS "requirements: in pgstair.yaml"

/* What the run makes of the project file. */
const PgsCheck pgs_checks_project[] = {
    {
        .id = "accept.unused",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "accepted findings that were not found",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_ACCEPT,
        .what = "Lists entries under accept: that no finding of this run matched.",
        .why = "The fault is mended, or the entry is mistyped and accepts nothing. One that stays "
               "would accept the same fault when it comes back.",
        .mend = "Remove the entry, or correct its check, revision, object or title.",
        .example = "accept:\n"
                   "  - {check: stairway.down, revision: 0007, reason: \"irreversible\"}    # "
                   "whose downgrade was mended since\n",
    },
    {
        .id = "accept.expired",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "accepted findings whose date has passed",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_ACCEPT,
        .what = "Lists entries under accept: whose until: lies before today. Their findings count "
                "again.",
        .why = "A fault is accepted for a time, so that somebody looks at it again.",
        .mend = "Mend what the finding says and remove the entry; or agree on a new date.",
        .example = "accept:\n"
                   "  - {check: stairway.down, revision: 0007, reason: \"until the import is "
                   "done\", until: 2025-01-31}\n",
    },
    {
        .id = "tolerance.expired",
        .scope = PGS_CHECK_SCOPE_FOLDER,
        .title = "tolerances whose date has passed",
        .severity = PGS_STATUS_WARNING,
        .needs = "tolerate: in pgstair.yaml, with until:",
        .what =
            "Lists entries under tolerate: whose until: lies before today. The differences that "
            "they covered fail again.",
        .why = "A tolerance hides what differs. One that is agreed for a time is looked at again.",
        .mend = "Mend what differs and remove the entry; or agree on a new date.",
        .example = "tolerate:\n"
                   "  - {name: column-order, reason: \"until the tables are rewritten\", until: "
                   "2025-01-31}\n",
    },
    {
        .id = "coverage.lines",
        .title = "tests reach the lines that a requirement asks for",
        .severity = PGS_STATUS_FAILED,
        .needs = "coverage: in a requirements file, and pgstair report --coverage FILE",
        .what = "Reads Cobertura XML and counts, over the files that the requirement's patterns "
                "mean, the lines that tests have reached. A line that several coverage files know "
                "is reached when one of them says so.",
        .why = "A test suite that passes says nothing of what it does not run.",
        .mend = "The finding lists the files with the most lines that no test reaches. When it "
                "finds no file: patterns are relative to the project's root.",
        .example = "requirements:\n"
                   "  - {id: APP-9, text: the importer is tested, coverage: {files: "
                   "[\"src/import/*.py\"], lines: 90}}\n",
    },
    {
        .id = "requirement.uncovered",
        .title = "requirements that nothing proves",
        .severity = PGS_STATUS_FAILED,
        .needs = NEEDS_REQUIREMENTS ", and --require-all",
        .what = "Judges each requirement from the findings that name its id, in the program's "
                "record and the suites'. It is proven when one of them passed, none failed, and "
                "each check or group under needs: has one that passed. A warning or a skipped "
                "check proves nothing; a failure that is accepted, or whose severity was lowered, "
                "fails it all the same.",
        .why = "A requirement that no check serves is a hope. Without --require-all it is told as "
               "not covered and the run may pass.",
        .mend = "Name the requirement in an expectation, a model, sample data or a suite's "
                "assertion; or list checks: that serve it; or, while its time has not come, say "
                "why under deferred:. Merge all records: pgstair report RECORD… --require-all.",
        .example =
            "requirements:\n"
            "  - {id: APP-7, text: an e-mail address is unique regardless of case}    # no "
            "expectation names APP-7\n"
            "# mended:\n"
            "indexes:\n"
            "  users_email: {expressions: [lower(email)], unique: true, requirements: APP-7}\n",
    },
    {0},
};
