#ifndef PGS_PROJECT_READING_H
#define PGS_PROJECT_READING_H

#include "config/field.h"
#include "project/expectation.h"

/*
 * What those who read parts of a pgstair.yaml share: the context of their PgsFieldRead functions,
 * and the shapes that occur in many tables.
 */
typedef struct {
    const char *folder; /* of the file; paths in it are relative to it */
    GPtrArray *claims;  /* const PgsNode *: requirement ids that the system names so far */

    /* Within a block of expectations: */
    PgsExpectations *block;
    const char *schema;     /* of unqualified names */
    const char *relation;   /* the table that is read, "public.users", or NULL */
    char *const *inherited; /* requirements of what names none */
    gboolean absent;        /* within "absent" */
} PgsReading;

extern const PgsShape pgs_shape_text;
extern const PgsShape pgs_shape_flag;
extern const PgsShape pgs_shape_nothing;
extern const PgsShape pgs_shape_text_or_nothing;
extern const PgsShape pgs_shape_text_list; /* a list, at least one */
extern const PgsShape pgs_shape_texts;     /* one text, or a list; read as a char ** */
extern const PgsShape pgs_shape_map_of_texts;
extern const PgsShape pgs_shape_duration;
extern const PgsShape pgs_shape_any; /* the word "any": it may be whatever it is */
extern const PgsShape pgs_shape_flag_or_any;

/* ---- PgsFieldRead functions that any table can name; context is a PgsReading ---- */

/* A path to a char * at the field's offset.  detail "exists": it must; "folder": and be one. */
gboolean pgs_read_path(const PgsNode *value, const PgsField *field, gpointer target,
                       gpointer context, GError **error);
/* Requirement ids to a char ** at the field's offset. */
gboolean pgs_read_requirements(const PgsNode *value, const PgsField *field, gpointer target,
                               gpointer context, GError **error);
/* For what is read elsewhere, before the rest. */
gboolean pgs_read_nothing(const PgsNode *value, const PgsField *field, gpointer target,
                          gpointer context, GError **error);

/* The documentation of every "requirements" key. */
#define PGS_REQUIREMENTS_DOC "Ids of the requirements that this serves."
/* A table's row for it, with the struct that has the member requirements. */
#define PGS_REQUIREMENTS_FIELD(Struct)                                                             \
    {                                                                                              \
        "requirements", &pgs_shape_texts, PGS_REQUIREMENTS_DOC,                                    \
            .read = pgs_read_requirements, .offset = G_STRUCT_OFFSET(Struct, requirements)         \
    }

#endif
