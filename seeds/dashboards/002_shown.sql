-- Which module and which bundle show the ingested dashboards.  Nobody shows Test_dashboard yet.
INSERT INTO module_dashboard (module_id, dashboard_id)
SELECT modules_v2.id, dashboards.id
FROM modules_v2, dashboards
WHERE modules_v2.entity_key = 'Fleet' AND dashboards.entity_key = 'Fleet_dashboard'
ON CONFLICT DO NOTHING;

INSERT INTO bundle_dashboard (bundle_id, dashboard_id)
SELECT bundles.id, dashboards.id
FROM bundles, dashboards
WHERE bundles.entity_key = 'Shipping' AND dashboards.entity_key = 'Fleet_dashboard'
ON CONFLICT DO NOTHING;
