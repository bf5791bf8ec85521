#ifndef PGS_INVENTORY_INVENTORY_H
#define PGS_INVENTORY_INVENTORY_H

#include "pg/connection.h"

/*
 * What there is to exercise: a database's relations, their columns' types, and every rule that the
 * server keeps for them, with the OIDs and numbers that a snapshot leaves out.  Immutable once
 * read; everything here belongs to the inventory.  What a snapshot leaves out (members of
 * extensions, bookkeeping tables of migration tools, pg_catalog) is left out here too.
 */
typedef struct _PgsInventory PgsInventory;
typedef struct _PgsType PgsType;
typedef struct _PgsColumn PgsColumn;
typedef struct _PgsRelation PgsRelation;
typedef struct _PgsRule PgsRule;

struct _PgsType {
    guint32 oid;
    char *schema, *name; /* pg_type.typname, not quoted: "int4", "_text" */
    char *sql;           /* as SQL names it, with its schema unless in pg_catalog: "integer" */
    char *identity;      /* what a snapshot calls it: "public.email" */
    char kind;           /* typtype: b, c(omposite), d(omain), e(num), r(ange), m(ultirange), p */
    char category;       /* typcategory */
    char *extension;     /* the one that it is a member of, or NULL */
    const PgsType *element; /* of an array; or NULL */
    const PgsType *base;    /* of a domain, itself maybe a domain; or NULL */
    gint32 base_typmod;     /* of a domain */
    char *base_sql;         /* of a domain: its base with the modifier */
    const PgsType *subtype; /* of a range or a multirange: the range's subtype; or NULL */
    gboolean not_null;      /* of a domain */
    char *domain_default;   /* of a domain: an expression, or NULL */
    GPtrArray *labels;      /* of an enum: char *, in order; else NULL */
    GPtrArray *fields;      /* of a composite: PgsColumn (relation NULL); else NULL */
    GPtrArray *rules;       /* of a domain: const PgsRule *: its own constraints; never NULL */
};

struct _PgsColumn {
    const PgsRelation *relation; /* NULL: a composite type's attribute */
    guint index;                 /* in relation->columns */
    gint16 number;               /* attnum */
    char *name, *quoted;
    const PgsType *type;
    gint32 typmod;                /* atttypmod; -1: none */
    char *type_sql;               /* with its modifier: "character varying(255)" */
    gboolean not_null;            /* attnotnull */
    char *default_sql;            /* an expression, or NULL; not of generated columns */
    gboolean default_is_volatile; /* two rows get different ones: nextval(), gen_random_uuid() */
    char identity;                /* 'a', 'd', or 0 */
    char generated;               /* 's', 'v', or 0 */
    char *generated_sql;
    char *sequence;  /* that the default or the identity takes its values from, as SQL; or NULL */
    char *collation; /* as SQL, when it is not the type's own; or NULL */
    gboolean is_inherited; /* attinhcount > 0 */
};

typedef enum {
    PGS_RULE_NOT_NULL,
    PGS_RULE_PRIMARY_KEY,
    PGS_RULE_UNIQUE, /* a constraint, or a unique index without one */
    PGS_RULE_CHECK,
    PGS_RULE_EXCLUSION,
    PGS_RULE_FOREIGN_KEY,
    PGS_RULE_ENUM,      /* a column of an enum type (or an array or domain of one) */
    PGS_RULE_LENGTH,    /* varchar(n), char(n), bit(n), varbit(n) */
    PGS_RULE_PRECISION, /* numeric(p, s) */
    PGS_RULE_GENERATED, /* GENERATED ALWAYS AS (…) */
    PGS_RULE_IDENTITY,  /* GENERATED … AS IDENTITY; a default of nextval() as well */
    PGS_RULE_DOMAIN_CHECK,
    PGS_RULE_DOMAIN_NOT_NULL,
} PgsRuleKind;
#define PGS_N_RULE_KINDS (PGS_RULE_DOMAIN_NOT_NULL + 1)

struct _PgsRule {
    PgsRuleKind kind;
    const PgsRelation *relation; /* NULL: a domain's */
    const PgsType *type;         /* of a domain's rule: the domain; of ENUM: the enum */
    guint32 oid;             /* of pg_constraint, or of a unique index without one; 0: neither */
    char *name;              /* the constraint's or index's, not quoted; NULL: it has none */
    const char *object_kind; /* as a snapshot has it: "check constraint", "column", …; static */
    char *object_identity;   /* likewise: "public.theses.ck_thesis_order_range" */
    guint n_columns;
    const PgsColumn **columns; /* that it is about: of a CHECK those that it names, of an index its
                                  plain key columns; in order */
    char *expression;          /* CHECK, domain CHECK, GENERATED: as pg_get_expr() prints it */
    char *definition;          /* pg_get_constraintdef(), pg_get_indexdef(), or a few words */
    gboolean deferrable, deferred; /* initially deferred */
    gboolean validated;            /* convalidated */
    gboolean enforced;             /* conenforced; FALSE only from 18 on */
    gboolean no_inherit;
    gboolean period; /* from 18 on: a foreign key's last column is a PERIOD; a key WITHOUT OVERLAPS,
                        which is of kind EXCLUSION here, since it excludes like one */

    /* PRIMARY KEY, UNIQUE, EXCLUSION */
    char *index;                 /* its index, as SQL names it */
    GPtrArray *keys;             /* char *: each key as SQL, a column or an expression; or NULL */
    GPtrArray *operators;        /* EXCLUSION: char *: the operator of each key, as SQL
                                    ("OPERATOR(pg_catalog.&&)"); FOREIGN KEY: of each pair of
                                    columns, the referenced one's on its left; else NULL */
    char *predicate;             /* of a partial index; or NULL */
    gboolean nulls_not_distinct; /* from 15 on */
    gboolean is_constraint;      /* FALSE: a unique index alone */

    /* FOREIGN KEY */
    const PgsRelation *referenced;
    const PgsColumn **referenced_columns; /* n_columns of them */
    char on_delete, on_update;            /* confdeltype, confupdtype */
    char match;                           /* confmatchtype: 's', 'f' */
    guint n_delete_set;                   /* SET NULL (…), SET DEFAULT (…): from 15 on */
    const PgsColumn **delete_set;

    /* LENGTH: n characters or bits; PRECISION: p, s */
    gint32 limit, scale;
};

typedef struct {
    char *name;
    gboolean before, row; /* BEFORE; FOR EACH ROW */
    gboolean on_insert, on_update, on_delete;
    char enabled;   /* tgenabled */
    char *function; /* as SQL */
    char *body;     /* prosrc, of SQL and PL/pgSQL; or NULL */
} PgsTriggerFacts;

struct _PgsRelation {
    guint32 oid;
    char *schema, *name;
    char *identity;           /* as SQL names it, with its schema: what a snapshot calls it */
    char kind;                /* relkind: r, p(artitioned), f(oreign) */
    GPtrArray *columns;       /* PgsColumn, in order, without dropped ones */
    GPtrArray *rules;         /* const PgsRule *: its own, all kinds, in a fixed order */
    GPtrArray *references;    /* const PgsRule *: its foreign keys; a partition's, too, that it has
                                 from its parent: their columns are then the parent's */
    GPtrArray *referenced_by; /* const PgsRule *: foreign keys that point at it */
    GPtrArray *checks;   /* const PgsRule *: CHECKs that hold for its rows, inherited ones too */
    GPtrArray *triggers; /* PgsTriggerFacts: users' own */
    GPtrArray *rewrites; /* char *: names of rewrite rules on INSERT, UPDATE, DELETE */
    const PgsRelation *parent; /* it is a partition, or inherits (the first); or NULL */
    GPtrArray *children;       /* const PgsRelation *: partitions or inheriting relations */
    gboolean is_partition;
    char *partition_constraint;   /* of a partition: what its rows must fulfil, its parents' bounds
                                     included (pg_get_partition_constraintdef()); or NULL */
    gboolean has_rows;            /* committed ones, when it was read */
    gboolean row_security_forced; /* policies act on this session's user */
    gboolean is_auxiliary; /* left out of a snapshot; it is here because others refer to it or
                              inherit from it.  Its rules are not exercised. */
};

/* connection: borrowed, only for the call.  The inventory is the caller's; pgs_inventory_free(). */
PgsInventory *pgs_inventory_read(PgsConnection *connection, GError **error);
void pgs_inventory_free(PgsInventory *inventory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsInventory, pgs_inventory_free)

/* const PgsRelation *, ordered by identity. */
const GPtrArray *pgs_inventory_relations(const PgsInventory *inventory);
/*
 * const PgsRule *: what a run exercises, ordered by relation and kind; then those of domains.  What
 * a partition or an inheriting relation has from its parent stands only there.
 */
const GPtrArray *pgs_inventory_rules(const PgsInventory *inventory);
/* const PgsType *: the domains. */
const GPtrArray *pgs_inventory_domains(const PgsInventory *inventory);
/* By identity ("public.users"), or a name without a schema that only one has; or NULL. */
const PgsRelation *pgs_inventory_find(const PgsInventory *inventory, const char *name);
/* NULL when it is not there. */
const PgsColumn *pgs_relation_column(const PgsRelation *relation, const char *name);
/* The rule of the relation whose constraint or index has that name; or NULL. */
const PgsRule *pgs_relation_rule(const PgsRelation *relation, const char *name);
/* Behind a domain, and that one's; the type itself when it is none. */
const PgsType *pgs_type_base(const PgsType *type);
/* Whether it is the other one, or an array or a domain of it. */
gboolean pgs_type_is_made_of(const PgsType *type, const PgsType *other);
/* "foreign key", "not null", …: static. */
const char *pgs_rule_kind_name(PgsRuleKind kind);
/* For a person: "check ck_thesis_order_range on public.theses".  g_free(). */
char *pgs_rule_describe(const PgsRule *rule);
/* The prosrc of a function that an expression calls, or NULL; belongs to the inventory. */
const char *pgs_inventory_function_body(const PgsInventory *inventory, const char *schema,
                                        const char *name);

#endif
