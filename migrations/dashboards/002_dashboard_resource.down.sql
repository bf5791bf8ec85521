DROP TABLE bundle_dashboard;
DROP TABLE module_dashboard;

DROP INDEX ix_resources_category_key;
DROP INDEX ix_resources_label;
DROP INDEX ix_resources_entity_key;
DROP TABLE resources;

DROP INDEX ix_dashboards_label;
DROP INDEX ix_dashboards_entity_key;
DROP TABLE dashboards;
