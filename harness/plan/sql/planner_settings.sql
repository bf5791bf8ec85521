-- What decides plans: its value, where it was set, and the default where it is another.  Names rather than categories,
-- since those are in the server's language; the pattern and the category's name catch what a newer server has.
-- serves: 13 to 18
SELECT s.name, pg_catalog.current_setting(s.name) AS value, s.source,
       CASE WHEN s.setting IS DISTINCT FROM s.boot_val
            THEN s.boot_val || coalesce(CASE WHEN s.unit LIKE '8%' THEN ' of ' ELSE ' ' END || s.unit, '') END AS "default"
FROM pg_catalog.pg_settings s
WHERE s.name LIKE 'enable\_%' OR s.category LIKE 'Query Tuning%'
   OR s.name LIKE '%\_cost' AND s.name NOT LIKE '%vacuum%'
   OR s.name LIKE 'jit%' AND s.name NOT IN ('jit_provider', 'jit_debugging_support', 'jit_profiling_support',
                                             'jit_dump_bitcode')
   OR s.name LIKE 'geqo%' OR s.name LIKE 'max\_parallel\_workers%' OR s.name LIKE 'min\_parallel\_%'
   OR s.name IN ('autovacuum', 'block_size', 'constraint_exclusion', 'cursor_tuple_fraction',
                 'debug_parallel_query', 'default_statistics_target', 'effective_cache_size',
                 'effective_io_concurrency', 'force_parallel_mode', 'from_collapse_limit', 'hash_mem_multiplier',
                 'join_collapse_limit', 'maintenance_io_concurrency', 'max_worker_processes',
                 'parallel_leader_participation', 'plan_cache_mode', 'recursive_worktable_factor', 'row_security',
                 'server_version', 'shared_buffers', 'temp_buffers', 'work_mem')
ORDER BY s.name COLLATE pg_catalog."C"
