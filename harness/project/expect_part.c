#include "project/expect_part.h"

#include "project/names.h"

PgsExpectation *
pgs_expect_part(PgsReading *reading, const char *kind, PgsEntry entry)
{
    gboolean is_named = entry.key != entry.value;
    g_autofree char *name = is_named ? pgs_name_plain(entry.key->text) : NULL;
    return pgs_reading_expect(reading, kind, reading->relation, name, entry.key);
}

gboolean
pgs_read_part_name(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                   G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsExpectation *expectation = target;
    if (expectation->name != NULL)
        return pgs_node_error(value, PGS_CONFIG_ERROR_KEY, error, "leave \"name\" out here",
                              "the name \"%s\" is said already, as the key", expectation->name);
    expectation->name = pgs_name_plain(value->text);
    return TRUE;
}
