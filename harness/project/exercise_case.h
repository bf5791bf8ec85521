#ifndef PGS_PROJECT_EXERCISE_CASE_H
#define PGS_PROJECT_EXERCISE_CASE_H

#include "project/place.h"

/*
 * Explicit cases of pgstair.yaml's "exercise:": given rows to be accepted or refused, given deletes
 * and updates with what must remain.  Data only; exercise/cases.h tries them.
 */

/* One column of a row in a case. */
typedef struct {
    char *column;
    char *text;          /* its value's text; NULL: SQL NULL */
    char *sql;           /* an expression instead; or NULL */
    char *row, *member;  /* "$vbu.id": that column of a row that was given before; or NULL */
    gboolean is_default; /* the column is left out, so that its default counts */
    PgsPlace place;
} PgsCaseValue;

/* A row: what is not said of it is made up so that the server accepts it. */
typedef struct {
    char *name;        /* for references to it, "vbu"; NULL: it has none */
    char *table;       /* as SQL names it; NULL of a change of a row given before */
    GPtrArray *values; /* PgsCaseValue */
    PgsPlace place;
} PgsCaseRow;

typedef enum {
    PGS_CASE_INSERT, /* row */
    PGS_CASE_UPDATE, /* row: name says which one, values what it gets */
    PGS_CASE_DELETE, /* name of row */
    PGS_CASE_SQL,    /* sql, in which $vbu.id stands for a value */
} PgsCaseAction;

typedef struct {
    char *title;
    GPtrArray *given; /* PgsCaseRow, inserted in order, and accepted */
    PgsCaseAction action;
    PgsCaseRow *row; /* or NULL */
    char *sql;       /* or NULL */
    gboolean refused;
    char *constraint; /* that refuses it; NULL: whichever */
    char *sqlstate;   /* likewise */
    /* What must be there when it was accepted. */
    char **gone;      /* names of given rows that must not be there any more; never NULL */
    GPtrArray *stays; /* PgsCaseRow: given rows, with the values that they must have then; what is
                         not said of a column must be as it was */
    char **requirements; /* never NULL */
    PgsPlace place;
} PgsExerciseCase;

/* The largest that --seed and "seed:" take. */
#define PGS_EXERCISE_MAX_SEED 4294967294u

/* What a system says under "exercise:". */
typedef struct {
    guint64 seed;     /* 0: not said */
    GPtrArray *cases; /* PgsExerciseCase */
    PgsPlace place;
} PgsExerciseFacts;

PgsCaseValue *pgs_case_value_new(const char *column);
void pgs_case_value_free(PgsCaseValue *value);
PgsCaseRow *pgs_case_row_new(const char *table);
void pgs_case_row_free(PgsCaseRow *row);
PgsExerciseCase *pgs_exercise_case_new(const char *title);
void pgs_exercise_case_free(PgsExerciseCase *exercise_case);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsExerciseCase, pgs_exercise_case_free)
/* The row that it has been given by that name, or NULL. */
const PgsCaseRow *pgs_exercise_case_find(const PgsExerciseCase *exercise_case, const char *name);
/*
 * A case of a text, as pgstair.yaml has it, and what a row's columns are ("{order: 6}"; NULL:
 * nothing), appended to row->values.  name stands for a file in messages (PGS_CONFIG_ERROR).
 */
PgsExerciseCase *pgs_exercise_case_parse(const char *name, const char *text, GError **error);
gboolean pgs_case_row_parse(PgsCaseRow *row, const char *name, const char *text, GError **error);

PgsExerciseFacts *pgs_exercise_facts_new(void);
void pgs_exercise_facts_free(PgsExerciseFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsExerciseFacts, pgs_exercise_facts_free)

#endif
