#ifndef PGS_SYNTHESIS_DRAFT_H
#define PGS_SYNTHESIS_DRAFT_H

#include "inventory/inventory.h"
#include "inventory/value.h"

/* A row that could be inserted: a value for each column of a relation. */
typedef struct {
    const PgsRelation *relation;
    PgsValue *values; /* one for each of relation->columns */
    /* When the row can only come together with others (foreign keys in a cycle that is not
       deferrable): their drafts (PgsDraft), inserted by the same statement; else NULL. */
    GPtrArray *companions;
} PgsDraft;

/* All columns left out. */
PgsDraft *pgs_draft_new(const PgsRelation *relation);
PgsDraft *pgs_draft_copy(const PgsDraft *draft);
void pgs_draft_free(PgsDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDraft, pgs_draft_free)

PgsValue pgs_draft_get(const PgsDraft *draft, const PgsColumn *column);
void pgs_draft_set(PgsDraft *draft, const PgsColumn *column, PgsValue value);
/* draft_set() on a copy. */
PgsDraft *pgs_draft_with(const PgsDraft *draft, const PgsColumn *column, PgsValue value);

/*
 * "INSERT INTO public.t (a, b) OVERRIDING SYSTEM VALUE VALUES ('1', NULL) RETURNING …": the last
 * when returning is not NULL ("*"); overriding only when an identity column that is always
 * generated is given.  g_free().
 */
char *pgs_draft_insert(const PgsDraft *draft, const char *returning);
/* "a, c": the columns in which they differ, as SQL; "" when they do not.  g_free(). */
char *pgs_draft_differences(const PgsDraft *a, const PgsDraft *b);

/* A row that was inserted in the open transaction. */
typedef struct {
    PgsDraft *draft;
    char **stored;   /* its columns' text as it was stored, one each; NULL: SQL NULL */
    char *statement; /* that inserted it */
} PgsStored;

void pgs_stored_free(PgsStored *stored);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsStored, pgs_stored_free)
/* The stored value as a value for a statement; its text belongs to the row. */
PgsValue pgs_stored_get(const PgsStored *stored, const PgsColumn *column);
/*
 * A condition that only this row fulfils: on the primary key, another key of not null columns, or
 * else all columns' text.  g_free().
 */
char *pgs_stored_condition(const PgsStored *stored);

#endif
