#ifndef SUITES_SOMEBODYS_H
#define SUITES_SOMEBODYS_H

#include "child.h"

#include <pgstair/cmocka.h>

/* Databases of the suite's server that count as somebody's, and "pgstair migrate" on them. */

#define SYSTEM PGS_SOURCE_DIR "/migrations/boardroom"
#define SYSTEM_CONFIG SYSTEM "/pgstair.yaml"
#define SEEDS PGS_SOURCE_DIR "/seeds/boardroom/"
#define MAX_WORDS 24
#define OUTPUT_SIZE 65536

/* A database of the suite's server that no run of pgstair has made, and a folder for files. */
typedef struct {
    char name[64], conninfo[2048], folder[64], output[OUTPUT_SIZE];
    const char *environment; /* "test", "production" */
} Somebodys;

/* ---- programs ---- */

/* words: ended by NULL; its exit status. */
static inline int
run(Somebodys *somebodys, const char *folder, const char *variable, const char *const *words)
{
    Child child = {.argv = words, .folder = folder, .variable = variable, .seconds = 120};
    return run_child(&child, somebodys->output, sizeof somebodys->output);
}

/* "pgstair migrate …" in the environment that is meant, which alone says where the database is. */
static inline int
migrate(Somebodys *somebodys, const char *const *words)
{
    const char *argv[MAX_WORDS] = {PGS_PROGRAM, "migrate"};
    char variable[2200];
    int production = strcmp(somebodys->environment, "production") == 0;
    size_t n = 2;
    for (; *words != NULL && n < MAX_WORDS - 8; words++)
        argv[n++] = *words;
    argv[n++] = "--config";
    argv[n++] = SYSTEM_CONFIG;
    snprintf(variable, sizeof variable, "BOARDROOM_%s_URL=%s", production ? "PRODUCTION" : "TEST",
             somebodys->conninfo);
    return run(somebodys, somebodys->folder, variable, argv);
}

/* The same, with -e: of all commands but those that need no database. */
static inline int
migrate_there(Somebodys *somebodys, const char *const *words)
{
    const char *argv[MAX_WORDS] = {NULL};
    size_t n = 0;
    for (; *words != NULL && n < MAX_WORDS - 3; words++)
        argv[n++] = *words;
    argv[n++] = "-e";
    argv[n++] = somebodys->environment;
    return migrate(somebodys, argv);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline int
psql(Somebodys *somebodys, const char *file)
{
    return run(
        somebodys, somebodys->folder, NULL,
        WORDS("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", somebodys->conninfo, "-f", file));
}

/* ---- databases ---- */

static inline int
order(PgsSuite *pgs_suite_, const char *verb, const char *name)
{
    char sql[256];
    snprintf(sql, sizeof sql, "%s %s", verb, name);
    PGconn *connection = PQconnectdb(pgs_suite_conninfo(pgs_suite_));
    PGresult *result = PQexec(connection, sql);
    int done = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!done)
        fprintf(stderr, "%s\n", PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return done;
}

/* One after the other: ctest may run other suites on the server. */
static inline void
give_database(PgsSuite *pgs_suite_, Somebodys *somebodys, const char *environment)
{
    snprintf(somebodys->name, sizeof somebodys->name, "boardroom_%s_%d", environment, getpid());
    snprintf(somebodys->conninfo, sizeof somebodys->conninfo, "%s dbname=%s",
             pgs_suite_conninfo(pgs_suite_), somebodys->name);
    snprintf(somebodys->folder, sizeof somebodys->folder, "/tmp/boardroom-suite-XXXXXX");
    somebodys->environment = environment;
    pgs_assert_true(mkdtemp(somebodys->folder) != NULL, "a folder for files");
    order(pgs_suite_, "DROP DATABASE IF EXISTS", somebodys->name);
    pgs_assert_true(order(pgs_suite_, "CREATE DATABASE", somebodys->name), "a database");
}

static inline void
take_back(PgsSuite *pgs_suite_, Somebodys *somebodys)
{
    const char *const remove[] = {"rm", "-rf", somebodys->folder, NULL};
    order(pgs_suite_, "DROP DATABASE IF EXISTS", somebodys->name);
    run(somebodys, "/", NULL, remove);
}

/* The first value of a query in it. */
static inline void
ask(const Somebodys *somebodys, const char *sql, char *value, size_t size)
{
    PGconn *connection = PQconnectdb(somebodys->conninfo);
    PGresult *result = PQexec(connection, sql);
    snprintf(value, size, "%s",
             PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0
                 ? PQgetvalue(result, 0, 0)
                 : PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

#endif
