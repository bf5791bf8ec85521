#include "check/checks.h"

#define NEEDS_SERVERS "a folder of migrations and several servers: --server docker:13..18"

/* Of a run on several servers. */
const PgsCheck pgs_checks_servers[] = {
    {
        .id = "servers.available",
        .title = "servers of a range that are not to be had",
        .severity = PGS_STATUS_INFO,
        .needs = NEEDS_SERVERS,
        .what = "Tells of each version of a range (docker:13..18) that this machine cannot have, "
                "with the reason: no image, not installed. The run goes on without it, and the "
                "finding is a skipped one. A server that is named for itself (docker:14, or in a "
                "list) has to be there: that it is not is run.completed, and the run ends with 3. "
                "So it does when nothing of the ranges is to be had.",
        .why = "A version that was not tried must not pass for one that was verified.",
        .mend = "Get the image or install the version (the finding says how), name the versions "
                "that you need as a list, docker:13,15,17, or leave the others out of the range.",
        .example =
            "pgstair verify db/migrations --server docker:13..18\n"
            "-- docker:14 and docker:16 are told as skipped where there is no image of them\n",
    },
    {
        .id = "servers.verdict",
        .title = "checks that say different things on different servers",
        .severity = PGS_STATUS_INFO,
        .needs = NEEDS_SERVERS,
        .what = "Compares what each check says of each case on all servers that the system was "
                "verified on, and tells where one of them passes what another does not, with the "
                "words of those that do not. That finding counts already; this one is a note. "
                "Nothing is told of what could not be looked at on a server because of an earlier "
                "failure.",
        .why = "What fails on one version alone is another fault than what fails on all: a feature "
               "that it lacks, or a behaviour that has changed.",
        .mend = "Write the migration so that the oldest version that you support takes it, or "
                "leave that version out of --server and server:.",
        .scope = PGS_CHECK_SCOPE_ACROSS,
        .example = "-- --server docker:14,15: a syntax error on 14 alone\n"
                   "CREATE TABLE users (email text, UNIQUE NULLS NOT DISTINCT (email));\n",
    },
    {
        .id = "servers.schema",
        .title = "head is the same schema on all servers",
        .severity = PGS_STATUS_WARNING,
        .needs = NEEDS_SERVERS,
        .what = "Compares the whole catalog at head on each server with that on the first one: "
                "every object, every attribute. Left out are what belongs to the server (roles, "
                "tablespaces, the database's own properties, versions of extensions) and what "
                "PostgreSQL's versions keep differently whatever the schema is, such as the "
                "not-null constraints of 17 and 18. Texts that the server writes anew from what it "
                "has parsed (views, expressions) may be spelled differently by another version: "
                "those are told together, in one note.",
        .why = "Migrations that make another schema on another version, because of a DO block that "
               "asks for it or a default that has changed, give developers, tests and production "
               "different databases.",
        .mend = "Let migrations make the same on every version. Where the difference is meant, "
                "accept it by its object, or tolerate: its sort.",
        .scope = PGS_CHECK_SCOPE_ACROSS,
        .example = "DO $$ BEGIN\n"
                   "    IF current_setting('server_version_num')::int >= 150000 THEN CREATE INDEX "
                   "ON orders (state); END IF;\n"
                   "END $$;\n"
                   "-- mended: the index on all versions, or on none\n",
    },
    {0},
};
