#include "volume/volume.h"

#include "volume/volume_finish.h"
#include "volume/volume_ground.h"
#include "volume/volume_late.h"
#include "volume/volume_order.h"
#include "volume/volume_table.h"

struct _PgsVolume {
    GPtrArray *tables; /* PgsVolumeTable */
};

void
pgs_volume_free(PgsVolume *volume)
{
    if (volume == NULL)
        return;
    g_ptr_array_unref(volume->tables);
    g_free(volume);
}

const GPtrArray *
pgs_volume_tables(const PgsVolume *volume)
{
    return volume->tables;
}

const PgsVolumeTable *
pgs_volume_find(const PgsVolume *volume, const PgsRelation *relation)
{
    const PgsRelation *root = pgs_relation_root(relation);
    for (guint i = 0; i < volume->tables->len; i++) {
        const PgsVolumeTable *table = volume->tables->pdata[i];
        if (table->relation == root)
            return table;
    }
    return NULL;
}

enum {
    PARTITION = 8, /* a partition's rows: as many as a table's by this */
    MOST = 8,      /* a partitioned table's: so many times a table's */
};

/* An index is no use to a partition of a few rows. */
static gint64
rows_usual(const PgsRelation *relation, gint64 rows)
{
    g_autoptr(GPtrArray) leaves = pgs_relation_leaves(relation);
    return CLAMP(leaves->len * rows / PARTITION, rows, MOST * rows);
}

/* What is wanted of a table, or of one of its partitions. */
static gint64
rows_wanted(const PgsRelation *relation, const PgsVolumeOptions *options)
{
    GHashTableIter iter;
    gpointer key, value;
    if (options->of_table != NULL) {
        g_hash_table_iter_init(&iter, options->of_table);
        while (g_hash_table_iter_next(&iter, &key, &value)) {
            if (pgs_relation_root(key) == relation)
                return GPOINTER_TO_UINT(value);
        }
    }
    return rows_usual(relation, options->rows > 0 ? options->rows : PGS_VOLUME_ROWS);
}

static gboolean
fill_all(PgsVolume *volume, const PgsVolumeGround *ground, const GPtrArray *steps,
         const PgsVolumeOptions *options, GError **error)
{
    for (guint i = 0; i < steps->len; i++) {
        const PgsVolumeStep *step = steps->pdata[i];
        if (options->progress != NULL)
            options->progress(i, steps->len, step->relation->identity, options->progress_data);
        PgsVolumeTable *table = pgs_volume_table_new(step, rows_wanted(step->relation, options));
        g_ptr_array_add(volume->tables, table);
        if (!pgs_volume_table_fill(ground, step, table, error))
            return FALSE;
    }
    for (guint i = 0; i < steps->len; i++) {
        if (!pgs_volume_refer_late(ground, steps->pdata[i], volume->tables->pdata[i], error))
            return FALSE;
    }
    return pgs_volume_finish(ground, volume->tables, error);
}

PgsVolume *
pgs_volume_fill(PgsBench *bench, const GPtrArray *relations, const PgsVolumeOptions *options,
                GError **error)
{
    const PgsVolumeOptions usual = {0};
    g_auto(PgsVolumeGround) ground = {0};
    if (options == NULL)
        options = &usual;
    g_autoptr(PgsVolume) volume = g_new0(PgsVolume, 1);
    volume->tables = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_volume_table_free);
    g_autoptr(GPtrArray) steps = pgs_volume_order(relations);
    if (!pgs_volume_ground_init(&ground, bench, error) ||
        !fill_all(volume, &ground, steps, options, error))
        return NULL;
    return g_steal_pointer(&volume);
}
