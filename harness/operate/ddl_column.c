#include "base/text.h"
#include "operate/ddl_plan.h"

#include <string.h>

/* What statements are made of: options, sequences, columns with their defaults. */

static gboolean
has(const PgsObject *object, const char *attribute)
{
    return pgs_object_get(object, attribute) != NULL;
}

const char *
pgs_ddl_value(const PgsObject *object, const char *attribute, const char *otherwise)
{
    const char *value = pgs_object_get(object, attribute);
    return value != NULL ? value : otherwise;
}

char *
pgs_ddl_options(const char *options, gboolean names_only)
{
    g_auto(GStrv) parts = g_strsplit(options, ", ", -1);
    GString *text = g_string_new("(");
    for (guint i = 0; parts[i] != NULL; i++) {
        g_auto(GStrv) pair = g_strsplit(parts[i], "=", 2);
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", pair[0]);
        if (names_only || pair[1] == NULL)
            continue;
        g_autofree char *literal = pgs_text_literal(pair[1]);
        g_string_append_printf(text, " = %s", literal);
    }
    g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

/* ---- sequences ---- */

/* What a sequence has unless it is told, for its type (commands/sequence.c, init_params()). */
static const char *
usual_bound(const PgsObject *sequence, gboolean upper)
{
    static const struct {
        const char *type, *low, *high;
    } types[] = {{"smallint", "-32768", "32767"},
                 {"integer", "-2147483648", "2147483647"},
                 {"bigint", "-9223372036854775808", "9223372036854775807"}};
    gboolean ascends = pgs_ddl_value(sequence, "increment", "1")[0] != '-';
    if (upper != ascends)
        return ascends ? "1" : "-1";
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (strcmp(types[i].type, pgs_ddl_value(sequence, "type", "bigint")) == 0)
            return upper ? types[i].high : types[i].low;
    }
    return "";
}

static void
append_option(GString *text, const char *words, const char *value, const char *usual)
{
    if (value != NULL && strcmp(value, usual) != 0)
        g_string_append_printf(text, "%s%s %s", text->len > 0 ? " " : "", words, value);
}

char *
pgs_ddl_sequence_options(const PgsObject *sequence, const char *column)
{
    GString *text = g_string_new(NULL);
    if (column != NULL) {
        /* An identity column's has this name unless it was told another (ChooseRelationName()). */
        g_auto(GStrv) parts = g_strsplit(column, ".", -1);
        g_autofree char *made = g_strv_length(parts) == 3
                                    ? g_strdup_printf("%s.%s_%s_seq", parts[0], parts[1], parts[2])
                                    : g_strdup("");
        if (strcmp(made, sequence->identity) != 0)
            g_string_append_printf(text, "SEQUENCE NAME %s", sequence->identity);
    }
    gboolean ascends = pgs_ddl_value(sequence, "increment", "1")[0] != '-';
    const char *low = usual_bound(sequence, FALSE), *high = usual_bound(sequence, TRUE);
    append_option(text, "INCREMENT BY", pgs_object_get(sequence, "increment"), "1");
    append_option(text, "MINVALUE", pgs_object_get(sequence, "minimum"), low);
    append_option(text, "MAXVALUE", pgs_object_get(sequence, "maximum"), high);
    append_option(text, "START WITH", pgs_object_get(sequence, "start"),
                  pgs_ddl_value(sequence, ascends ? "minimum" : "maximum", ascends ? low : high));
    append_option(text, "CACHE", pgs_object_get(sequence, "cache"), "1");
    if (has(sequence, "cycle"))
        g_string_append_printf(text, "%sCYCLE", text->len > 0 ? " " : "");
    return g_string_free(text, FALSE);
}

void
pgs_ddl_go_on_counting(PgsDdlPlan *plan, const PgsObject *column, const PgsObject *sequence)
{
    static const char *const numbers[] = {"smallint", "integer", "bigint", "numeric", NULL};
    if (!g_strv_contains(numbers, pgs_ddl_value(column, "type", "")))
        return;
    gboolean ascends = pgs_ddl_value(sequence, "increment", "1")[0] != '-';
    g_autofree char *last =
        g_strdup_printf("%s(%s)", ascends ? "max" : "min", pgs_ddl_part_name(column));
    g_autofree char *name = pgs_text_literal(sequence->identity);
    /* Without such a value it begins at its start; beyond its bounds setval() would refuse. */
    pgs_ddl_plan_add(plan, PGS_DDL_OWNED, sequence, "it counts on from the values that are there",
                     g_strdup_printf("SELECT pg_catalog.setval(%s, %s::bigint) FROM %s HAVING %s "
                                     "BETWEEN %s AND %s",
                                     name, last, column->parent, last,
                                     pgs_ddl_value(sequence, ascends ? "start" : "minimum", "1"),
                                     pgs_ddl_value(sequence, ascends ? "maximum" : "start", "1")));
}

/* ---- columns ---- */

static void
append_identity(GString *sql, const PgsDdlSide *side, const PgsObject *column)
{
    const char *how = pgs_object_get(column, "identity");
    if (how == NULL)
        return;
    g_string_append_printf(sql, " GENERATED %s AS IDENTITY", how);
    const PgsObject *sequence = g_hash_table_lookup(side->sequences, column->identity);
    g_autofree char *options =
        sequence != NULL ? pgs_ddl_sequence_options(sequence, column->identity) : NULL;
    if (options != NULL && *options != '\0')
        g_string_append_printf(sql, " (%s)", options);
}

char *
pgs_ddl_column(const PgsDdlSide *side, const PgsObject *column, gboolean with_default)
{
    GString *sql = g_string_new(pgs_ddl_part_name(column));
    g_string_append_printf(sql, " %s", pgs_ddl_value(column, "type", "text"));
    const char *compression = pgs_object_get(column, "compression");
    if (compression != NULL)
        g_string_append_printf(sql, " COMPRESSION %s", compression);
    const char *collation = pgs_object_get(column, "collation");
    if (collation != NULL)
        g_string_append_printf(sql, " COLLATE %s", collation);
    const char *generated = pgs_object_get(column, "generated");
    const char *stored = generated != NULL ? strrchr(generated, ' ') : NULL;
    if (stored != NULL)
        g_string_append_printf(sql, " GENERATED ALWAYS AS (%.*s)%s", (int)(stored - generated),
                               generated, stored);
    append_identity(sql, side, column);
    const char *otherwise = pgs_object_get(column, "default");
    if (otherwise != NULL && with_default)
        g_string_append_printf(sql, " DEFAULT %s", otherwise);
    pgs_ddl_append_not_null(sql, side, column);
    return g_string_free(sql, FALSE);
}

void
pgs_ddl_set_default(PgsDdlPlan *plan, const PgsObject *column)
{
    const char *value = pgs_object_get(column, "default");
    if (value != NULL &&
        g_hash_table_add(plan->made, g_strconcat("default ", column->identity, NULL)))
        pgs_ddl_plan_add(plan, PGS_DDL_DEFAULT, column, NULL,
                         g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                                         column->parent, pgs_ddl_part_name(column), value));
}
