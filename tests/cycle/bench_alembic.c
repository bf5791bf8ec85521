/* For ci/bench/alembic: the stairway over an Alembic project of 20 revisions, and one "alembic
 * upgrade head && alembic downgrade base" on the same server.  Prints both, and their ratio. */
#include "base/fs.h"
#include "base/process.h"
#include "cycle/stairway.h"
#include "driver/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    N_REVISIONS = 20,
    N_ROUNDS = 3,
};

static const char env[] =
    "from logging.config import fileConfig\n"
    "from alembic import context\n"
    "from sqlalchemy import engine_from_config, pool\n"
    "config = context.config\n"
    "def run():\n"
    "    connectable = engine_from_config(config.get_section(config.config_ini_section),\n"
    "                                     prefix='sqlalchemy.', poolclass=pool.NullPool)\n"
    "    with connectable.connect() as connection:\n"
    "        context.configure(connection=connection)\n"
    "        with context.begin_transaction():\n"
    "            context.run_migrations()\n"
    "run()\n";

/* A table with a foreign key, an index and a check, and a column for the one before. */
static const char revision[] =
    "import sqlalchemy as sa\n"
    "from alembic import op\n"
    "revision = 'r%02u'\n"
    "down_revision = %s\n"
    "def upgrade():\n"
    "    op.create_table('t%u', sa.Column('id', sa.Integer, primary_key=True),\n"
    "                    sa.Column('name', sa.String(80), nullable=False),\n"
    "                    sa.Column('amount', sa.Numeric(12, 2), server_default='0'),\n"
    "                    sa.Column('made', sa.DateTime(timezone=True)),\n"
    "                    sa.CheckConstraint('amount >= 0', name='t%u_amount'))\n"
    "    op.create_index('t%u_name', 't%u', ['name'], unique=True)\n"
    "%s"
    "def downgrade():\n"
    "%s"
    "    op.drop_table('t%u')\n";

static void
stop(const GError *error)
{
    fprintf(stderr, "%s\n", error->message);
    exit(3);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *below = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;
    g_mkdir_with_parents(below, 0700);
    if (!g_file_set_contents(path, text, -1, &error))
        stop(error);
}

static char *
make_project(const char *url)
{
    char *folder = g_dir_make_tmp("pgstair-bench-XXXXXX", NULL);
    g_autofree char *escaped = g_strdup(url);
    g_auto(GStrv) parts = g_strsplit(escaped, "%", -1);
    g_autofree char *value = g_strjoinv("%%", parts);
    g_autofree char *ini =
        g_strdup_printf("[alembic]\nscript_location = scripts\nsqlalchemy.url = %s\n", value);
    write_file(folder, "alembic.ini", ini);
    write_file(folder, "scripts/env.py", env);
    for (guint n = 1; n <= N_REVISIONS; n++) {
        g_autofree char *below = n > 1 ? g_strdup_printf("'r%02u'", n - 1) : g_strdup("None");
        g_autofree char *up =
            n > 1 ? g_strdup_printf("    op.add_column('t%u', sa.Column('next', sa.Integer, "
                                    "sa.ForeignKey('t%u.id')))\n",
                                    n - 1, n)
                  : g_strdup("");
        g_autofree char *down =
            n > 1 ? g_strdup_printf("    op.drop_column('t%u', 'next')\n", n - 1) : g_strdup("");
        g_autofree char *text = g_strdup_printf(revision, n, below, n, n, n, n, up, down, n);
        g_autofree char *name = g_strdup_printf("scripts/versions/r%02u_table.py", n);
        write_file(folder, name, text);
    }
    return folder;
}

static void
run_alembic(const char *folder, const char *direction, const char *target)
{
    g_autoptr(PgsProcess) process = pgs_process_new("alembic");
    g_autoptr(GError) error = NULL;
    pgs_process_add_many(process, direction, target, NULL);
    pgs_process_set_directory(process, folder);
    pgs_process_set_env(process, "PYTHONDONTWRITEBYTECODE", "1");
    if (!pgs_process_run_checked(process, NULL, &error))
        stop(error);
}

static gint64
time_alembic(const char *folder)
{
    gint64 start = g_get_monotonic_time();
    run_alembic(folder, "upgrade", "head");
    run_alembic(folder, "downgrade", "base");
    return g_get_monotonic_time() - start;
}

static gint64
time_stairway(const char *folder, PgsServer *server)
{
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    g_autoptr(PgsHistory) history = pgs_history_read(folder, NULL, &error);
    if (history == NULL)
        stop(error);
    PgsStageOptions options = {.statement_timeout = 60000, .name = "bench"};
    /* As "pgstair verify" has it (check/verify.c). */
    PgsClimbOptions climb = {.floor = -1, .jobs = g_get_num_processors() + 1};
    g_autoptr(PgsStage) stage = pgs_stage_new(&options, history, server, FALSE, NULL);
    g_autoptr(PgsStairway) stairway = pgs_stairway_run(stage, &climb, &error);
    if (stairway == NULL)
        stop(error);
    gint64 duration = g_get_monotonic_time() - start;
    for (guint i = 0; i < stairway->rungs->len; i++) {
        const PgsRung *rung = &g_array_index(stairway->rungs, PgsRung, i);
        if (rung->again.state != PGS_PART_DONE || rung->down.diff != NULL ||
            rung->again.diff != NULL)
            fprintf(stderr, "rung %u is not as it should be\n", i + 1);
    }
    return duration;
}

static gint
compare_times(gconstpointer a, gconstpointer b)
{
    const gint64 *first = a, *second = b;
    return (*first > *second) - (*first < *second);
}

int
main(void)
{
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {0};
    g_autoptr(PgsServer) server = pgs_server_start(&options, NULL, &error);
    if (server == NULL)
        stop(error);
    g_autofree char *database = pgs_server_create_database(server, "bench", NULL, &error);
    g_autoptr(PgsProcess) process = pgs_process_new("env");
    pgs_login_set_environment(process, server, NULL, database);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run_checked(process, &result, &error))
        stop(error);
    char *url = strstr(result.output, "\nDATABASE_URL=") + strlen("\nDATABASE_URL=");
    g_autofree char *line = g_strndup(url, strcspn(url, "\n"));
    g_autofree char *folder = make_project(line);
    gint64 ours[N_ROUNDS], theirs[N_ROUNDS];
    for (guint i = 0; i < N_ROUNDS; i++) {
        theirs[i] = time_alembic(folder);
        ours[i] = time_stairway(folder, server);
        printf("round %u: alembic %.2f s, stairway %.2f s\n", i + 1, (double)theirs[i] / 1e6,
               (double)ours[i] / 1e6);
    }
    qsort(ours, N_ROUNDS, sizeof ours[0], compare_times);
    qsort(theirs, N_ROUNDS, sizeof theirs[0], compare_times);
    double ratio = (double)ours[N_ROUNDS / 2] / (double)theirs[N_ROUNDS / 2];
    printf("ratio: %.2f\n", ratio);
    pgs_fs_remove_tree(folder, NULL);
    return ratio <= 2.5 ? 0 : 1;
}
