#ifndef PGS_OPERATE_DRAFT_SOURCE_H
#define PGS_OPERATE_DRAFT_SOURCE_H

#include "check/drift_scope.h"
#include "check/verify.h"
#include "operate/ddl_side.h"

/* The throwaway server that a draft is made on: head, copies of it, the model. */
typedef struct _PgsDraftSource PgsDraftSource;

/* What of the schemas is held against each other. */
typedef struct {
    PgsDriftScope scope;
    char **ignore; /* borrowed, or NULL */
} PgsDraftScope;

/* Starts it and climbs to head.  model: as for pgs_draft_source_model(); of a database's URL the
 * server is of that one's version where it can be.  Errors of the server;
 * PGS_OPERATE_ERROR_FAILED when a migration fails. */
PgsDraftSource *pgs_draft_source_new(const PgsSystem *system, const PgsHistory *history,
                                     const char *model, const PgsVerifyOptions *options,
                                     GError **error);
void pgs_draft_source_free(PgsDraftSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDraftSource, pgs_draft_source_free)

/* Another database that stands at head; g_free(). */
char *pgs_draft_source_copy(const PgsDraftSource *source, GError **error);
/* The role that migrations run as, and a session of it. */
const char *pgs_draft_source_role(const PgsDraftSource *source);
PgsConnection *pgs_draft_source_login(const PgsDraftSource *source, const char *database,
                                      GError **error);
/* What is in one of its databases now. */
PgsDdlSide *pgs_draft_source_read(const PgsDraftSource *source, const char *database,
                                  const PgsDraftScope *scope, GError **error);
/*
 * model: a URL or "$NAME" (read only), a folder of migrations, an SQL file, or "model": the first
 * that pgstair.yaml names.  *scope: what of it can be compared.
 */
PgsDdlSide *pgs_draft_source_model(PgsDraftSource *source, const char *model, PgsDraftScope *scope,
                                   GError **error);

#endif
