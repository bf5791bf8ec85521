#include "values/candidates_list.h"

#include <stdarg.h>
#include <string.h>

PgsCandidateList *
pgs_candidate_list_new(PgsBench *bench, const PgsType *type, gint32 typmod)
{
    PgsCandidateList *list = g_new0(PgsCandidateList, 1);
    list->bench = bench;
    list->type = list->base = type;
    list->typmod = typmod;
    while (list->base->base != NULL) {
        list->typmod = list->base->base_typmod;
        list->base = list->base->base;
    }
    list->values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    list->ranks = g_array_new(FALSE, FALSE, sizeof(PgsRank));
    list->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return list;
}

void
pgs_candidate_list_free(PgsCandidateList *list)
{
    if (list == NULL)
        return;
    g_clear_pointer(&list->values, g_array_unref);
    g_array_unref(list->ranks);
    g_hash_table_unref(list->places);
    g_free(list);
}

void
pgs_candidate_list_add(PgsCandidateList *list, PgsValue value)
{
    if (value.kind == PGS_VALUE_DEFAULT ||
        (value.text != NULL && !g_utf8_validate(value.text, -1, NULL)))
        return;
    g_autofree char *key =
        g_strdup_printf("%d%s", (int)value.kind, value.text != NULL ? value.text : "");
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(list->places, key));
    if (place > 0) {
        PgsRank *rank = &g_array_index(list->ranks, PgsRank, place - 1);
        *rank = MIN(*rank, list->rank);
        return;
    }
    g_array_append_val(list->values, value);
    g_array_append_val(list->ranks, list->rank);
    g_hash_table_insert(list->places, g_steal_pointer(&key), GUINT_TO_POINTER(list->values->len));
}

void
pgs_candidate_list_add_text(PgsCandidateList *list, const char *text)
{
    pgs_candidate_list_add(list, pgs_bench_text(list->bench, text));
}

void
pgs_candidate_list_add_printf(PgsCandidateList *list, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    pgs_candidate_list_add_text(list, text);
}

void
pgs_candidate_list_add_sql(PgsCandidateList *list, const char *sql)
{
    g_autofree char *cast = g_strdup_printf("(%s)::%s", sql, list->base->sql);
    pgs_candidate_list_add(list, pgs_bench_expression(list->bench, cast));
}

void
pgs_candidate_list_adapt(PgsCandidateList *list, const char *text)
{
    PgsValue value;
    if (text != NULL && pgs_generator_adapt(list->bench, list->base, text, &value))
        pgs_candidate_list_add(list, value);
}

void
pgs_candidate_list_add_around(PgsCandidateList *list, PgsValue value)
{
    PgsRank rank = list->rank;
    pgs_candidate_list_add(list, value);
    g_autoptr(GArray) next = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    pgs_generator_neighbours(list->bench, list->base, list->typmod, value, next);
    list->rank = MAX(rank, PGS_RANK_NEXT);
    for (guint i = 0; i < next->len; i++)
        pgs_candidate_list_add(list, g_array_index(next, PgsValue, i));
    list->rank = rank;
}

GArray *
pgs_candidate_list_finish(PgsCandidateList *list, guint limit, guint *n_cut)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    *n_cut = 0;
    guint n_further = 0;
    for (PgsRank rank = PGS_RANK_SAID; rank <= PGS_RANK_ELSEWHERE; rank++) {
        for (guint i = 0; i < list->values->len; i++) {
            if (g_array_index(list->ranks, PgsRank, i) != rank)
                continue;
            if (rank <= PGS_RANK_DEFAULT || n_further++ < limit)
                g_array_append_val(values, g_array_index(list->values, PgsValue, i));
            else if (rank <= PGS_RANK_FORM)
                ++*n_cut;
        }
    }
    return values;
}

gboolean
pgs_candidate_list_is_text(const PgsCandidateList *list)
{
    return list->base->category == 'S' && list->base->element == NULL;
}

gboolean
pgs_candidate_list_is(const PgsCandidateList *list, const char *name)
{
    return g_strcmp0(list->base->name, name) == 0;
}
