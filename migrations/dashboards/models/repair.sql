-- The repair that was made by hand: the four foreign keys again, with their delete rules.
ALTER TABLE module_dashboard DROP CONSTRAINT module_dashboard_module_id_fkey;
ALTER TABLE module_dashboard ADD CONSTRAINT module_dashboard_module_id_fkey
    FOREIGN KEY (module_id) REFERENCES modules_v2 (id) ON DELETE CASCADE;
ALTER TABLE module_dashboard DROP CONSTRAINT module_dashboard_dashboard_id_fkey;
ALTER TABLE module_dashboard ADD CONSTRAINT module_dashboard_dashboard_id_fkey
    FOREIGN KEY (dashboard_id) REFERENCES dashboards (id) ON DELETE RESTRICT;
ALTER TABLE bundle_dashboard DROP CONSTRAINT bundle_dashboard_bundle_id_fkey;
ALTER TABLE bundle_dashboard ADD CONSTRAINT bundle_dashboard_bundle_id_fkey
    FOREIGN KEY (bundle_id) REFERENCES bundles (id) ON DELETE CASCADE;
ALTER TABLE bundle_dashboard DROP CONSTRAINT bundle_dashboard_dashboard_id_fkey;
ALTER TABLE bundle_dashboard ADD CONSTRAINT bundle_dashboard_dashboard_id_fkey
    FOREIGN KEY (dashboard_id) REFERENCES dashboards (id) ON DELETE RESTRICT;
