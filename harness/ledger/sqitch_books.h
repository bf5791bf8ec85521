#ifndef PGS_LEDGER_SQITCH_BOOKS_H
#define PGS_LEDGER_SQITCH_BOOKS_H

#include "ledger/ledger.h"
#include "ledger/sqitch_ids.h"
#include "ledger/sqitch_user.h"
#include "migration/sqitch_project.h"

/* What Sqitch's books need of a project: its index-th revision is the plan's index-th change. */
typedef struct {
    PgsFolder *folder;
    PgsSqitchProject *project;
    PgsSqitchPlan *plan;
    PgsSqitchIds *ids;
    PgsSqitchUser *user;
    GPtrArray *hashes; /* char *: of each change, the SHA-1 of its deploy script; NULL: has none */
    char *registry;    /* the schema, quoted */
} PgsSqitchBooks;

PgsSqitchBooks *pgs_sqitch_books_new(const PgsHistory *history, GError **error);
void pgs_sqitch_books_free(PgsSqitchBooks *books);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSqitchBooks, pgs_sqitch_books_free)

/*
 * One statement each, so that it stands or falls as a whole wherever it is run; g_free().
 * App::Sqitch::Role::DBIEngine, log_deploy_change() with log_new_tags() and register_project();
 * Engine::pg, log_revert_change(); log_fail_change().
 */
char *pgs_sqitch_books_deploy(const PgsSqitchBooks *books, gint index);
char *pgs_sqitch_books_revert(const PgsSqitchBooks *books, gint index);
char *pgs_sqitch_books_failure(const PgsSqitchBooks *books, gint index);
/* Engine.pm, _sync_plan(): tags that the plan has got behind a change since it was deployed.  A
 * query of their names, and the statement that notes them; NULL: it has none at all. */
char *pgs_sqitch_books_new_tags(const PgsSqitchBooks *books, gint index);
char *pgs_sqitch_books_note_tags(const PgsSqitchBooks *books, gint index);
/* Engine.pm, check_deploy_dependencies() and check_revert_dependencies(), of one change: raises
 * where Sqitch would not begin; NULL: there is nothing to ask. */
char *pgs_sqitch_books_check_deploy(const PgsSqitchBooks *books, gint index);
char *pgs_sqitch_books_check_revert(const PgsSqitchBooks *books, gint index);
/* The registry, with its release. */
char *pgs_sqitch_books_create(const PgsSqitchBooks *books);

#endif
