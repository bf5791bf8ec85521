#ifndef PGS_VALUES_CANDIDATES_LIST_H
#define PGS_VALUES_CANDIDATES_LIST_H

#include "inventory/bench.h"
#include "values/generator.h"
#include "values/mine.h"

/* Values as they are found for one column, each once, with how telling they are. */

typedef enum {
    PGS_RANK_SAID,    /* constants that rules name */
    PGS_RANK_NEXT,    /* next to those; what fits a pattern or a size */
    PGS_RANK_DEFAULT, /* the column's default, NULL */
    PGS_RANK_ORDINARY,
    PGS_RANK_FORM,      /* blank, cut, in another case; what just misses a pattern */
    PGS_RANK_EDGE,      /* the type's own */
    PGS_RANK_ELSEWHERE, /* said of other columns, in triggers, in functions' bodies */
} PgsRank;

typedef struct {
    PgsBench *bench;
    const PgsType *type; /* the column's */
    const PgsType *base; /* behind its domains */
    gint32 typmod;       /* of the base */
    gboolean has_shapes; /* texts of all sorts are among them, to be kept */
    PgsRank rank;        /* of what is added next */
    GArray *values;      /* PgsValue */
    GArray *ranks;       /* PgsRank, of each */
    GHashTable *places;  /* text with its kind → place + 1 */
} PgsCandidateList;

PgsCandidateList *pgs_candidate_list_new(PgsBench *bench, const PgsType *type, gint32 typmod);
void pgs_candidate_list_free(PgsCandidateList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCandidateList, pgs_candidate_list_free)

/* A value that is there gets the better rank. */
void pgs_candidate_list_add(PgsCandidateList *list, PgsValue value);
void pgs_candidate_list_add_text(PgsCandidateList *list, const char *text);
void pgs_candidate_list_add_printf(PgsCandidateList *list, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
/* An SQL expression of any type, cast to the column's. */
void pgs_candidate_list_add_sql(PgsCandidateList *list, const char *sql);
/* A text that may not be one of the type's at all: adapted, or left out. */
void pgs_candidate_list_adapt(PgsCandidateList *list, const char *text);
/* The value, and what is next to it by the type's step at the rank behind. */
void pgs_candidate_list_add_around(PgsCandidateList *list, PgsValue value);
/* Sorted by rank; of what is less telling than a NULL at most limit (*n_cut: how many up to
 * PGS_RANK_FORM were left out). */
GArray *pgs_candidate_list_finish(PgsCandidateList *list, guint limit, guint *n_cut);

/* Texts of the base type: text, varchar, char(n), citext, … */
gboolean pgs_candidate_list_is_text(const PgsCandidateList *list);
gboolean pgs_candidate_list_is(const PgsCandidateList *list, const char *name);

#endif
